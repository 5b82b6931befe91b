package faultpoint

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutTheTagThereAreNone(t *testing.T) {
	if On {
		t.Error("this build has fault points")
	}
}

// victim reaches one point three times, and says how far it came.
const victim = `package main

import (
	"os"

	"autointel.example/internal/faultpoint"
)

func main() {
	for range 3 {
		faultpoint.Reached("append", "autointel.wf_0190b3c4d5e67f8090a1b2c3d4e5f607.here")
		_, _ = os.Stdout.WriteString("on ")
	}
}
`

func TestWithTheTagAProcessDiesAtTheVeryPoint(t *testing.T) {
	dir, err := os.MkdirTemp(".", "testdata-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, log := filepath.Join(t.TempDir(), "victim"), filepath.Join(t.TempDir(), "log")
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(victim), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "faultpoints", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for kill, want := range map[string]string{"": "on on on ", "append autointel.wf.here #2": "on ", "append autointel.wf.here #4": "on on on "} {
		cmd := exec.CommandContext(t.Context(), binary)
		cmd.Env = append(os.Environ(), EnvKill+"="+kill, EnvLog+"="+log)
		out, err := cmd.Output()
		if string(out) != want || (err != nil) != (want == "on ") {
			t.Errorf("kill at %q: %q, %v", kill, out, err)
		}
	}
	content, err := os.ReadFile(log)
	if err != nil || strings.Count(string(content), "append autointel.wf.here #2\n") != 3 || strings.Count(string(content), "#3\n") != 2 {
		t.Errorf("%s %v", content, err)
	}
}
