package archtest

import (
	"errors"
	"go/ast"
	"go/format"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the pages that people read.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md", "services/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			found[filepath.ToSlash(name)] = string(raw)
		}
	}
	if found["README.md"] == "" || found["docs/guarantees.md"] == "" {
		t.Fatalf("the documents were not found: %d", len(found))
	}
	return found
}

var testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// tests maps the name of each test to the directories that have one of that name.
func tests(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := walk(func(name string) error {
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		raw, err := os.ReadFile(filepath.Join(root, name))
		for _, m := range testFunc.FindAllStringSubmatch(string(raw), -1) {
			found[m[1]] = append(found[m[1]], path.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	testName = regexp.MustCompile("`(Test\\w+)`")
	// testsIn is a list of tests and where they stand: `TestThis`, `TestThat` (services/ingest, ...).
	testsIn = regexp.MustCompile("((?:`Test\\w+`(?:, )?)+) \\(([\\w/]+)")
)

func TestEveryTestThatADocumentNamesExists(t *testing.T) {
	all := tests(t)
	for name, content := range documents(t) {
		for _, m := range testName.FindAllStringSubmatch(content, -1) {
			if len(all[m[1]]) == 0 {
				t.Errorf("%s names %s, which does not exist", name, m[1])
			}
		}
	}
}

func TestEveryGuaranteeNamesATestWhereItStands(t *testing.T) {
	all := tests(t)
	guarantees := 0
	for line := range strings.Lines(documents(t)["docs/guarantees.md"]) {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| guarantee |") {
			continue
		}
		guarantees++
		placed := 0
		for _, m := range testsIn.FindAllStringSubmatch(line, -1) {
			for _, test := range testName.FindAllStringSubmatch(m[1], -1) {
				placed++
				if !slices.Contains(all[test[1]], m[2]) {
					t.Errorf("%s is not in %s but in %q", test[1], m[2], all[test[1]])
				}
			}
		}
		if placed == 0 || placed != len(testName.FindAllString(line, -1)) {
			t.Errorf("a guarantee that does not say where each of its tests stands: %s", line)
		}
	}
	if guarantees < 10 {
		t.Errorf("only %d guarantees were read", guarantees)
	}
}

var link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for name, content := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(content, -1) {
			if !exists(t, path.Join(path.Dir(name), m[1])) {
				t.Errorf("%s links to %s, which does not exist", name, m[1])
			}
		}
	}
}

func TestTheReadmeLinksEveryPage(t *testing.T) {
	all := documents(t)
	for name := range all {
		if path.Dir(name) == "docs" && !strings.Contains(all["README.md"], "]("+name+")") {
			t.Errorf("README.md does not link to %s", name)
		}
	}
}

var (
	codeSpan   = regexp.MustCompile("`([^`\\n]+)`")
	pathSpan   = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+/?$`)
	symbolSpan = regexp.MustCompile(`^([a-z]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*))?$`)
)

// TestWhatTheGuideToStagesNamesExists: every path and every name of Go in it, except those of the stage that it adds.
func TestWhatTheGuideToStagesNamesExists(t *testing.T) {
	declared := declarations(t)
	checked := 0
	for _, m := range codeSpan.FindAllStringSubmatch(documents(t)["docs/adding-a-stage.md"], -1) {
		span := m[1]
		if strings.Contains(strings.ToLower(span), "readtime") {
			continue
		}
		if s := symbolSpan.FindStringSubmatch(span); s != nil && declared[s[1]] != nil {
			checked++
			if !declared[s[1]][s[2]] || s[3] != "" && !declared[s[1]][s[2]+"."+s[3]] {
				t.Errorf("there is no %s", span)
			}
		} else if pathSpan.MatchString(span) {
			checked++
			if !exists(t, span) {
				t.Errorf("there is no %s", span)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d names were checked", checked)
	}
}

var goBlock = regexp.MustCompile("(?s)```go\n(package .*?)```")

func TestTheGuidesFilesAreGoAsWeWriteIt(t *testing.T) {
	blocks := goBlock.FindAllStringSubmatch(documents(t)["docs/adding-a-stage.md"], -1)
	if len(blocks) < 3 {
		t.Errorf("only %d files were read", len(blocks))
	}
	for _, b := range blocks {
		if formatted, err := format.Source([]byte(b[1])); err != nil || string(formatted) != b[1] {
			t.Errorf("not as gofmt writes it (%v):\n%s", err, b[1])
		}
	}
}

// declarations maps the name of each of our packages to what it declares: functions, types, values, and as "Type.Name" methods and fields.
func declarations(t *testing.T) map[string]map[string]bool {
	t.Helper()
	found := map[string]map[string]bool{}
	for _, s := range ours(t) {
		pkg := s.file.Name.Name
		if found[pkg] == nil {
			found[pkg] = map[string]bool{}
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					name = receiver(d.Recv.List[0].Type) + "." + name
				}
				found[pkg][name] = true
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					declare(found[pkg], spec)
				}
			}
		}
	}
	return found
}

func declare(into map[string]bool, spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, n := range s.Names {
			into[n.Name] = true
		}
	case *ast.TypeSpec:
		into[s.Name.Name] = true
		if st, ok := s.Type.(*ast.StructType); ok {
			for _, f := range st.Fields.List {
				for _, n := range f.Names {
					into[s.Name.Name+"."+n.Name] = true
				}
			}
		}
	}
}

// receiver returns the name of the type that a method is of.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// exists reports whether there is a file or a directory of a name below the root.
func exists(t *testing.T, name string) bool {
	t.Helper()
	_, err := os.Stat(filepath.Join(root, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}
