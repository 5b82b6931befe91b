package briefing

import (
	"fmt"
	"strings"
	"time"

	"autointel.example/schemas"
)

// escaper keeps text that somebody else wrote from being taken for Markdown or HTML.
var escaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `&lt;`, `>`, `&gt;`, `|`, `\|`, `#`, `\#`, "\n", " ", "\r", " ",
)

func esc(s string) string { return escaper.Replace(s) }

// link makes an address harmless to show; it is not made clickable by anything but its own form.
func link(u string) string {
	return "<" + strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\n", "").Replace(u) + ">"
}

// markdown is the report as a person reads it.
func markdown(r schemas.Report, t *schemas.Transcript) string {
	var b strings.Builder
	title := r.Title
	if title == "" {
		title = r.URL
	}
	fmt.Fprintf(&b, "# %s\n\n**%s**\n\n", esc(title), esc(r.Headline))
	facts(&b, r)
	if r.Analysis != nil {
		summary(&b, r.Analysis)
		measures(&b, r.Analysis)
	}
	if t != nil && r.Transcript != nil {
		transcript(&b, r.Transcript, t)
	}
	steps(&b, r.Sections)
	fmt.Fprintf(&b, "## How this report was made\n\nEvery figure above was computed from the text itself; nothing was written by a language model.\n"+
		"The summary quotes the source word for word. Source digest (SHA-256): `%s`.\n\n", r.SourceHash)
	fmt.Fprintf(&b, "Workflow `%s`, depth %s, requested %s, finished %s.\n", r.WorkflowID, esc(r.Depth), stamp(r.RequestedAt), stamp(r.CreatedAt))
	return b.String()
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func facts(b *strings.Builder, r schemas.Report) {
	fmt.Fprintf(b, "- Source: %s\n", link(r.URL))
	if r.SourceURL != "" && r.SourceURL != r.URL {
		fmt.Fprintf(b, "- Read at: %s\n", link(r.SourceURL))
	}
	if r.SiteName != "" {
		fmt.Fprintf(b, "- Site: %s\n", esc(r.SiteName))
	}
	if len(r.Authors) > 0 {
		fmt.Fprintf(b, "- By: %s\n", esc(strings.Join(r.Authors, ", ")))
	}
	if r.PublishedAt != nil {
		fmt.Fprintf(b, "- Published: %s\n", r.PublishedAt.UTC().Format(time.DateOnly))
	}
	if a := r.Analysis; a != nil {
		fmt.Fprintf(b, "- Length: %s words, %s sentences, %s paragraphs\n", thousands(a.Words), thousands(a.Sentences), thousands(a.Paragraphs))
		language := "not recognised"
		if a.Language.Name != "" {
			language = a.Language.Name + ", " + map[bool]string{true: "as the source declares", false: "detected"}[a.Language.Declared]
			if !a.Language.Reliable {
				language += ", with little certainty"
			}
		}
		fmt.Fprintf(b, "- Language: %s\n", language)
	}
	b.WriteByte('\n')
}

func summary(b *strings.Builder, a *schemas.Analysis) {
	b.WriteString("## Summary\n\n")
	if len(a.Summary) == 0 {
		b.WriteString("The text has no sentences that a summary could quote.\n\n")
	}
	for _, s := range a.Summary {
		fmt.Fprintf(b, "> %s *(sentence %d of %d)*\n\n", esc(s.Text), s.Index+1, a.Sentences)
	}
	if len(a.KeyTerms) > 0 {
		b.WriteString("## Key terms\n\n")
		for _, t := range a.KeyTerms {
			fmt.Fprintf(b, "- %s (%d times)\n", esc(t.Text), t.Count)
		}
		b.WriteByte('\n')
	}
}

func measures(b *strings.Builder, a *schemas.Analysis) {
	if t := a.Tone; t != nil {
		fmt.Fprintf(b, "## Lexical tone\n\n%s (mean %+.3f): %.0f %% of the sentences are worded positively, %.0f %% neutrally, %.0f %% negatively.\n*Method: %s.*\n\n",
			strings.ToUpper(toneWord(t.Compound)[:1])+toneWord(t.Compound)[1:], t.Compound, 100*t.Positive, 100*t.Neutral, 100*t.Negative, t.Method)
	}
	if r := a.Readability; r != nil {
		fmt.Fprintf(b, "## Readability\n\nReading ease %.1f, grade %.1f; %.1f words a sentence; about %.1f minutes to read.\n*Method: %s.*\n\n",
			r.FleschReadingEase, r.FleschKincaidGrade, r.WordsPerSentence, r.ReadingTimeMinutes, r.Method)
	}
}

// anchors is how many places of a recording the report names.
const anchors = 8

func transcript(b *strings.Builder, note *schemas.TranscriptNote, t *schemas.Transcript) {
	fmt.Fprintf(b, "## Recording\n\n%s of captions (%s, %d cues, %s words) were read from %s and are part of the analysed text.\n\n",
		clock(note.DurationMS), note.Format, note.Cues, thousands(note.Words), link(note.URL))
	step := max(1, len(t.Cues)/anchors)
	for i := 0; i < len(t.Cues); i += step {
		c := t.Cues[i]
		who := ""
		if c.Speaker != "" {
			who = esc(c.Speaker) + ": "
		}
		fmt.Fprintf(b, "- `%s` %s%s\n", clock(c.StartMS), who, esc(c.Text))
	}
	b.WriteByte('\n')
}

func clock(ms int64) string { return fmt.Sprintf("%d:%02d", ms/60000, ms/1000%60) }

// steps says what became of every stage, and why.
func steps(b *strings.Builder, sections []schemas.Section) {
	var left []schemas.Section
	var done []string
	for _, s := range sections {
		if s.Status == "completed" {
			done = append(done, s.Stage)
		} else {
			left = append(left, s)
		}
	}
	if len(left) > 0 {
		b.WriteString("## What is not in this report\n\n")
		for _, s := range left {
			fmt.Fprintf(b, "- **%s** was %s (`%s`): %s\n", esc(s.Stage), s.Status, s.Reason, esc(s.Message))
		}
		b.WriteByte('\n')
	}
	if len(done) > 0 {
		fmt.Fprintf(b, "Steps done: %s.\n\n", strings.Join(done, ", "))
	}
}
