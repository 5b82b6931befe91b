//go:build integration

package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestAProcessThatIsKilledAtAnyPointLeavesTheSame tries a few points of each workflow. All of them are `go run ./bench/crash`.
func TestAProcessThatIsKilledAtAnyPointLeavesTheSame(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "autointel")
	if err := build(t.Context(), binary); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"--points=2", "--json", "--program=" + binary, "--dir=" + t.TempDir()}, &out, &errs)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var last struct {
		Different int
		Depths    []row
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatalf("the last line is no JSON: %v\n%s%s", err, &out, &errs)
	}
	if code != 0 || last.Different != 0 || len(last.Depths) != len(scenarios()) {
		t.Errorf("exit code %d\n%s%s", code, &out, &errs)
	}
	for _, r := range last.Depths {
		if r.Tried != 2 || r.Same+r.Again+r.Kept+r.Unreached != 2 || r.Points < 50 || r.Kinds["append"] < 8 || r.Kinds["ack"] < 8 || r.Kinds["discord"] < 2 {
			t.Errorf("%+v", r)
		}
	}
}
