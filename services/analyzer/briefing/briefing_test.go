package briefing

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/schemas"
)

var update = flag.Bool("update", false, "write the golden file")

func example() Input {
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	return Input{
		Workflow: "wf_0123456789abcdef0123456789abcdef", URL: "https://example.org/tides", Depth: "deep", RequestedAt: at, Now: at.Add(time.Minute),
		Source:     &schemas.Source{FinalURL: "https://www.example.org/tides", Title: "Tides & <b>time</b>", SiteName: "The Site", Digest: "d1", Authors: []string{"A. Writer"}, PublishedAt: &at},
		Transcript: &schemas.Transcript{URL: "https://example.org/c.vtt", Format: "webvtt", Text: "one two", Cues: []schemas.Cue{{StartMS: 1000, EndMS: 61_000, Speaker: "Ann", Text: "one two"}}},
		Analysis: &schemas.Analysis{
			Language: schemas.Language{Code: "en", Name: "English", Declared: true, Reliable: true}, Words: 3412, Sentences: 180, Paragraphs: 30,
			Summary: []schemas.Sentence{{Index: 4, Text: "It *rose* [fast](http://evil)."}}, KeyTerms: []schemas.KeyTerm{{Text: "tide gauge", Count: 12}},
			Tone: &schemas.Tone{Method: "m", Compound: 0.12, Positive: .4, Neutral: .5, Negative: .1}, Readability: &schemas.Readability{Method: "m", FleschReadingEase: 60.1},
		},
		Sections: []schemas.Section{{Stage: "acquire", Status: "completed"}, {Stage: "verify", Status: "skipped", Reason: "not_available_yet", Message: "This step is not available yet in this version."}},
	}
}

func TestTheReportReadsAsWritten(t *testing.T) {
	got := Build(example()).Markdown
	path := filepath.Join("testdata", "report.md")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%v; run with -update and look at the difference\n%s", err, got)
	}
}

func TestTheHeadlineSaysOnlyWhatIsKnown(t *testing.T) {
	in := example()
	if got := Build(in).Headline; got != "“Tides & <b>time</b>” (The Site): 3,412 words in English, mildly positive in lexical tone; mostly about tide gauge." {
		t.Error(got)
	}
	in.Analysis = nil
	if got := Build(in).Headline; !strings.Contains(got, "not analysed") {
		t.Error(got)
	}
	if got := Build(Input{}); got.Headline == "" || got.Markdown == "" {
		t.Error("an empty report says nothing")
	}
}

func TestForeignTextStaysText(t *testing.T) {
	text := Build(example()).Markdown
	for _, bad := range []string{"<b>", "[fast](http", "*rose*"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q came through", bad)
		}
	}
}
