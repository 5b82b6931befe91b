package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var assigned = regexp.MustCompile(`(?m)(?:^#?|^Environment=|\s)([A-Z][A-Z0-9]*_[A-Z0-9_]+)=`)

func TestTheUnitHolds(t *testing.T) {
	settings, err := Settings(root)
	if err != nil {
		t.Fatal(err)
	}
	var unit string
	for _, name := range []string{"autointel.service", "autointel.env.example"} {
		content, err := os.ReadFile(filepath.Join(deploy, "systemd", name))
		if err != nil {
			t.Fatal(err)
		}
		found := assigned.FindAllStringSubmatch(string(content), -1)
		if len(found) < 3 {
			t.Errorf("%s sets only %v", name, found)
		}
		for _, m := range found {
			if !slices.Contains(settings["autointel"], m[1]) {
				t.Errorf("%s: autointel reads no setting %s", name, m[1])
			}
		}
		if name == "autointel.service" {
			unit = string(content)
		}
	}
	if complaints := verifyUnit(t, unit); complaints != "" {
		t.Errorf("systemd-analyze: %s", complaints)
	}
}

func TestAMistypedUnitIsFound(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		return // nothing here could find it; the settings above are checked all the same
	}
	content, err := os.ReadFile(filepath.Join(deploy, "systemd", "autointel.service"))
	if err != nil {
		t.Fatal(err)
	}
	if complaints := verifyUnit(t, strings.Replace(string(content), "DynamicUser=", "DynamikUser=", 1)); !strings.Contains(complaints, "DynamikUser") {
		t.Errorf("not found; what was: %q", complaints)
	}
}

// verifyUnit returns what systemd complains of, where there is one. It exits with 0 on an unknown key, so its words count.
func verifyUnit(t *testing.T, unit string) string {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Log("no systemd here: the unit's keys were not checked")
		return ""
	}
	program, err := exec.LookPath("true") // the binary need not be installed for that
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "autointel.service")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(unit, "/usr/local/bin/autointel", program)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", path).CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out)
}
