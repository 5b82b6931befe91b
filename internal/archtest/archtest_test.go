package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const prefix = "autointel.example/"

// pure packages are functions of their arguments: neither they nor what they import of ours may reach outside.
var pure = []string{
	"schemas", "internal/workflow", "internal/consume", "internal/weburl",
	"services/ingest/captions", "services/ingest/cues", "services/ingest/links", "services/ingest/robots", "services/ingest/cache", "services/analyzer/text", "services/analyzer/briefing", "services/analyzer/knowledge", "services/archiver/archive",
}

// outside is what a pure package must not import.
var outside = []string{
	"net", "net/http", "os", "os/exec", "database/sql", "github.com/nats-io/", "github.com/bwmarrin/discordgo", "github.com/prometheus/", "go.opentelemetry.io/", "modernc.org/sqlite", "github.com/jackc/pgx",
}

// imports maps each of our packages to what its files, tests apart, import.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	files := token.NewFileSet()
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != root || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		found[pkg] = append(found[pkg], "") // so that a package without imports is known
		for _, i := range file.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			found[pkg] = append(found[pkg], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found["schemas"]) == 0 || len(found["services/ingest"]) == 0 {
		t.Fatalf("the tree was not found: %d packages", len(found))
	}
	return found
}

// floor is how high a package stands: imports go down, or stay within a module.
func floor(pkg string) int {
	return slices.Index([]string{"schemas", "internal", "services", "cmd"}, strings.SplitN(pkg, "/", 2)[0])
}

// service returns the service a package belongs to; empty: none.
func service(pkg string) string {
	parts := strings.Split(pkg, "/")
	if parts[0] == "services" && len(parts) > 1 {
		return parts[1]
	}
	return ""
}

func TestArrowsPointOneWay(t *testing.T) {
	for pkg, list := range imports(t) {
		if floor(pkg) < 0 {
			continue
		}
		for _, imported := range list {
			other, ours := strings.CutPrefix(imported, prefix)
			if !ours {
				continue
			}
			if floor(other) > floor(pkg) {
				t.Errorf("%s imports %s, which stands above it", pkg, other)
			}
			if service(pkg) != "" && service(other) != "" && service(pkg) != service(other) {
				t.Errorf("%s imports %s: services speak by events alone", pkg, other)
			}
		}
	}
}

// TestTheAnalyzerReachesItsModelAlone: what it works on comes over the log, and nothing else of it opens a connection of its own.
func TestTheAnalyzerReachesItsModelAlone(t *testing.T) {
	for pkg, list := range imports(t) {
		if strings.HasPrefix(pkg, "services/analyzer") && pkg != "services/analyzer/llm" && (slices.Contains(list, "net/http") || slices.Contains(list, "net")) {
			t.Errorf("%s reaches the network", pkg)
		}
	}
}

func TestPurePackagesReachNothingOutside(t *testing.T) {
	all := imports(t)
	for _, pkg := range pure {
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

func forbidden(imported string) bool {
	return slices.ContainsFunc(outside, func(o string) bool {
		return imported == o || strings.HasSuffix(o, "/") && strings.HasPrefix(imported, o) || strings.HasPrefix(imported, path.Clean(o)+"/") && strings.Contains(o, ".")
	})
}
