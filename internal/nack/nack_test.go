package nack

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
)

var update = flag.Bool("update", false, "write deploy/kubernetes/components/nack anew")

// production are the settings of deploy/kubernetes: three servers, and the programs' defaults.
var production = jetstream.Settings{Retention: 720 * time.Hour, SessionLifetime: 15 * time.Minute, Deadline: 6 * time.Hour, Replicas: 3}

func TestTheClustersStreamsAreThoseThatAreDeclared(t *testing.T) {
	files, err := Resources(jetstream.Declare(production, workflow.Consumers()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		path := filepath.Join("../../deploy/kubernetes/components/nack", name)
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s is not what is declared: go test ./nack -update (%v)", path, err)
		}
	}
}

func TestWhatNACKCannotSayIsNotLeftOut(t *testing.T) {
	_, err := Resources(jetstream.Declared{Streams: []js.StreamConfig{{Name: "X", MirrorDirect: true}}})
	if err == nil || !strings.Contains(err.Error(), "mirror_direct") {
		t.Errorf("got %v", err)
	}
}
