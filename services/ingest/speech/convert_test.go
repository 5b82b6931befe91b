package speech_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/services/ingest/speech"
)

// converter writes a program that stands in for ffmpeg: it notes its environment and does as told. $last is the file it is to
// write.
func converter(t *testing.T, script string) (path, dir string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "ffmpeg")
	if err := os.WriteFile(filepath.Join(dir, "out.mp3"), mp3(70), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "#!/bin/sh\nenv > " + dir + "/env\nfor last; do :; done\nlast=${last#file:}\necho \"$last\" > " + dir + "/last\n" + strings.ReplaceAll(script, "DIR", dir) + "\n"
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path, dir
}

func TestWhatCannotBeCutIsConvertedFirst(t *testing.T) {
	t.Setenv("AUTOINTEL_TRANSCRIBE_API_KEY", "sk-secret")
	ffmpeg, dir := converter(t, "cat DIR/out.mp3 > \"$last\"")
	e := serve(t, nil)
	big := recording(t, []byte("OggS"+strings.Repeat("a", 2<<20)))
	got, err := client(t, e, speech.Options{FFmpeg: ffmpeg, PieceBytes: 1 << 20, PieceTime: 40 * time.Second}).Transcribe(t.Context(), big, "", nil)
	if err != nil || len(e.requests) != 2 || e.requests[0].name != "recording.mp3" || got.Length < 70*time.Second {
		t.Errorf("%d requests, %s, %v", len(e.requests), got.Length, err)
	}
	env, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil || strings.Contains(string(env), "sk-secret") {
		t.Errorf("ffmpeg is given the key, %v", err)
	}
	last, err := os.ReadFile(filepath.Join(dir, "last"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(strings.TrimSpace(string(last))); !os.IsNotExist(err) {
		t.Errorf("the converted file is left behind: %v", err)
	}
}

func TestARecordingThatCannotBeConverted(t *testing.T) {
	for name, script := range map[string]string{"it is broken": "echo 'Invalid data found' >&2; exit 1", "nothing comes out": "exit 0"} {
		ffmpeg, _ := converter(t, script)
		e := serve(t, nil)
		big := recording(t, []byte("OggS"+strings.Repeat("a", 2<<20)))
		if _, err := client(t, e, speech.Options{FFmpeg: ffmpeg, PieceBytes: 1 << 20}).Transcribe(t.Context(), big, "", nil); code(err) != speech.CodeFormat || len(e.requests) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
