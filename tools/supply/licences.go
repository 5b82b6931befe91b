package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are the licences under which something may be part of the product: they ask for a notice at most, or for the source of
// changes to the file itself.
var allowed = []string{
	"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-2-Clause-Views", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "PostgreSQL", "Unlicense", "Zlib",
}

// allowedBeside are those under which, besides, a tool may stand that only works on the product: nothing of it is shipped.
var allowedBeside = []string{"GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-3.0", "LGPL-3.0-or-later", "LGPL-2.1", "GPL-2.0", "GPL-2.0-or-later", "OFL-1.1", "CC-BY-SA-4.0", "ErlPL-1.1", "WTFPL"}

// read are modules whose licence was read by a person, because none of their files is known to the scanner: the licence, and why.
var read = map[string]struct{ licence, why string }{
	"github.com/cactus/go-statsd-client/statsd":    {"MIT", "each file says so; the text stands at the root of its repository, outside of the module"},
	"github.com/golangci/gofmt":                    {"BSD-3-Clause", "a copy of the Go authors' gofmt, whose licence that is; it has no file of its own for it"},
	"github.com/nexus-rpc/nexus-proto-annotations": {"MIT", "the file was added after this version, and says so"},
}

// known is how much of a file must be the text of known licences for the file to be one, in percent.
const known = 75

// licences looks for the licence of every module that is linked into anything. One of them that is unknown or not allowed is an error.
func licences(ctx context.Context, modules []module, out io.Writer) error {
	beside := map[string]bool{} // by the dependency's path and version: is it needed by nothing that is shipped
	dirs := map[string]string{}
	for _, m := range modules {
		found, err := m.dependencies(ctx)
		if err != nil {
			return err
		}
		for name, dir := range found {
			was, seen := beside[name]
			beside[name] = !m.shipped() && (!seen || was)
			dirs[name] = dir
		}
	}
	count := map[string]int{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(dirs)) {
		path, _, _ := strings.Cut(name, "@")
		names, err := licencesIn(dirs[name])
		if r, is := read[path]; is && err == nil && len(names) == 0 {
			names = []string{r.licence}
		}
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		case len(names) == 0:
			errs = append(errs, fmt.Errorf("%s: no file of it is a known licence; read it, and enter it in tools/supply/licences.go or do without the module", name))
		default:
			if bad := refused(names, beside[name]); len(bad) > 0 {
				errs = append(errs, fmt.Errorf("%s: %s is not among the allowed licences (tools/supply/licences.go)", name, strings.Join(bad, ", ")))
			}
		}
		count[strings.Join(names, " + ")]++
	}
	for _, names := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprintf(out, "%5d  %s\n", count[names], names)
	}
	fmt.Fprintf(out, "%5d  dependencies of %d modules\n", len(dirs), len(modules))
	return errors.Join(errs...)
}

// refused are those licences that are not allowed.
func refused(names []string, beside bool) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.Contains(allowed, name) || beside && slices.Contains(allowedBeside, name)
	})
}

// dependencies are the modules whose packages a module links, its tests and tools included, and where their source is.
func (m module) dependencies(ctx context.Context) (map[string]string, error) {
	patterns, err := m.packages(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, p := range patterns {
		args := []string{"list", "-deps", "-f", `{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}} {{if .Replace}}{{.Replace.Dir}}{{else}}{{.Dir}}{{end}}{{end}}{{end}}`, p}
		if p != "tool" {
			args = slices.Insert(args, 2, "-test")
		}
		out, err := m.goes(ctx, args...)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(out) {
			name, dir, ok := strings.Cut(strings.TrimSpace(line), " ")
			if ok && !strings.HasPrefix(name, "autointel.example/") {
				found[name] = dir
			}
		}
	}
	return found, nil
}

// isLicence tells the files in which modules keep theirs.
var isLicence = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense|copyright|mit-license)([-._].*)?$`)

// licencesIn are the licences at the root of a module. Some have their licence in the text that introduces them.
func licencesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() || !isLicence.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name())) // #nosec G304 -- of the module cache
		if err != nil {
			return nil, err
		}
		if cover := licensecheck.Scan(content); cover.Percent >= known {
			for _, match := range cover.Match {
				names = append(names, match.ID)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
