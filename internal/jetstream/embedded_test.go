package jetstream_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"autointel.example/internal/jetstream"
)

func TestTheDataDirectory(t *testing.T) {
	t.Run("one process at a time", func(t *testing.T) {
		dir := t.TempDir()
		first, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		var occupied *jetstream.OccupiedError
		if _, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir}); !errors.As(err, &occupied) {
			t.Errorf("a second server: %v", err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		second, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir})
		if err != nil {
			t.Fatalf("after the first has gone: %v", err)
		}
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("a file in its place", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		var bad *jetstream.DirectoryError
		if _, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: file}); !errors.As(err, &bad) {
			t.Errorf("%v", err)
		}
	})
	t.Run("two servers with the same port wish get one each", func(t *testing.T) {
		first, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		second, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: t.TempDir(), Listen: first.URL()[len("nats://"):]})
		if err != nil {
			t.Fatal(err)
		}
		if first.URL() == second.URL() {
			t.Error("both listen on", first.URL())
		}
		if err := errors.Join(first.Close(), second.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Run("it says where its server listens", func(t *testing.T) {
		dir := t.TempDir()
		if url, runs, err := jetstream.EmbeddedURL(dir); url != "" || runs || err != nil {
			t.Errorf("before there was one: %q, %v, %v", url, runs, err)
		}
		e, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir, Listen: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		if url, runs, err := jetstream.EmbeddedURL(dir); url != e.URL() || url == "" || !runs || err != nil {
			t.Errorf("%q, %v, %v", url, runs, err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if url, runs, err := jetstream.EmbeddedURL(dir); url != "" || runs || err != nil {
			t.Errorf("after it has gone: %q, %v, %v", url, runs, err)
		}
	})
}
