package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const version = "v0.0.0-test"

// here is what this machine runs.
var here = runtime.GOOS + "/" + runtime.GOARCH

// checkout is the commit at hand in a directory of its own.
func checkout(t *testing.T, name string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), name)
	if out, err := exec.CommandContext(t.Context(), "git", "clone", "--quiet", "--shared", "../..", root).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return root
}

// TestTheSameCommitGivesTheSameBytes makes the release of two checkouts, whose paths differ in length and whose files in age, and
// looks into what came of it as somebody who downloads it does.
func TestTheSameCommitGivesTheSameBytes(t *testing.T) {
	var made []release
	for _, name := range []string{"one", "another-checkout"} {
		r := release{root: checkout(t, name), out: filepath.Join(t.TempDir(), "dist"), version: version, platforms: []string{here}}
		if err := r.make(t.Context()); err != nil {
			t.Fatal(err)
		}
		made = append(made, r)
	}
	sums := read(t, filepath.Join(made[0].out, "SHA256SUMS"))
	if other := read(t, filepath.Join(made[1].out, "SHA256SUMS")); sums != other {
		t.Fatalf("two checkouts of one commit give\n%sand\n%s", sums, other)
	}
	checked(t, made[0].out, sums)
	name := "autointel_" + version + "_" + strings.ReplaceAll(here, "/", "_")
	to := t.TempDir()
	unpack(t, made[0], name, to)
	holds(t, filepath.Join(to, name))
	says(t, filepath.Join(to, name), made[0].root)
	listed(t, filepath.Join(to, name))
}

// checked compares the checksums with the files.
func checked(t *testing.T, dist, sums string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(sums), "\n")
	if len(lines) != 2 {
		t.Errorf("an archive and its list of modules have %d checksums", len(lines))
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(read(t, filepath.Join(dist, name))))); got != sum {
			t.Errorf("%s: %s is written, %s is right", name, sum, got)
		}
	}
}

// unpack unpacks an archive, and looks at what it says of its files.
func unpack(t *testing.T, r release, name, to string) {
	t.Helper()
	f, err := os.Open(filepath.Join(r.out, name+".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(packed); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(h.Name, name+"/") || h.Uid != 0 || h.Gid != 0 || h.Uname != "" || !h.ModTime.Equal(r.commit) {
			t.Errorf("%s belongs to %d:%d %s and is of %s; the commit is of %s", h.Name, h.Uid, h.Gid, h.Uname, h.ModTime, r.commit)
		}
		path := filepath.Join(to, filepath.FromSlash(h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, h.FileInfo().Mode())
		} else {
			var content []byte
			if content, err = io.ReadAll(archive); err == nil {
				err = os.WriteFile(path, content, h.FileInfo().Mode())
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// holds compares an archive's files with what the pages tell people to do with them.
func holds(t *testing.T, dir string) {
	t.Helper()
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, e.Name())
		runs := slices.ContainsFunc(programs, func(p string) bool { return filepath.Base(p) == e.Name() })
		if want := map[bool]fs.FileMode{true: 0o755, false: 0o644}[runs]; info.Mode().Perm() != want {
			t.Errorf("%s has the mode %v", e.Name(), info.Mode())
		}
	}
	want := []string{
		"CHANGELOG.md", "LICENSE", "README.md", "accounts.conf", "analyzer", "archiver", "autointel", "autointel-backup.service", "autointel-backup.timer",
		"autointel.cdx.json", "autointel.env.example", "autointel.service", "ingest", "notifier", "server.conf",
	}
	if !slices.Equal(names, want) {
		t.Errorf("holds %q", names)
	}
}

// says asks each program which release it is of.
func says(t *testing.T, dir, root string) {
	t.Helper()
	for _, p := range programs {
		out, err := exec.CommandContext(t.Context(), filepath.Join(dir, filepath.Base(p)), "--version").Output()
		if err != nil || strings.TrimSpace(string(out)) != version {
			t.Errorf("%s says that it is %q (%v)", p, out, err)
		}
	}
	commit, err := exec.CommandContext(t.Context(), "git", "-C", root, "rev-parse", "HEAD").Output()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(dir, "autointel"), "version", "--json").Output()
	var b struct {
		Version, Revision, Platform string
		Modified                    bool
	}
	if err != nil || json.Unmarshal(out, &b) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if b.Version != version || b.Revision != strings.TrimSpace(string(commit)) || b.Platform != here || b.Modified {
		t.Errorf("%+v", b)
	}
}

// listed compares the list of modules with what the linker wrote into each program: one list is of them all.
func listed(t *testing.T, dir string) {
	t.Helper()
	var bill struct {
		BOMFormat  string `json:"bomFormat"`
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "autointel.cdx.json"))), &bill); err != nil || bill.BOMFormat != "CycloneDX" {
		t.Fatalf("%q: %v", bill.BOMFormat, err)
	}
	of := map[string]string{}
	for _, c := range bill.Components {
		of[c.Name] = c.Version
	}
	for _, p := range programs {
		info, err := buildinfo.ReadFile(filepath.Join(dir, filepath.Base(p)))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range info.Deps {
			if got, ok := of[m.Path]; !ok || !strings.HasPrefix(m.Path, "autointel.example/") && got != m.Version {
				t.Errorf("%s has %s %s, the list %q", p, m.Path, m.Version, got)
			}
		}
	}
	if len(of) < 50 {
		t.Errorf("the list has %d modules", len(of))
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
