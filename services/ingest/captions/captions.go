// Package captions reads WebVTT and SubRip files: what was said in a recording, and when.
package captions

import (
	"bytes"
	"errors"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/asticode/go-astisub"
	"golang.org/x/text/encoding/charmap"

	"autointel.example/schemas"
)

// Formats.
const (
	WebVTT = "webvtt"
	SRT    = "srt"
)

// ErrUnreadable says that no cue could be read.
var ErrUnreadable = errors.New("no captions could be read")

// Bounds of a file. A longer line or block is no caption.
const (
	maxBlock = 8 << 10 // bytes
	maxCues  = 50_000
)

// Format tells the format of a caption file by its content type or its name; empty: it is none.
func Format(mediaType, path string) string {
	switch {
	case strings.HasPrefix(mediaType, "text/vtt"), strings.HasSuffix(path, ".vtt"):
		return WebVTT
	case strings.HasPrefix(mediaType, "application/x-subrip"), strings.HasSuffix(path, ".srt"):
		return SRT
	}
	return ""
}

// Parse reads a caption file. Blocks that cannot be read are left out; without any that can it is ErrUnreadable.
//
// The library fails a whole file for one bad timestamp and says nothing of a line that is too long, so each block is
// given to it alone.
func Parse(body []byte, format string) (schemas.Transcript, error) {
	text := strings.ReplaceAll(decode(body), "\r\n", "\n")
	t := schemas.Transcript{Format: format}
	var last string // the line said before, to drop what rolls up
	for block := range strings.SplitSeq(text, "\n\n") {
		if len(block) > maxBlock || !strings.Contains(block, "-->") || len(t.Cues) == maxCues {
			continue
		}
		item, ok := parseBlock(block, format)
		if !ok {
			continue
		}
		if cue, ok := cueOf(item, &last); ok {
			t.Cues = append(t.Cues, cue)
		}
	}
	if len(t.Cues) == 0 {
		return t, ErrUnreadable
	}
	t.Text = runningText(t.Cues)
	return t, nil
}

// decode reads UTF-8, or Latin-1 (as Windows writes it) where it is none.
func decode(body []byte) string {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if utf8.Valid(body) {
		return string(body)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return string(text)
}

func parseBlock(block, format string) (*astisub.Item, bool) {
	var s *astisub.Subtitles
	var err error
	if format == SRT {
		s, err = astisub.ReadFromSRT(strings.NewReader(withIndex(block) + "\n"))
	} else {
		s, err = astisub.ReadFromWebVTT(strings.NewReader("WEBVTT\n\n" + strings.TrimPrefix(strings.TrimLeft(block, "\n"), "WEBVTT\n") + "\n"))
	}
	if err != nil || s == nil || len(s.Items) == 0 {
		return nil, false
	}
	return s.Items[0], true
}

// withIndex puts a number before the times of a block that lacks one.
func withIndex(block string) string {
	block = strings.TrimLeft(block, "\n")
	first, _, _ := strings.Cut(block, "\n")
	if strings.Contains(first, "-->") {
		return "1\n" + block
	}
	return block
}

func cueOf(item *astisub.Item, last *string) (schemas.Cue, bool) {
	cue := schemas.Cue{StartMS: item.StartAt.Milliseconds(), EndMS: item.EndAt.Milliseconds()}
	var lines []string
	for _, l := range item.Lines {
		var b strings.Builder
		for _, i := range l.Items {
			b.WriteString(i.Text)
		}
		text := strings.TrimSpace(html.UnescapeString(b.String()))
		if text == "" || text == *last {
			continue
		}
		*last = text
		if l.VoiceName != "" {
			cue.Speaker = l.VoiceName
		}
		lines = append(lines, text)
	}
	cue.Text = strings.Join(lines, " ")
	if cue.Speaker == "" {
		cue.Speaker, cue.Text = speaker(cue.Text)
	}
	return cue, cue.Text != "" && cue.EndMS >= cue.StartMS
}

// speaker takes "NAME: words" apart; a name is short and in capitals.
func speaker(text string) (name, rest string) {
	name, rest, ok := strings.Cut(text, ": ")
	if ok && len(name) <= 30 && name == strings.ToUpper(name) && strings.ContainsFunc(name, func(r rune) bool { return r >= 'A' && r <= 'Z' }) {
		return name, rest
	}
	return "", text
}

// paragraphGap is a silence after which the text begins a new paragraph.
const paragraphGap = 3 * time.Second

// runningText joins cues, with a new paragraph where the speaker changes or after a silence.
func runningText(cues []schemas.Cue) string {
	var b strings.Builder
	for i, c := range cues {
		if i > 0 {
			before := cues[i-1]
			if c.Speaker != "" && c.Speaker != before.Speaker || c.StartMS-before.EndMS > paragraphGap.Milliseconds() {
				b.WriteString("\n\n")
			} else {
				b.WriteByte(' ')
			}
		}
		b.WriteString(c.Text)
	}
	return b.String()
}

// Choose returns the track to read: in the wanted language, captions before subtitles, else the first.
func Choose(tracks []schemas.CaptionTrack, language string) (schemas.CaptionTrack, bool) {
	best, score := schemas.CaptionTrack{}, -1
	for _, t := range tracks {
		s := 0
		if language != "" && strings.HasPrefix(t.Language, language) {
			s += 2
		}
		if t.Kind == "captions" {
			s++
		}
		if s > score {
			best, score = t, s
		}
	}
	return best, score >= 0
}
