package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCredentialsAreReadFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	d := Discord{ApplicationIDFile: write("id", "42\n"), PublicKey: "of the environment", PublicKeyFile: write("key", " abc "), TokenFile: write("token", "secret\n"), API: "kept"}
	for range 2 { // resolving twice is the same as once
		if err := d.Resolve(); err != nil || d.ApplicationID != "42" || d.PublicKey != "abc" || d.Token != "secret" || d.API != "kept" {
			t.Errorf("%+v, %v", d, err)
		}
	}
	err := (&Discord{ApplicationIDFile: filepath.Join(dir, "none"), PublicKeyFile: write("empty", "\n"), Token: "secret"}).Resolve()
	if err == nil || !strings.Contains(err.Error(), "DISCORD_APPLICATION_ID_FILE") || !strings.Contains(err.Error(), "DISCORD_PUBLIC_KEY_FILE") {
		t.Errorf("every bad file is to be named: %v", err)
	}
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a secret is shown: %v", err)
	}
}
