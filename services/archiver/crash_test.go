//go:build integration

package archiver_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/file"
	"autointel.example/services/archiver/pgtest"
)

// broker is a server of the test that other processes reach, with a consumer whose forgotten messages come again soon.
func broker(t *testing.T) (*jetstream.Client, string) {
	t.Helper()
	server, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: t.TempDir(), Listen: "127.0.0.1:0", Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	nc, err := server.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nc.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	consumers := workflow.Consumers()
	for i := range consumers {
		consumers[i].AckWait = time.Second
	}
	if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), consumers); err != nil {
		t.Fatal(err)
	}
	return natstest.Bind(t, nc, jetstream.Options{}), server.URL()
}

// archivers runs the archiver as a process of its own.
type archivers struct {
	binary string
	env    []string
}

func newArchivers(t *testing.T, natsURL, databaseURL, dataDir string) archivers {
	t.Helper()
	a := archivers{filepath.Join(t.TempDir(), "archiver"), append(os.Environ(),
		"NATS_URL="+natsURL, "DATABASE_URL="+databaseURL, "AUTOINTEL_DATA_DIR="+dataDir, "AUTOINTEL_HTTP_ADDR=127.0.0.1:0", "AUTOINTEL_LOG_LEVEL=error")}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", a.binary, "./cmd/archiver").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return a
}

func (a archivers) start(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), a.binary)
	cmd.Env, cmd.Stderr = a.env, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestAnArchiverThatIsKilledOverAndOver kills archivers 50 times while results arrive that could not be delivered, then lets
// one finish: every one of them is in the archive once, in one file, and announced once. On PostgreSQL two of them race.
func TestAnArchiverThatIsKilledOverAndOver(t *testing.T) {
	const kills, results = 50, 400
	for _, store := range []string{"sqlite", "postgres"} {
		t.Run(store, func(t *testing.T) {
			client, natsURL := broker(t)
			db := archiver.Database{DataDir: t.TempDir()}
			racers := 1
			if store == "postgres" {
				db.URL, racers = pgtest.Start(t).Database(t), 2
			}
			a := newArchivers(t, natsURL, db.URL, db.DataDir)
			var feeding sync.WaitGroup
			feeding.Go(func() { feed(t, client, results) })
			for range kills {
				var running []*exec.Cmd
				for range racers {
					running = append(running, a.start(t))
				}
				<-time.After(time.Duration(100+rand.IntN(400)) * time.Millisecond) // a moment of their work, any
				for _, cmd := range running {
					_ = cmd.Process.Kill()
					_ = cmd.Wait()
				}
			}
			feeding.Wait()
			last := a.start(t)
			defer func() {
				if err := errors.Join(last.Process.Signal(os.Interrupt), last.Wait()); err != nil {
					t.Errorf("the last archiver: %v", err)
				}
			}()
			announced(t, client, results)
			checkKept(t, db, results)
		})
	}
}

func resultID(n int) string { return fmt.Sprintf("wf_%032x", 1000+n) }

// feed ends workflows whose results could not be delivered, evenly over the time of the kills.
func feed(t *testing.T, client *jetstream.Client, results int) {
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	wc := []byte(`{"url":"https://example.org/a","depth":"deep","requester":{"user_id":"1"},"session_id":"9"}`)
	for n := range results {
		id := resultID(n)
		a, err := client.PutArtifact(t.Context(), id, "application/json", []byte(`{"workflow_id":"`+id+`","markdown":"the keeper"}`))
		for _, data := range []schemas.Data{schemas.WorkflowCompleted{Result: a}, undelivered(a)} {
			if err == nil {
				_, err = client.Append(t.Context(), schemas.Event{Workflow: id, Context: wc, Data: data})
			}
		}
		if err != nil {
			t.Error(err)
			return
		}
		<-ticker.C
	}
}

// announced waits until every result was announced, and fails if one was twice.
func announced(t *testing.T, client *jetstream.Client, results int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	seen := map[string]int{}
	if err := client.Follow(ctx, []string{"autointel.*.result.archived"}, true, func(e schemas.Event) {
		if seen[e.Workflow]++; len(seen) == results {
			cancel()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if len(seen) != results {
		t.Fatalf("%d of %d were announced", len(seen), results)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was announced %d times", id, n)
		}
	}
}

func checkKept(t *testing.T, db archiver.Database, results int) {
	t.Helper()
	store, err := db.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if n, err := store.Count(t.Context()); n != results || err != nil {
		t.Errorf("%d records, %v", n, err)
	}
	list, err := store.Find(t.Context(), archive.Query{Undelivered: true, Words: "keeper", Limit: 2 * results})
	if len(list) != results || err != nil {
		t.Errorf("%d undelivered records, %v", len(list), err)
	}
	files := file.Dir{Path: archiver.FilesPath(db.DataDir)}
	entries, err := os.ReadDir(files.Path)
	whole := 0
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			if _, err := files.Read(id); err != nil {
				t.Errorf("%s: %v", e.Name(), err)
			}
			whole++
		}
	}
	if whole != results || err != nil {
		t.Errorf("%d files, %v", whole, err)
	}
}
