// Package ytdlp asks the program yt-dlp what a video page offers: its caption files, and where its sound is. It only asks; what
// it names is fetched by us.
package ytdlp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"autointel.example/schemas"
)

// Program is yt-dlp as it is installed.
type Program struct {
	Path   string
	Within time.Duration // default 90 s
}

// sites are those that yt-dlp is asked about. It follows redirects and reads what it likes, past our own guard, so it is let
// loose on big public sites alone, whose pages are recordings.
var sites = []string{
	"youtube.com", "youtu.be", "youtube-nocookie.com", "vimeo.com", "dailymotion.com", "ted.com", "twitch.tv", "soundcloud.com", "arte.tv", "ardmediathek.de", "zdf.de",
	"france.tv", "raiplay.it", "c-span.org", "media.ccc.de", "rumble.com", "odysee.com", "bilibili.com", "nebula.tv",
}

// Knows reports whether an address is of a site that yt-dlp is asked about.
func Knows(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Port() != "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return slices.ContainsFunc(sites, func(s string) bool { return host == s || strings.HasSuffix(host, "."+s) })
}

// Offer is what a page offers.
type Offer struct {
	Title    string
	Language string // of what is said, as the site says; often empty
	Length   time.Duration
	Captions []schemas.CaptionTrack
	Sound    string // the address of a file with its sound; empty: there is none that is a single file
}

// maxOutput is the most that yt-dlp may answer, in bytes: a page with captions in two hundred languages has about one megabyte.
const maxOutput = 16 << 20

// arguments are given before the address. Nothing of the address can be read as an option: it stands behind "--". No
// configuration file counts, nothing is written, the catch-all extractor is off, and one video is looked at.
var arguments = []string{
	"--ignore-config", "--no-cache-dir", "--no-playlist", "--playlist-items", "1", "--skip-download", "--no-warnings", "--no-progress", "--use-extractors", "default,-generic",
	"--socket-timeout", "20", "--retries", "1", "--extractor-retries", "1", "--format", "ba[protocol^=http][ext=m4a]/ba[protocol^=http]/b[protocol^=http]/ba/b", "--ignore-no-formats-error",
	"--print", "%(.{title,language,duration,subtitles,automatic_captions,url,protocol})j",
}

// Error is a page that yt-dlp could not read.
type Error struct {
	Message string // what yt-dlp says, in a line
	Err     error
}

func (e *Error) Error() string { return "yt-dlp: " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Ask asks about a page. Errors are *Error or the context's.
func (p Program) Ask(ctx context.Context, page string) (Offer, error) {
	within := p.Within
	if within == 0 {
		within = 90 * time.Second
	}
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	home, err := os.MkdirTemp("", "autointel-ytdlp-*")
	if err != nil {
		return Offer{}, err
	}
	defer func() { _ = os.RemoveAll(home) }() // a temporary directory: the system removes what is left
	cmd := exec.CommandContext(ctx, p.Path, slices.Concat(arguments, []string{"--", page})...)
	cmd.Dir = home
	// Nothing of our own environment, least of all the keys.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, "XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "LANG=C.UTF-8", "PYTHONIOENCODING=utf-8"}
	cmd.WaitDelay = 5 * time.Second
	out, complaint := &bounded{most: maxOutput, full: cancel}, &bounded{most: 8 << 10}
	cmd.Stdout, cmd.Stderr = out, complaint
	err = cmd.Run()
	switch {
	case outer.Err() != nil:
		return Offer{}, outer.Err()
	case out.over:
		return Offer{}, &Error{fmt.Sprintf("its answer is larger than %d MB", maxOutput>>20), err}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return Offer{}, &Error{fmt.Sprintf("it took longer than %s", within), err}
	case err != nil:
		return Offer{}, &Error{lastLine(complaint.kept.String()), err}
	}
	return read(out.kept.Bytes())
}

// lastLine is the last thing that a program complained about.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	last := strings.TrimSpace(strings.TrimPrefix(lines[len(lines)-1], "ERROR: "))
	if last == "" {
		return "it failed and did not say why"
	}
	if runes := []rune(last); len(runes) > 200 {
		last = string(runes[:200]) + "…"
	}
	return last
}

// bounded keeps what is written to it, up to a bound.
type bounded struct {
	kept bytes.Buffer // not embedded: its ReadFrom would be used, past the bound
	most int
	over bool
	full func() // called when there is more; may be nil
}

func (b *bounded) Write(p []byte) (int, error) {
	room := b.most - b.kept.Len()
	if len(p) > room {
		b.over = true
		if b.full != nil {
			b.full()
		}
	}
	_, _ = b.kept.Write(p[:min(len(p), room)]) // never fails
	return len(p), nil
}

// formats are those that are read, the best first.
var formats = []string{"json3", "srv3", "vtt", "srt", "srv1"}

// read reads what yt-dlp prints: a JSON document on a line.
func read(output []byte) (Offer, error) {
	line, _, _ := bytes.Cut(bytes.TrimSpace(output), []byte("\n"))
	type track struct {
		Ext  string `json:"ext"`
		URL  string `json:"url"`
		Name string `json:"name"`
	}
	var printed struct {
		Title     string             `json:"title"`
		Language  string             `json:"language"`
		Duration  float64            `json:"duration"`
		Subtitles map[string][]track `json:"subtitles"`
		Automatic map[string][]track `json:"automatic_captions"`
		URL       string             `json:"url"`
		Protocol  string             `json:"protocol"`
	}
	if err := json.Unmarshal(line, &printed); err != nil {
		return Offer{}, &Error{"its answer cannot be read", err}
	}
	o := Offer{Title: printed.Title, Language: printed.Language, Length: time.Duration(min(max(printed.Duration, 0), 1e6)) * time.Second}
	if strings.HasPrefix(printed.Protocol, "http") && !strings.Contains(printed.Protocol, "dash") {
		o.Sound = printed.URL
	}
	add := func(all map[string][]track, automatic bool) {
		languages := make([]string, 0, len(all))
		for l := range all {
			languages = append(languages, l)
		}
		slices.Sort(languages)
		for _, language := range languages {
			if language == "live_chat" {
				continue
			}
			best := -1
			var chosen track
			for _, t := range all[language] {
				if rank := slices.Index(formats, t.Ext); rank >= 0 && (best < 0 || rank < best) && t.URL != "" {
					best, chosen = rank, t
				}
			}
			// Captions that a machine translated are no source: "-orig" marks those in the language that is spoken, where the site has both.
			name, original := strings.CutSuffix(language, "-orig")
			if best < 0 || automatic && !original && strings.Contains(chosen.URL, "tlang=") {
				continue
			}
			o.Captions = append(o.Captions, schemas.CaptionTrack{URL: chosen.URL, Language: name, Label: chosen.Name, Kind: "captions", Automatic: automatic})
		}
	}
	add(printed.Subtitles, false)
	add(printed.Automatic, true)
	return o, nil
}
