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
	units := map[string]string{}
	for _, name := range []string{"autointel.service", "autointel-backup.service", "autointel-backup.timer", "autointel.env.example"} {
		content, err := os.ReadFile(filepath.Join(deploy, "systemd", name))
		if err != nil {
			t.Fatal(err)
		}
		found := assigned.FindAllStringSubmatch(string(content), -1)
		if least := map[string]int{"autointel.service": 3, "autointel.env.example": 3, "autointel-backup.service": 1}[name]; len(found) < least {
			t.Errorf("%s sets only %v", name, found)
		}
		for _, m := range found {
			if !slices.Contains(settings["autointel"], m[1]) {
				t.Errorf("%s: autointel reads no setting %s", name, m[1])
			}
		}
		if name != "autointel.env.example" {
			units[name] = string(content)
		}
	}
	if complaints := verifyUnits(t, units); complaints != "" {
		t.Errorf("systemd-analyze: %s", complaints)
	}
	service := units["autointel.service"]
	if !strings.Contains(service, "\nType=notify\n") || !strings.Contains(service, "\nWatchdogSec=") {
		t.Error("systemd is not told to wait for what the program says")
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
	if complaints := verifyUnits(t, map[string]string{"autointel.service": strings.Replace(string(content), "DynamicUser=", "DynamikUser=", 1)}); !strings.Contains(complaints, "DynamikUser") {
		t.Errorf("not found; what was: %q", complaints)
	}
}

// verifyUnits returns what systemd complains of, where there is one. It exits with 0 on an unknown key, so its words count.
func verifyUnits(t *testing.T, units map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Log("no systemd here: the units' keys were not checked")
		return ""
	}
	program, err := exec.LookPath("true") // the binary need not be installed for that
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	args := []string{"verify", "--man=no"}
	for name, unit := range units {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(unit, "/usr/local/bin/autointel", program)), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", args...).CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out)
}
