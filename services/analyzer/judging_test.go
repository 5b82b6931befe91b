package analyzer

import (
	"encoding/json"
	"strings"
	"testing"

	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// judging are the stages that judge what others found.
var judging = []stage.Stage{
	{Name: workflow.Assess, Run: stage.Of(assess)},
	{Name: workflow.Profile, Run: stage.Of(describe)},
	{Name: workflow.Quality, Run: stage.Of(rate)},
	{Name: workflow.Graph, Run: stage.Of(relate)},
}

// everything is what the stages before them yield of an article.
func everything(source *schemas.Source) stagetest.Outputs {
	d := text.Read(source, nil)
	return stagetest.Outputs{
		workflow.Acquire: source,
		workflow.Analyze: &schemas.Analysis{
			Language: d.Language, Words: 120, Sentences: len(d.Sentences),
			Entities:   []schemas.Entity{{Name: "Clara Voss", Kind: schemas.EntityPerson, Count: 3, Aliases: []string{"Voss"}}, {Name: "Northpoint", Kind: schemas.EntityPlace, Count: 2}},
			Quotations: []schemas.Quotation{{Text: "We see it in every record at Northpoint, and we have seen it every single year", Speaker: "Clara Voss", Where: d.Quote(len(d.Sentences) - 1)}},
		},
		workflow.Context: &schemas.Related{Documents: []schemas.RelatedDocument{{Source: schemas.Source{Title: "Tides", Text: "Northpoint has a gauge.", FetchedAt: stagetest.At}, Relation: "linked"}}},
		workflow.Verify: &schemas.Verification{
			Claims:    []schemas.Claim{{ID: "c1", Where: d.Quote(0), Verdict: schemas.VerdictDisputed, Evidence: []schemas.Evidence{{Where: schemas.Quote{Document: 1, Text: "Northpoint has a gauge."}, Against: true, Why: "1950, not 1894"}}}},
			Conflicts: []schemas.Conflict{{Kind: "sum", Why: "3 and 4 are not 8.", Quotes: []schemas.Quote{d.Quote(0)}}}, Checked: 1,
		},
		workflow.Assess:  &schemas.Assessment{Findings: []schemas.Finding{}},
		workflow.Profile: &schemas.Profile{Voices: []schemas.Voice{}},
		workflow.Research: &schemas.Research{Documents: []schemas.DocumentGist{{
			Document: 1, Shared: []string{"Northpoint"}, Summary: []schemas.Quote{{Document: 1, Text: "Northpoint has a gauge."}},
		}}},
		workflow.Integrate: nil,
	}
}

func TestJudgingStagesAreGoodStages(t *testing.T) {
	long := *article
	long.Text = strings.Repeat("Experts say that the shameless plan will fail! \"I doubt it,\" said Clara Voss of Northpoint.\n\n", 30_000)
	russian := *article
	russian.Language, russian.Text = "ru", strings.Repeat("Мост закрыли в понедельник. ", 40)
	broken := *article
	broken.Text = strings.Repeat("\xff“Clara Voss\xc2 at Northpoint! ", 500)
	recording := &schemas.Transcript{
		URL: "https://example.org/a.vtt", Format: "webvtt", Language: "en", Text: "Is it true? They say so.\n\nWe do not know what the gauge of Northpoint may have shown to them.", Anchors: []int64{0, 4000},
		Cues: []schemas.Cue{{Speaker: "Ann", Text: "Is it true? They say so."}, {StartMS: 4000, Speaker: "Ben", Text: "We do not know what the gauge of Northpoint may have shown to them."}},
	}
	inputs := map[string]stage.Input{
		"an article and what was found in it": stagetest.Input(t, workflow.Experimental, everything(article)),
		"a long text":                         stagetest.Input(t, workflow.Experimental, everything(&long)),
		"a language without cue words":        stagetest.Input(t, workflow.Experimental, everything(&russian)),
		"broken UTF-8":                        stagetest.Input(t, workflow.Experimental, everything(&broken)),
		"a recording":                         stagetest.Input(t, workflow.Experimental, stagetest.Outputs{workflow.Transcribe: recording}),
		"nothing":                             stagetest.Input(t, workflow.Experimental, stagetest.Outputs{}),
	}
	for _, s := range judging {
		t.Run(s.Name, func(t *testing.T) { stagetest.Run(t, s, inputs) })
	}
}

// TestJudgingStagesUseWhatWasFound: what the stages before yielded stands in the output, so each is read where it is looked for.
func TestJudgingStagesUseWhatWasFound(t *testing.T) {
	in := stagetest.Input(t, workflow.Experimental, everything(article))
	for _, s := range judging {
		out, err := s.Run(t.Context(), in)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		raw, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range map[string][]string{
			workflow.Assess:  {"Another document says otherwise: 1950, not 1894.", "3 and 4 are not 8."},
			workflow.Profile: {`"name":"Ada Marsh","role":"author"`, `"name":"Clara Voss","role":"quoted"`, "percent of claims"},
			workflow.Quality: {`"part":"research"`, "Evidence was looked for in 1 other document only.", "Not done: There was nothing to do."},
			workflow.Graph:   {`"name":"Tides","kind":"document"`, `"relation":"says"`, "\\u003csvg"},
		}[s.Name] {
			if !strings.Contains(string(raw), want) {
				t.Errorf("%s lacks %s:\n%.3000s", s.Name, want, raw)
			}
		}
	}
}
