// Package briefing puts together what the stages found: the report, and the Markdown a person reads. It is a function of
// its input; what was not found is said, and nothing is made up.
package briefing

import (
	"fmt"
	"strings"
	"time"

	"autointel.example/schemas"
)

// Input is what the stages found. A nil pointer: the stage has no output.
type Input struct {
	Workflow    string
	URL, Depth  string
	RequestedAt time.Time
	Now         time.Time
	Source      *schemas.Source
	Transcript  *schemas.Transcript
	Analysis    *schemas.Analysis
	Sections    []schemas.Section
}

// Build returns the report.
func Build(in Input) schemas.Report {
	r := schemas.Report{
		WorkflowID: in.Workflow, URL: in.URL, Depth: in.Depth, CreatedAt: in.Now.UTC(), RequestedAt: in.RequestedAt.UTC(),
		Analysis: in.Analysis, Sections: in.Sections,
	}
	if s := in.Source; s != nil {
		r.Title, r.SiteName, r.Authors, r.PublishedAt = s.Title, s.SiteName, s.Authors, s.PublishedAt
		r.SourceURL, r.SourceHash = s.FinalURL, s.Digest
	}
	if t := in.Transcript; t != nil {
		r.Transcript = &schemas.TranscriptNote{
			URL: t.URL, Format: t.Format, Language: t.Language, Cues: len(t.Cues), Words: len(strings.Fields(t.Text)),
		}
		if n := len(t.Cues); n > 0 {
			r.Transcript.DurationMS = t.Cues[n-1].EndMS
		}
	}
	r.Headline = headline(r)
	r.Markdown = markdown(r, in.Transcript)
	return r
}

// Count says how many stages came out how.
func Count(sections []schemas.Section) (completed, skipped, failed int) {
	for _, s := range sections {
		switch s.Status {
		case "completed":
			completed++
		case "skipped":
			skipped++
		case "failed":
			failed++
		}
	}
	return completed, skipped, failed
}

// headline is the report in one sentence.
func headline(r schemas.Report) string {
	var b strings.Builder
	switch {
	case r.Title != "" && r.SiteName != "":
		fmt.Fprintf(&b, "“%s” (%s)", r.Title, r.SiteName)
	case r.Title != "":
		fmt.Fprintf(&b, "“%s”", r.Title)
	default:
		b.WriteString("The source")
	}
	a := r.Analysis
	if a == nil {
		b.WriteString(" could be fetched, but not analysed.")
		return b.String()
	}
	fmt.Fprintf(&b, ": %s words", thousands(a.Words))
	if a.Language.Name != "" {
		fmt.Fprintf(&b, " in %s", a.Language.Name)
	}
	if a.Tone != nil {
		fmt.Fprintf(&b, ", %s in lexical tone", toneWord(a.Tone.Compound))
	}
	if names := termNames(a.KeyTerms, 3); names != "" {
		fmt.Fprintf(&b, "; mostly about %s", names)
	}
	b.WriteByte('.')
	return b.String()
}

func termNames(terms []schemas.KeyTerm, n int) string {
	var names []string
	for _, t := range terms[:min(n, len(terms))] {
		names = append(names, t.Text)
	}
	return strings.Join(names, ", ")
}

// toneWord names a compound score; the bounds are VADER's own for a sentence, widened for a mean over many.
func toneWord(compound float64) string {
	switch {
	case compound >= 0.3:
		return "positive"
	case compound >= 0.1:
		return "mildly positive"
	case compound <= -0.3:
		return "negative"
	case compound <= -0.1:
		return "mildly negative"
	}
	return "neutral"
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
