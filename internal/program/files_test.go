package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

type hidden string // as a key that is not shown

func (hidden) String() string { return "[secret]" }

func TestASettingsTwinNamesItsFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	type settings struct {
		Key      hidden `name:"key" env:"X_KEY"`
		KeyFile  string `name:"key-file" env:"X_KEY_FILE"`
		SeedFile string `name:"seed-file" env:"X_SEED_FILE"` // no setting of its own
	}
	var flags struct {
		NATS `embed:""`
		Run  struct {
			Inner settings `embed:""`
		} `cmd:""`
	}
	parse := func(args ...string) error {
		parser, err := kong.New(&flags)
		if err != nil {
			t.Fatal(err)
		}
		k, err := parser.Parse(append([]string{"run"}, args...))
		if err != nil {
			t.Fatal(err)
		}
		return ReadFiles(k)
	}
	t.Setenv("X_KEY_FILE", write("key", "swordfish\n"))
	t.Setenv("X_KEY", "of the environment")
	if err := parse("--nats-url-file", write("url", "nats://u:p@h"), "--seed-file", "/nowhere"); err != nil {
		t.Error(err)
	}
	if flags.Run.Inner.Key != "swordfish" || flags.NATS.URL != "nats://u:p@h" {
		t.Errorf("%q %q", string(flags.Run.Inner.Key), flags.NATS.URL)
	}
	t.Setenv("X_KEY_FILE", write("empty", " \n"))
	t.Setenv("NATS_URL_FILE", filepath.Join(dir, "none"))
	t.Setenv("NATS_URL", "nats://secret@h")
	err := parse()
	if err == nil || !strings.Contains(err.Error(), "X_KEY_FILE") || !strings.Contains(err.Error(), "NATS_URL_FILE") || strings.Contains(err.Error(), "secret@") {
		t.Errorf("every bad file is to be named, and no value: %v", err)
	}
}
