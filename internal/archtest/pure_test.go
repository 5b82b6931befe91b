package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// pure packages are functions of their arguments: neither they nor what they import of ours may reach outside, or ask what time it is.
var pure = []string{
	"schemas", "internal/workflow", "internal/consume", "internal/console", "internal/weburl",
	"services/analyzer/briefing", "services/analyzer/claims", "services/analyzer/claims/statement", "services/analyzer/graph",
	"services/analyzer/knowledge", "services/analyzer/profile", "services/analyzer/quality", "services/analyzer/research",
	"services/analyzer/signals", "services/analyzer/signals/cues", "services/analyzer/text",
	"services/archiver/archive",
	"services/ingest/cache", "services/ingest/captions", "services/ingest/cues", "services/ingest/links", "services/ingest/robots",
}

// readers make a schemas.Source of what was fetched. They are pure but for the names below, which are data: what a server answered,
// and how that could not be read. The reader of PDF also starts PDFium as WebAssembly, which gets no files, network or clock.
var readers = []string{"services/ingest/article", "services/ingest/feed", "services/ingest/pdf"}

// data is what readers may use of packages that reach outside: types, reasons, and a function of bytes.
var data = map[string][]string{
	"autointel.example/services/ingest/fetch": {
		"Response", "Error", "Reason",
		"InvalidURL", "UnsupportedMedia", "NoText", "Malformed", "TooLarge", "Timeout", "Encrypted",
	},
	"net/http": {"DetectContentType"},
}

// outside is what a pure package must not import. What ends with a slash, or has a dot, forbids all that is below it.
var outside = []string{
	"net", "net/http", "os", "os/exec", "os/signal", "syscall", "database/sql", "github.com/nats-io/", "github.com/bwmarrin/discordgo",
	"github.com/prometheus/", "go.opentelemetry.io/", "modernc.org/sqlite", "github.com/jackc/pgx",
}

// asked are the functions by which a program asks for what is no argument of it: the time, and chance.
var asked = map[string][]string{
	"time":         {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"math/rand":    {"Int", "Intn", "IntN", "Float64", "Perm", "Shuffle", "Read", "Uint32", "Uint64", "N"},
	"math/rand/v2": {"Int", "Intn", "IntN", "Float64", "Perm", "Shuffle", "Read", "Uint32", "Uint64", "N"},
}

func TestPurePackagesReachNothingOutside(t *testing.T) {
	all := imports(t)
	for _, pkg := range slices.Concat(pure, readers) {
		if len(all[pkg]) == 0 {
			t.Errorf("there is no package %s: the list of pure packages is out of date", pkg)
		}
		seen := map[string]bool{}
		var visit func(p string, way []string)
		visit = func(p string, way []string) {
			if seen[p] {
				return
			}
			seen[p] = true
			for _, imported := range all[p] {
				if slices.Contains(readers, p) && data[imported] != nil {
					continue // TestReadersTakeDataAlone
				}
				if other, ours := strings.CutPrefix(imported, prefix); ours {
					visit(other, append(slices.Clone(way), other))
				} else if forbidden(imported) {
					t.Errorf("%s imports %s", strings.Join(way, " -> "), imported)
				}
			}
		}
		visit(pkg, []string{pkg})
	}
}

func TestReadersTakeDataAlone(t *testing.T) {
	for _, s := range ours(t) {
		if !slices.Contains(readers, s.pkg) {
			continue
		}
		for imported, allowed := range data {
			for _, name := range usedOf(s.file, imported) {
				if !slices.Contains(allowed, name) {
					t.Errorf("%s uses %s.%s, which is not data", s.name, path.Base(imported), name)
				}
			}
		}
	}
}

func TestPurePackagesAskForNothing(t *testing.T) {
	for _, s := range ours(t) {
		if !slices.Contains(pure, s.pkg) && !slices.Contains(readers, s.pkg) {
			continue
		}
		for imported, functions := range asked {
			for _, name := range usedOf(s.file, imported) {
				if slices.Contains(functions, name) {
					t.Errorf("%s uses %s of %s: it is to be an argument", s.name, name, imported)
				}
			}
		}
	}
}

// usedOf lists the names that a file uses of a package it imports.
func usedOf(file *ast.File, imported string) []string {
	local := ""
	for _, i := range file.Imports {
		if pathOf(i) == imported {
			local = path.Base(strings.TrimSuffix(imported, "/v2"))
			if i.Name != nil {
				local = i.Name.Name
			}
		}
	}
	if local == "" {
		return nil
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == local {
				names = append(names, s.Sel.Name)
			}
		}
		return true
	})
	return names
}

// TestTheRulesBite: what they are to find is found in files that break them.
func TestTheRulesBite(t *testing.T) {
	for imported, want := range map[string]bool{
		"net": true, "net/url": false, "net/http": true, "net/http/httptest": false, "os": true, "io/fs": false, "golang.org/x/net/html": false,
		"github.com/nats-io/nats.go": true, "github.com/jackc/pgx/v5": true, "github.com/prometheus/client_golang/prometheus": true,
	} {
		if forbidden(imported) != want {
			t.Errorf("%s: forbidden is %v", imported, !want)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "a.go", "package a\nimport (clock \"time\"; \"math/rand/v2\")\nvar _ = clock.Now().Add(rand.N(clock.Second))", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := usedOf(file, "time"); !slices.Equal(got, []string{"Now", "Second"}) {
		t.Errorf("of time: %q", got)
	}
	if got := usedOf(file, "math/rand/v2"); !slices.Equal(got, []string{"N"}) {
		t.Errorf("of rand: %q", got)
	}
}

func forbidden(imported string) bool {
	return slices.ContainsFunc(outside, func(o string) bool {
		return imported == o || strings.HasSuffix(o, "/") && strings.HasPrefix(imported, o) || strings.HasPrefix(imported, path.Clean(o)+"/") && strings.Contains(o, ".")
	})
}
