package briefing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// head is the title and the verdict, with what it stands on.
func (p *page) head() {
	title := p.Title
	if title == "" {
		title = p.URL
	}
	p.say("# %s\n\n**%s**\n", esc(title), esc(p.Headline))
	for _, b := range p.Basis {
		p.say("- %s", esc(b.Text))
	}
	if len(p.Basis) > 0 {
		p.say("")
	}
}

// source says what was read.
func (p *page) source() {
	p.say("## The source\n")
	p.say("- Address: %s", link(p.URL))
	if p.SourceURL != "" && p.SourceURL != p.URL {
		p.say("- Read at: %s", link(p.SourceURL))
	}
	if p.SiteName != "" {
		p.say("- Site: %s", esc(p.SiteName))
	}
	if len(p.Authors) > 0 {
		p.say("- By: %s", esc(strings.Join(p.Authors, ", ")))
	}
	if p.PublishedAt != nil {
		p.say("- Published: %s", p.PublishedAt.UTC().Format(time.DateOnly))
	}
	if p.ModifiedAt != nil && (p.PublishedAt == nil || !p.ModifiedAt.Equal(*p.PublishedAt)) {
		p.say("- Changed by its publisher: %s", p.ModifiedAt.UTC().Format(time.DateOnly))
	}
	if p.FetchedAt != nil {
		p.say("- Read by autointel: %s", stamp(*p.FetchedAt))
	}
	if p.Sponsored != "" {
		p.say("- Marked as advertising: “%s”", esc(clip(p.Sponsored)))
	}
	if p.Partner != "" {
		p.say("- Made with others, as it says: “%s”", esc(clip(p.Partner)))
	}
	if a := p.Analysis; a != nil {
		p.say("- Length: %s, %s, %s%s", plural(a.Words, "word"), plural(a.Sentences, "sentence"), plural(a.Paragraphs, "paragraph"),
			map[bool]string{true: ", the recording's words among them"}[p.Transcript != nil])
		p.say("- Language: %s", language(a.Language))
	}
	p.say("")
}

func language(l schemas.Language) string {
	if l.Name == "" {
		return "not recognised"
	}
	s := esc(l.Name) + ", " + map[bool]string{true: "as the source declares", false: "detected"}[l.Declared]
	if !l.Reliable {
		s += ", with little certainty"
	}
	return s
}

// summary is what the source says: in a model's words, where there is one, and in its own.
func (p *page) summary() {
	a := p.Analysis
	if a == nil || a.Abstract == nil && len(a.Summary) == 0 {
		return
	}
	p.part("Summary", workflow.Analyze)
	if a.Abstract != nil && len(a.Abstract.Statements) > 0 {
		p.say("In the words of a language model (%s); each sentence names what it stands on.\n", esc(strings.TrimPrefix(a.Abstract.Method, schemas.MethodModel)))
		for _, s := range a.Abstract.Statements {
			p.statement(s)
		}
		p.say("")
	}
	if len(a.Summary) > 0 {
		p.say("The sentences that speak for the text, in its own words and order:\n")
		for _, s := range a.Summary {
			p.say("> %s *(sentence %d of %d)*\n", quoted(s.Text), s.Index+1, a.Sentences)
		}
	}
}

// recording says which recording's words were read, with places to listen to.
func (p *page) recording() {
	note, t := p.Transcript, p.transcript
	if note == nil {
		return
	}
	p.part("The recording", workflow.Transcribe)
	p.say("What is said in it was read from %s (%s): %s in %s, over %s. It is part of the text that was looked into.\n",
		link(note.URL), formatOf(note.Format), plural(note.Words, "word"), plural(note.Cues, "caption"), length(note.DurationMS))
	if t == nil || len(t.Cues) == 0 {
		return
	}
	const anchors = 8 // places of a recording that are named: of as many stretches, the caption that says most
	step := max(1, (len(t.Cues)+anchors-1)/anchors)
	for stretch := range slices.Chunk(t.Cues, step) {
		c := slices.MaxFunc(stretch, func(a, b schemas.Cue) int { return cmp.Compare(len(a.Text), len(b.Text)) })
		who := ""
		if c.Speaker != "" {
			who = esc(c.Speaker) + ": "
		}
		p.say("- `%s` %s%s", clock(c.StartMS), who, esc(clip(c.Text)))
	}
	p.say("")
}

// length says how long a recording is.
func length(ms int64) string {
	if ms >= 3600_000 {
		return clock(ms) + " hours"
	}
	return clock(ms) + " minutes"
}

func formatOf(format string) string {
	switch format {
	case "webvtt":
		return "captions in WebVTT"
	case "srt":
		return "subtitles in SubRip"
	case "podcast_json":
		return "the podcast's own transcript"
	case "youtube":
		return "YouTube's captions"
	case "speech":
		return "recognised by a machine from its sound"
	case "":
		return "a transcript"
	}
	return "a transcript, " + esc(format)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
