package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseThatCannotBeReachedIsSaidToBe(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module a.example/a\n\ngo 1.26\n")
	write(t, dir, "a.go", "package a\n")
	away := httptest.NewServer(http.NotFoundHandler())
	defer away.Close()
	for _, db := range []string{away.URL, "http://127.0.0.1:1", "file://" + filepath.Join(dir, "nowhere")} {
		t.Setenv("GOVULNDB", db)
		var out, errs bytes.Buffer
		if code := run(t.Context(), dir, "vulnerabilities", &out, &errs); code != 0 || !strings.HasPrefix(out.String(), "SKIPPED: ") || !strings.Contains(out.String(), db) {
			t.Errorf("exit %d: %s%s", code, &out, &errs)
		}
	}
}

func TestADatabaseThatIsThereIsAsked(t *testing.T) {
	dir, db := t.TempDir(), t.TempDir()
	write(t, dir, "go.mod", "module a.example/a\n\ngo 1.26\n")
	write(t, dir, "a.go", "package a\n\nimport \"errors\"\n\n// Err is one.\nvar Err = errors.New(\"a\")\n")
	write(t, filepath.Join(db, "index"), "db.json", `{"modified":"2026-01-01T00:00:00Z"}`)
	write(t, filepath.Join(db, "index"), "modules.json", `[{"path":"stdlib","vulns":[{"id":"GO-2026-0001","modified":"2026-01-01T00:00:00Z"}]}]`)
	write(t, filepath.Join(db, "index"), "vulns.json", `[{"id":"GO-2026-0001","modified":"2026-01-01T00:00:00Z"}]`)
	write(t, filepath.Join(db, "ID"), "GO-2026-0001.json", `{"schema_version":"1.3.1","id":"GO-2026-0001","modified":"2026-01-01T00:00:00Z","summary":"errors err",
"affected":[{"package":{"name":"stdlib","ecosystem":"Go"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}],"ecosystem_specific":{"imports":[{"path":"errors","symbols":["New"]}]}}]}`)
	t.Setenv("GOVULNDB", "file://"+db)
	var out, errs bytes.Buffer
	if code := run(t.Context(), dir, "vulnerabilities", &out, &errs); code != 1 || !strings.Contains(out.String(), "GO-2026-0001") {
		t.Errorf("exit %d: %s%s", code, &out, &errs)
	}
}

func TestLicences(t *testing.T) {
	const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`
	for _, c := range []struct {
		name, file, text, says string
		code                   int
	}{
		{"a known and allowed one", "LICENSE", "MIT License\n\nCopyright (c) 2026 A\n\n" + mit, "1  MIT", 0},
		{"none", "README", mit, "no file of it is a known licence", 1},
		{"an unknown one", "LICENSE.md", "You may use this on Sundays.", "no file of it is a known licence", 1},
		{"one that is not allowed", "COPYING", "Licensed under the Server Side Public License. https://www.mongodb.com/licensing/server-side-public-license", "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "go.mod", "module a.example/a\n\ngo 1.26\n\nrequire b.example/b v0.0.0\n\nreplace b.example/b => ./testdata/b\n")
			write(t, dir, "a.go", "package a\n\nimport _ \"b.example/b\"\n")
			b := filepath.Join(dir, "testdata", "b")
			write(t, b, "go.mod", "module b.example/b\n\ngo 1.26\n")
			write(t, b, "b.go", "package b\n")
			write(t, b, c.file, c.text)
			var out, errs bytes.Buffer
			if code := run(t.Context(), dir, "licences", &out, &errs); code != c.code || !strings.Contains(out.String()+errs.String(), c.says) {
				t.Errorf("exit %d: %s%s", code, &out, &errs)
			}
		})
	}
	if bad := refused([]string{"MIT", "GPL-3.0"}, false); len(bad) != 1 {
		t.Errorf("shipped: %v", bad)
	}
	if bad := refused([]string{"MIT", "GPL-3.0"}, true); len(bad) != 0 {
		t.Errorf("beside: %v", bad)
	}
}

func TestWrongUse(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), "../..", "licenses", &out, &errs); code != 2 || !strings.Contains(errs.String(), "licences") {
		t.Errorf("exit %d: %s", code, &errs)
	}
	if code := run(t.Context(), t.TempDir(), "licences", &out, &errs); code != 1 || !strings.Contains(errs.String(), "-root") {
		t.Errorf("exit %d: %s", code, &errs)
	}
}
