package archtest

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// modules maps the name of each go.mod, as "services/ingest/go.mod", to its content.
func modules(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := walk(func(name string) error {
		if filepath.Base(name) != "go.mod" && name != "go.work" {
			return nil
		}
		raw, err := os.ReadFile(filepath.Join(root, name))
		found[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 10 || found["go.work"] == "" {
		t.Fatalf("the modules were not found: %d", len(found))
	}
	return found
}

var (
	goLine      = regexp.MustCompile(`(?m)^go (\S+)$`)
	requireLine = regexp.MustCompile(`(?m)^(?:require)?\s+([\w./~-]+\.[\w./~-]+) (v\S+)( // indirect)?$`)
)

// minor is a version of Go without its patch: "1.26".
func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// TestModulesAgree: one Go, and of what we name ourselves one version, in every module. What is only indirect is decided by what we
// name, and differs where that does.
func TestModulesAgree(t *testing.T) {
	all := modules(t)
	want := goLine.FindStringSubmatch(all["go.work"])[1]
	versions, named := map[string]string{}, map[string]string{}
	for name, content := range all {
		// A dependency of a tool may ask for a later patch; what is in the workspace says the same to the letter.
		inside := strings.Contains(all["go.work"], "./"+path.Dir(name)+"\n")
		if m := goLine.FindStringSubmatch(content); m == nil || inside && m[1] != want || minor(m[1]) != minor(want) {
			t.Errorf("%s says %q, go.work go %s", name, m, want)
		}
		for _, m := range requireLine.FindAllStringSubmatch(content, -1) {
			dependency, version := m[1], m[2]
			if m[3] != "" || strings.HasPrefix(dependency, prefix) {
				continue
			}
			if other, ok := versions[dependency]; ok && other != version {
				t.Errorf("%s takes %s of %s, and %s takes %s: make them equal, then make tidy", name, version, dependency, named[dependency], other)
			}
			versions[dependency], named[dependency] = version, name
		}
	}
	if len(versions) < 20 {
		t.Errorf("only %d dependencies were read", len(versions))
	}
}
