// Command supply looks at what this repository is built from: whether any of it has a known vulnerability, and under which licences
// it stands. Modules that nobody installs, such as the linter's, are looked at as well.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	root := flag.String("root", ".", "the repository")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "use: supply [-root DIR] vulnerabilities|licences")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, *root, flag.Arg(0), os.Stdout, os.Stderr))
}

// run carries out one of the two and returns its exit code: 0 all is well or, in so many words, was not looked at; 1 it is not; 2 wrong
// use.
func run(ctx context.Context, root, what string, stdout, stderr io.Writer) int {
	modules, err := modulesIn(root)
	if err == nil {
		switch what {
		case "vulnerabilities":
			err = vulnerabilities(ctx, modules, database(), stdout)
		case "licences":
			err = licences(ctx, modules, stdout)
		default:
			fmt.Fprintf(stderr, "supply: say what to look at: vulnerabilities or licences, not %q\n", what)
			return 2
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "supply:", err)
		return 1
	}
	return 0
}

// module is one of the repository's own.
type module struct {
	root, dir string // dir as from the root
}

// shipped reports whether what it needs reaches who installs the product.
func (m module) shipped() bool {
	first, _, _ := strings.Cut(m.dir, "/")
	return !slices.Contains([]string{"tools", "bench", "deploy"}, first)
}

// modulesIn finds every module of the repository.
func modulesIn(root string) (all []module, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "dist"):
			return filepath.SkipDir
		case d.Name() == "go.mod":
			dir, err := filepath.Rel(root, filepath.Dir(path))
			all = append(all, module{root, filepath.ToSlash(dir)})
			return err
		}
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("there is no go.mod below %s: name the repository with -root", root)
	}
	return all, err
}

// packages are patterns for all that a module has: its packages, and the tools that it pins.
func (m module) packages(ctx context.Context) ([]string, error) {
	var patterns []string
	for _, p := range []string{"./...", "tool"} {
		out, err := m.goes(ctx, "list", p)
		if err != nil && p == "./..." {
			return nil, err
		}
		if err == nil && len(out) > 0 { // a module without tools says so by an error
			patterns = append(patterns, p)
		}
	}
	if len(patterns) == 0 {
		return nil, fmt.Errorf("%s has neither packages nor tools", m.dir)
	}
	return patterns, nil
}

// goes runs the go command in a module, by its own go.mod.
func (m module) goes(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) // #nosec G204 -- arguments of our own
	cmd.Dir, cmd.Env = filepath.Join(m.root, m.dir), append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("go %s in %s: %w: %s", args[0], m.dir, err, strings.TrimSpace(string(exit.Stderr)))
	}
	return string(out), err
}
