package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

// TestEveryPackageIntroducesItself: go doc of a package begins with what it is for, in one place.
func TestEveryPackageIntroducesItself(t *testing.T) {
	said := map[string][]string{}
	for _, s := range ours(t) {
		if said[s.pkg] == nil {
			said[s.pkg] = []string{}
		}
		if s.file.Doc == nil {
			continue
		}
		comment := s.file.Doc.Text()
		said[s.pkg] = append(said[s.pkg], s.name)
		begins := "Package " + s.file.Name.Name + " "
		if s.file.Name.Name == "main" {
			begins = "Command "
		}
		if words := len(strings.Fields(comment)); !strings.HasPrefix(comment, begins) || words < 8 {
			t.Errorf("%s: the comment on the package does not introduce it (%q...)", s.name, begins)
		}
	}
	for pkg, files := range said {
		if len(files) != 1 {
			t.Errorf("%s is introduced %d times: %v", pkg, len(files), files)
		}
	}
}

// TestEveryExportedNameSaysWhatItIs: types, functions, methods of exported types, and values alone or as a group.
func TestEveryExportedNameSaysWhatItIs(t *testing.T) {
	checked := 0
	for _, s := range ours(t) {
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if !d.Name.IsExported() || d.Recv != nil && !ast.IsExported(receiver(d.Recv.List[0].Type)) || obvious(d) {
					continue
				}
				checked++
				if d.Doc == nil {
					t.Errorf("%s: %s has no comment", s.name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					for _, name := range bare(spec) {
						checked++
						if d.Doc == nil {
							t.Errorf("%s: %s has no comment", s.name, name)
						}
					}
				}
			}
		}
	}
	if checked < 500 {
		t.Errorf("only %d names were checked", checked)
	}
}

// obvious are methods whose interface says what they do.
func obvious(d *ast.FuncDecl) bool {
	return d.Recv != nil && (d.Name.Name == "Error" || d.Name.Name == "String")
}

// bare lists the exported names of a declaration that have no comment of their own.
func bare(spec ast.Spec) []string {
	var names []string
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil {
			names = append(names, s.Name.Name)
		}
	case *ast.ValueSpec:
		for _, n := range s.Names {
			if n.IsExported() && s.Doc == nil && s.Comment == nil {
				names = append(names, n.Name)
			}
		}
	}
	return names
}
