package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// database is where known vulnerabilities of Go modules are: Go's own, or that of GOVULNDB.
func database() string { return cmp.Or(os.Getenv("GOVULNDB"), "https://vuln.go.dev") }

// vulnerabilities looks up every module. Where the database cannot be reached nothing can be looked up: that is said, and is no error,
// since a machine without the internet must be able to build.
func vulnerabilities(ctx context.Context, modules []module, db string, out io.Writer) error {
	if err := reach(ctx, db); err != nil {
		fmt.Fprintf(out, "SKIPPED: the database of vulnerabilities at %s cannot be reached (%v), so nothing was checked. "+
			"Run this where it can be, or name a mirror or a copy with GOVULNDB.\n", db, err)
		return nil
	}
	var errs []error
	for _, m := range modules {
		patterns, err := m.packages(ctx)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, p := range patterns {
			fmt.Fprintf(out, "vulnerabilities %s %s\n", m.dir, p)
			if err := govulncheck(ctx, m, db, p, out); err != nil {
				errs = append(errs, fmt.Errorf("%s %s: %w", m.dir, p, err))
			}
		}
	}
	return errors.Join(errs...)
}

// govulncheck runs the version of it that this module pins. It ends with an error when code that we call is vulnerable.
func govulncheck(ctx context.Context, m module, db, pattern string, out io.Writer) error {
	cmd := exec.CommandContext(ctx, "go", "tool", "govulncheck", "-C", filepath.Join(m.root, m.dir), "-db", db, pattern) // #nosec G204 -- arguments of our own
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), "GOWORK=off"), out, out
	return cmd.Run()
}

// reach asks for the database's own description.
func reach(ctx context.Context, db string) error {
	u, err := url.Parse(db)
	if err != nil {
		return err
	}
	if u.Scheme == "file" {
		_, err := os.Stat(filepath.Join(filepath.FromSlash(u.Path), "index", "db.json"))
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(db, "/")+"/index/db.json", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 15 * time.Second}
	answer, err := client.Do(request) // #nosec G704 -- whoever runs this names the database
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}
