package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const prefix = "autointel.example/"

// source is one of our files, tests apart.
type source struct {
	pkg  string // its directory below the root, as "services/ingest"
	name string
	file *ast.File
}

// sources are all our files, tests apart, of the Go modules that people run.
var sources = sync.OnceValues(func() ([]source, error) {
	var found []source
	files := token.NewFileSet()
	err := walk(func(name string) error {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, filepath.Join(root, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil {
			found = append(found, source{path.Dir(name), name, file})
		}
		return err
	})
	if err == nil && len(found) < 100 {
		err = fmt.Errorf("the tree was not found: %d files", len(found))
	}
	return found, err
})

// root is the repository's, from this package.
const root = "../.."

// walk calls visit with every file of the tree by its name below the root, with slashes; those of testdata and hidden directories apart.
func walk(visit func(name string) error) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && name != root || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(rel))
	})
}

// ours returns all our files, tests apart.
func ours(t *testing.T) []source {
	t.Helper()
	all, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// imports maps each of our packages to what its files, tests apart, import.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, s := range ours(t) {
		found[s.pkg] = append(found[s.pkg], "") // so that a package without imports is known
		for _, i := range s.file.Imports {
			found[s.pkg] = append(found[s.pkg], pathOf(i))
		}
	}
	return found
}

// pathOf returns what an import imports.
func pathOf(i *ast.ImportSpec) string { return strings.Trim(i.Path.Value, "\"`") }

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
