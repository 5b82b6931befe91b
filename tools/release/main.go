// Command release writes dist/: for each platform an archive of all five programs, what is in it (CycloneDX, from what the
// linker wrote into the program that holds all), and the checksums of both. The same commit and the same Go give the same bytes,
// wherever and whenever: no path, no clock and no name of a machine goes in.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// programs are what is built, by their package; everything names the one whose modules are those of all.
var programs = []string{
	everything, "./services/ingest/cmd/ingest", "./services/analyzer/cmd/analyzer", "./services/notifier/cmd/notifier", "./services/archiver/cmd/archiver",
}

const everything = "./cmd/autointel"

// beside is what an archive holds beside them: what is needed to run them on a machine, by its path in the repository.
var beside = []string{"LICENSE", "README.md", "CHANGELOG.md", "deploy/systemd/*", "deploy/nats/*.conf"}

// release is what one run makes.
type release struct {
	root      string // of the repository
	out       string
	version   string
	commit    time.Time // when the commit was made: the time of everything in an archive
	platforms []string
	jobs      int
}

func main() {
	r := release{}
	var platforms string
	flag.StringVar(&r.root, "root", ".", "the repository")
	flag.StringVar(&r.out, "out", "dist", "directory that is made anew")
	flag.StringVar(&r.version, "version", "", "what the release is called (what git describe says)")
	flag.StringVar(&platforms, "platforms", "linux/amd64 linux/arm64 darwin/amd64 darwin/arm64", "what is built")
	flag.IntVar(&r.jobs, "p", 0, "how many packages are compiled at a time (as many as there are processors)")
	flag.Parse()
	r.platforms = strings.Fields(platforms)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := r.make(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// make makes all of it.
func (r *release) make(ctx context.Context) (err error) {
	if r.root, err = filepath.Abs(r.root); err != nil {
		return err
	}
	if r.out, err = filepath.Abs(r.out); err != nil {
		return err
	}
	if r.version == "" {
		if r.version, err = r.git(ctx, "describe", "--tags", "--always", "--dirty"); err != nil {
			return err
		}
	}
	seconds, err := r.git(ctx, "log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return err
	}
	r.commit = time.Unix(unix, 0).UTC()
	if err := errors.Join(os.RemoveAll(r.out), os.MkdirAll(r.out, 0o755)); err != nil {
		return err
	}
	for _, p := range r.platforms {
		if err := r.platform(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return r.checksums()
}

// platform makes the archive of one platform, and its list of modules.
func (r *release) platform(ctx context.Context, platform string) error {
	system, processor, ok := strings.Cut(platform, "/")
	if !ok {
		return errors.New("a platform is a system and a processor: linux/amd64")
	}
	built, err := os.MkdirTemp("", "autointel-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(built)
	args := []string{
		"build", "-buildvcs=true", "-o", built + "/",
		"-ldflags=-s -w -buildid= -X autointel.example/internal/telemetry.stamped=" + r.version,
	}
	if r.jobs > 0 {
		args = append(args, "-p", strconv.Itoa(r.jobs))
	}
	// What a person has set for Go on this machine is no part of a release.
	environment := []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + processor, "GOFLAGS=-trimpath", "GOWORK=", "GOAMD64=v1", "GOARM64=v8.0"}
	if err := r.run(ctx, r.root, environment, "go", append(args, programs...)...); err != nil {
		return err
	}
	name := fmt.Sprintf("autointel_%s_%s_%s", r.version, system, processor)
	modules := filepath.Join(r.out, name+".cdx.json")
	if err := r.bill(ctx, filepath.Join(built, filepath.Base(everything)), modules); err != nil {
		return err
	}
	files := []file{{path: modules, name: "autointel.cdx.json", mode: 0o644}}
	for _, p := range programs {
		files = append(files, file{path: filepath.Join(built, filepath.Base(p)), name: filepath.Base(p), mode: 0o755})
	}
	for _, pattern := range beside {
		found, err := filepath.Glob(filepath.Join(r.root, pattern))
		if err != nil || len(found) == 0 {
			return fmt.Errorf("there is no %s (%v)", pattern, err)
		}
		for _, f := range found {
			files = append(files, file{path: f, name: filepath.Base(f), mode: 0o644})
		}
	}
	return writeArchive(filepath.Join(r.out, name+".tar.gz"), name, r.commit, files)
}

// bill lists the modules of a program. The tool is of this module's go.mod.
func (r *release) bill(ctx context.Context, program, to string) error {
	return r.run(ctx, filepath.Join(r.root, "tools", "release"), []string{"GOWORK=off", "GOFLAGS=-trimpath"},
		"go", "tool", "cyclonedx-gomod", "bin", "-json", "-std", "-noserial", "-notimestamp", "-version", r.version, "-output", to, program)
}

// checksums writes what `sha256sum --check` reads.
func (r *release) checksums() error {
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return err
	}
	var lines []string
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(r.out, e.Name()))
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(content), e.Name()))
		fmt.Printf("%6.1f MB  %s\n", float64(len(content))/1e6, e.Name())
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(strings.Join(lines, "")), 0o644)
}

func (r *release) git(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", append([]string{"-C", r.root}, args...)...).Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w; a release is made of a checkout", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

func (r *release) run(ctx context.Context, dir string, environment []string, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), environment...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, args[0], err, out)
	}
	return nil
}
