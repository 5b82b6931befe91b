package check

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/alecthomas/kong"

	"autointel.example/internal/program"
	"autointel.example/services/analyzer"
	"autointel.example/services/archiver"
	"autointel.example/services/ingest"
	"autointel.example/services/notifier"
)

// Settings are the environment variables that each program reads, by its name: the services' by their own configuration,
// the binary's by the tags of its source too, since a main package cannot be imported.
func Settings(root string) (map[string][]string, error) {
	all := map[string][]string{}
	for name, read := range map[string]func() ([]string, error){
		"ingest": envs[ingest.Config], "analyzer": envs[analyzer.Config], "notifier": envs[notifier.Config], "archiver": envs[archiver.Config],
	} {
		names, err := read()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		names = append(names, standard...)
		all[name] = names
		all["autointel"] = append(all["autointel"], names...)
	}
	sources, err := filepath.Glob(filepath.Join(root, "cmd", "autointel", "*.go"))
	if err != nil || len(sources) == 0 {
		return nil, fmt.Errorf("no source of cmd/autointel under %s: %w", root, err)
	}
	for _, path := range sources {
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, m := range envTag.FindAllSubmatch(source, -1) {
			all["autointel"] = append(all["autointel"], string(m[1]))
		}
	}
	return all, nil
}

// standard are the settings of OpenTelemetry, which its library reads.
var standard = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"}

var envTag = regexp.MustCompile(`env:"([A-Z0-9_]+)"`)

// envs lists what a service with the configuration C reads.
func envs[C any]() ([]string, error) {
	var flags struct {
		program.Common `embed:""`
		Service        C `embed:""`
	}
	k, err := kong.New(&flags)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range k.Model.Flags {
		names = append(names, f.Envs...)
	}
	slices.Sort(names)
	return names, nil
}

// credential is what the names of settings look like that hold one.
var credential = regexp.MustCompile(`(TOKEN|KEY|SECRET|PASSWORD)$|^(DATABASE|NATS|AUTOINTEL_WEBHOOK)_URL$`)

// WithoutFile lists the settings of a program that hold a credential and have no twin that names its file.
func WithoutFile(settings []string) []string {
	var lacking []string
	for _, name := range settings {
		if credential.MatchString(name) && !slices.Contains(settings, name+"_FILE") {
			lacking = append(lacking, name)
		}
	}
	return lacking
}
