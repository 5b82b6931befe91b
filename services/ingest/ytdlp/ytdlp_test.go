package ytdlp_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/services/ingest/ytdlp"
)

// program writes a program that stands in for yt-dlp: it notes its arguments and its environment, and then does as told.
func program(t *testing.T, script string) (p ytdlp.Program, notes string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "yt-dlp")
	text := "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done > " + dir + "/args\nenv > " + dir + "/env\n" + script + "\n"
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return ytdlp.Program{Path: path}, dir
}

func note(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

const printed = `{"title":"The gauge","language":"en","duration":61,"url":"https://cdn.example/a.m4a","protocol":"https",
"subtitles":{"en":[{"ext":"vtt","url":"https://c.example/en.vtt"},{"ext":"json3","url":"https://c.example/en.json3","name":"English"}],"live_chat":[{"ext":"json","url":"https://c.example/chat"}]},
"automatic_captions":{"en-orig":[{"ext":"srv1","url":"https://c.example/auto"}],"de":[{"ext":"vtt","url":"https://c.example/auto?tlang=de"}],"xx":[{"ext":"png","url":"https://c.example/png"}]}}`

func TestAsk(t *testing.T) {
	t.Setenv("AUTOINTEL_TRANSCRIBE_API_KEY", "sk-secret")
	p, notes := program(t, "cat <<'EOF'\n"+strings.ReplaceAll(printed, "\n", "")+"\nEOF")
	got, err := p.Ask(t.Context(), "https://youtu.be/--exec=evil")
	if err != nil || got.Title != "The gauge" || got.Language != "en" || got.Sound != "https://cdn.example/a.m4a" || got.Length != 61*time.Second {
		t.Fatalf("%+v, %v", got, err)
	}
	var tracks []string
	for _, c := range got.Captions {
		if c.Automatic {
			c.Language += " automatic"
		}
		tracks = append(tracks, c.Language+" "+c.URL)
	}
	if want := []string{"en https://c.example/en.json3", "en automatic https://c.example/auto"}; !slices.Equal(tracks, want) {
		t.Errorf("%q", tracks)
	}
	args := strings.Split(strings.TrimSpace(note(t, notes, "args")), "\n")
	if n := len(args); args[n-2] != "--" || args[n-1] != "https://youtu.be/--exec=evil" || slices.Index(args, "--") != n-2 {
		t.Errorf("the address can be read as an option: %q", args)
	}
	if env := note(t, notes, "env"); strings.Contains(env, "sk-secret") {
		t.Error("the program is given the key")
	}
}

func TestWhatGoesWrong(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"a complaint":       {"echo 'WARNING: old' >&2; echo 'ERROR: [youtube] x: Video unavailable' >&2; exit 1", "Video unavailable"},
		"nothing to say":    {"exit 3", "did not say why"},
		"no JSON":           {"echo hello", "cannot be read"},
		"an endless answer": {"exec yes", "larger than 16 MB"},
		"an endless wait":   {"exec sleep 60", "took longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := program(t, c.script)
			p.Within = 5 * time.Second
			if name == "an endless wait" {
				p.Within = 50 * time.Millisecond
			}
			_, err := p.Ask(t.Context(), "https://youtu.be/x")
			var e *ytdlp.Error
			if !errors.As(err, &e) || !strings.Contains(e.Message, c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	p, _ := program(t, "exec sleep 60")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Ask(ctx, "https://youtu.be/x"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestKnows(t *testing.T) {
	for address, want := range map[string]bool{
		"https://www.youtube.com/watch?v=x": true, "https://youtu.be/x": true, "http://vimeo.com/1": true, "https://youtube.com.evil.example/": false, "https://notyoutube.com/": false,
		"https://youtube.com:8080/": false, "ftp://youtube.com/": false, "https://example.org/?youtube.com": false, "://": false,
	} {
		if ytdlp.Knows(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}
