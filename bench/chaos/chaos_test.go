//go:build integration

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// built is a directory with the programs, which all tests share.
var built struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

func programsOf(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "chaos-programs-"); built.err == nil {
			built.err = build(context.Background(), built.dir)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.dir
}

// TestWhatIsUndoneAfterARunIsFound runs the whole, and then does on purpose what must not be: a judge that finds nothing is
// worth nothing.
func TestWhatIsUndoneAfterARunIsFound(t *testing.T) {
	t.Parallel()
	programs := programsOf(t)
	for _, c := range []struct {
		undo string
		want summary // of what must not be
		code int
	}{
		{"", summary{}, 0},
		{"archive", summary{Lost: 1}, 1},
		{"answer", summary{Doubled: 1}, 1},
		{"stranger", summary{Doubled: 1, Misdelivered: 1}, 1},
	} {
		t.Run("undo "+c.undo, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			args := []string{"--workflows=30", "--seed=1", "--duration=6s", "--session=6s", "--faults=none", "--json", "--programs=" + programs, "--dir=" + t.TempDir(), "--undo=" + c.undo}
			if code := run(t.Context(), args, &out, &errs); code != c.code {
				t.Errorf("exit code %d, not %d\n%s%s", code, c.code, &out, &errs)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			var s summary
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &s); err != nil {
				t.Fatalf("the last line is no JSON: %v\n%s%s", err, &out, &errs)
			}
			if s.Seed != 1 || s.Asked != 30 || s.Acknowledged == 0 || s.Results == 0 {
				t.Errorf("%+v", s)
			}
			found := summary{
				Lost: s.Lost, Doubled: s.Doubled, Misdelivered: s.Misdelivered, Overwritten: s.Overwritten, Stuck: s.Stuck, Illegal: s.Illegal, Contradicted: s.Contradicted,
				Panics: s.Panics, Unclean: s.Unclean,
			}
			if a, b := toJSON(t, found), toJSON(t, c.want); a != b {
				t.Errorf("found %s\nnot   %s\n%s", a, b, &out)
			}
			if (s.Evidence != "") != (c.code == 1) {
				t.Errorf("the evidence is said to be in %q", s.Evidence)
			}
		})
	}
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	content, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestNothingIsLostUnderFaults is a short run of each kind of broker. A longer one is `make chaos`.
func TestNothingIsLostUnderFaults(t *testing.T) {
	t.Parallel()
	programs := programsOf(t)
	for name, flags := range map[string][]string{"durable": nil, "fast": {"--durability=fast"}, "three brokers": {"--nodes=3"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			args := append([]string{"--workflows=40", "--seed=4", "--duration=12s", "--programs=" + programs, "--dir=" + t.TempDir()}, flags...)
			if code := run(t.Context(), args, &out, &errs); code != 0 {
				t.Errorf("exit code %d\n%s%s", code, &out, &errs)
			}
		})
	}
}
