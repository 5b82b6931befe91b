// Package captions reads what was said in a recording, and when: WebVTT, SubRip, the transcripts that podcasts publish, and
// YouTube's timed text. It reads what there is: a part that is broken is left out and counted, and the rest is kept.
//
//	format.go      which format a file is in
//	decode.go      bytes to text
//	timed.go       WebVTT and SubRip
//	structured.go  podcast JSON and YouTube's json3
//	markup.go      YouTube's XML and HTML transcripts
//	plain.go       plain text, with or without times
//	clean.go       rolling duplicates, sounds, speakers
//	paragraphs.go  cues as running text
package captions

import (
	"errors"
	"fmt"

	"autointel.example/schemas"
)

// ErrUnreadable says that no words could be read.
var ErrUnreadable = errors.New("no captions could be read")

// maxCues is how many cues of a file are read: two days of speech. What comes after them is left out, and said to be.
const maxCues = 200_000

// Codes of limits.
const (
	LimitTruncated  = "captions_truncated"
	LimitTimes      = "captions_times_broken"
	LimitIncomplete = "captions_incomplete"
	LimitText       = "captions_text_broken"
)

// cue is a caption as it stands in its file.
type cue struct {
	start, end int64 // milliseconds
	speaker    string
	opens      bool // begins a paragraph of the file's own
	lines      []string
}

// reading is a file while it is read.
type reading struct {
	cues       []cue
	untimed    []string // paragraphs of a transcript without times
	truncated  bool
	incomplete bool // the file ends in the middle, or breaks off
	badTimes   int  // cues whose times could not be read
}

// add adds a cue, if there is room.
func (r *reading) add(c cue) {
	if len(r.cues) >= maxCues {
		r.truncated = true
		return
	}
	r.cues = append(r.cues, c)
}

// Parse reads a file of a format. ErrUnreadable: it holds no words.
func Parse(body []byte, format string) (schemas.Transcript, error) {
	text, broken := decode(body)
	var r reading
	named := format
	switch format {
	case WebVTT:
		r.timed(text, true)
	case SRT:
		r.timed(text, false)
	case PodcastJSON:
		r.podcast(text)
	case YouTube:
		r.youtube(text)
	case HTML:
		r.html(text)
		named = Text
	default:
		r.plain(text)
		named = Text
	}
	t := assemble(r.cues, r.untimed)
	t.Format = named
	if t.Text == "" {
		return t, ErrUnreadable
	}
	t.Limits = r.limits(broken)
	return t, nil
}

// Assemble makes a transcript of cues that were read elsewhere, as by speech recognition: cleaned, and in paragraphs.
func Assemble(cues []schemas.Cue) schemas.Transcript {
	own := make([]cue, len(cues))
	for i, c := range cues {
		own[i] = cue{start: c.StartMS, end: c.EndMS, speaker: c.Speaker, lines: []string{c.Text}}
	}
	return assemble(own, nil)
}

// assemble cleans cues and joins them.
func assemble(cues []cue, untimed []string) schemas.Transcript {
	if len(cues) == 0 {
		return schemas.Transcript{Cues: []schemas.Cue{}, Text: joinParagraphs(untimed)}
	}
	spoken := clean(cues)
	t := schemas.Transcript{Cues: make([]schemas.Cue, len(spoken))}
	for i, s := range spoken {
		t.Cues[i] = schemas.Cue{StartMS: s.start, EndMS: s.end, Speaker: s.speaker, Text: s.text}
	}
	t.Text, t.Anchors = paragraphs(spoken)
	return t
}

func (r *reading) limits(brokenText bool) []schemas.Limit {
	var limits []schemas.Limit
	add := func(code, message string) { limits = append(limits, schemas.Limit{Code: code, Message: message}) }
	if r.truncated {
		add(LimitTruncated, fmt.Sprintf("The transcript has more than %d captions; the rest was left out.", maxCues))
	}
	if r.incomplete {
		add(LimitIncomplete, "The transcript file breaks off; what stands before that was read.")
	}
	if r.badTimes > 0 {
		add(LimitTimes, fmt.Sprintf("The times of %d captions cannot be read; those of their neighbours stand in for them.", r.badTimes))
	}
	if brokenText {
		add(LimitText, "Some characters of the transcript file are broken and show as \uFFFD.")
	}
	return limits
}
