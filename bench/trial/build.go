package trial

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Build builds a program of the repository, or one that a module of it depends on, into a file. The module is named by its directory from
// the root of the repository and built by its own go.mod; the current directory is anywhere within the repository.
func Build(ctx context.Context, module, pkg, into string, flags ...string) error {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "autointel.example/bench").Output()
	if err != nil {
		return fmt.Errorf("find the source of autointel.example/bench: run this within the repository: %w", err)
	}
	cmd := exec.CommandContext(ctx, "go", slices.Concat([]string{"build", "-o", into}, flags, []string{pkg})...) // #nosec G204 -- our own packages
	cmd.Dir, cmd.Env = filepath.Join(strings.TrimSpace(string(out)), "..", module), append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", pkg, err, out)
	}
	return nil
}

// Autointel builds autointel into a file.
func Autointel(ctx context.Context, into string, flags ...string) error {
	return Build(ctx, filepath.Join("cmd", "autointel"), ".", into, flags...)
}
