package briefing

import (
	"strings"
	"testing"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// at is when every report under test was asked for.
var at = time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)

// base is an input of a depth; every stage of its plan before the briefing is done.
func base(t testing.TB, depth string) Input {
	t.Helper()
	plan, err := workflow.PlanFor(depth)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Report: schemas.Report{WorkflowID: "wf_019ceb8ac4c87d3f9a1b2c3d4e5f6071", Depth: depth, RequestedAt: at, CreatedAt: at.Add(41 * time.Second)}}
	for _, p := range plan {
		if p.Stage != workflow.Briefing {
			in.Sections = append(in.Sections, schemas.Section{Stage: p.Stage, Status: workflow.Completed})
		}
	}
	return in
}

// left says that a stage has no result.
func (in *Input) left(stage, status, reason, message string) {
	for i, s := range in.Sections {
		if s.Stage == stage {
			in.Sections[i] = schemas.Section{Stage: stage, Status: status, Reason: reason, Message: message}
		}
	}
}

// quoting quotes from the documents of an input: the sentence that holds the given words. 0 is the source.
func quoting(t testing.TB, in *Input) func(number int, words string) schemas.Quote {
	t.Helper()
	documents := append([]text.Document{text.Read(in.Source, in.Transcript)}, text.Related(in.Related)...)
	return func(number int, words string) schemas.Quote {
		t.Helper()
		for i, s := range documents[number].Sentences {
			if strings.Contains(s, words) {
				return documents[number].Quote(i)
			}
		}
		t.Fatalf("document %d does not say %q", number, words)
		return schemas.Quote{}
	}
}

// fixtures are inputs as the stages yield them, by the names of their golden files.
var fixtures = map[string]func(testing.TB) Input{
	"experimental.en": harbour, "deep.de": solar, "standard.es": agua, "comprehensive.fr": balado, "bare": bare, "model.en": modelled,
}

// bare is a source of which nothing came but its address: the analysis failed, and with it everything after.
func bare(t testing.TB) Input {
	in := base(t, workflow.Standard)
	in.URL = "https://example.net/gone?a=1&b=<2>"
	in.Source = &schemas.Source{URL: in.URL, FinalURL: in.URL, Kind: "article", MediaType: "text/html", FetchedAt: at, Digest: "0c5e"}
	in.left(workflow.Transcribe, workflow.Skipped, "no_recording", "The page has no recording.")
	for _, s := range []string{workflow.Analyze, workflow.Verify, workflow.Assess, workflow.Integrate} {
		in.left(s, workflow.Skipped, "nothing_to_analyze", "The source has neither text nor a transcript.")
	}
	return in
}

// agua is at the fastest depth: claims are found, but no other document is read.
func agua(t testing.TB) Input {
	in := base(t, workflow.Standard)
	published := time.Date(2026, 4, 28, 0, 0, 0, 0, time.UTC)
	in.URL = "https://diario.example/agua/contadores"
	in.Source = &schemas.Source{
		URL: in.URL, FinalURL: in.URL, Kind: "article", MediaType: "text/html", Title: "Los contadores nuevos ya ahorran agua", SiteName: "Diario del Valle", Language: "es",
		Authors: []string{"Lucía Ferrer"}, PublishedAt: &published, FetchedAt: at, Digest: "77aa01", Partner: "En colaboración con *Contadores* S. A.",
		Text: "El consumo de agua en Valdemora ha bajado un 14 % desde enero. El ayuntamiento instaló 8.200 contadores nuevos en tres barrios.\n\n" +
			"«No es una moda, es aritmética», dijo la concejala Teresa Olmo. La empresa que los fabrica asegura que cada hogar ahorra 60 euros al año.\n\n" +
			"Todo el mundo sabe que los contadores viejos mentían. Quien no los cambie ahora lo lamentará.",
	}
	q := quoting(t, &in)
	in.left(workflow.Transcribe, workflow.Skipped, "no_recording", "The page has no recording.")
	in.left(workflow.Integrate, workflow.Failed, "gave_up", "The step “comparing with earlier reports” did not succeed in 10 attempts.")
	in.Analysis = &schemas.Analysis{
		Language: schemas.Language{Code: "es", Name: "Spanish", Declared: true, Reliable: true}, Words: 74, Sentences: 6, Paragraphs: 3, Method: schemas.MethodLocal,
		Summary:    []schemas.Sentence{{Index: 0, Text: q(0, "14 %").Text, Score: 1}, {Index: 1, Text: q(0, "8.200").Text, Score: .8}},
		KeyTerms:   []schemas.KeyTerm{{Text: "contadores", Count: 3, Score: 1}},
		Entities:   []schemas.Entity{{Name: "Teresa Olmo", Kind: schemas.EntityPerson, Count: 1, Mentions: []int{2}, Method: schemas.MethodLocal}, {Name: "Valdemora", Kind: schemas.EntityOther, Count: 1, Mentions: []int{0}, Method: schemas.MethodLocal}},
		Quotations: []schemas.Quotation{{Text: "No es una moda, es aritmética", Speaker: "Teresa Olmo", Where: q(0, "aritmética")}},
		Numbers:    []schemas.Number{{Text: "14 %", Value: 14, Unit: "percent", Sentence: 0}, {Text: "8.200 contadores", Value: 8200, Unit: "contadores", Sentence: 1}, {Text: "60 euros", Value: 60, Unit: "EUR", Sentence: 3}},
		Limits:     []schemas.Limit{{Code: "tone_english_only", Message: "The lexical tone is worked out for English only."}},
	}
	claim := func(id, words, kind, speaker string) schemas.Claim {
		return schemas.Claim{ID: id, Where: q(0, words), Kind: kind, Speaker: speaker, Certainty: "asserted", Score: .7, Verdict: schemas.VerdictNotChecked, Method: schemas.MethodLocal}
	}
	in.Claims = &schemas.Verification{
		Claims: []schemas.Claim{claim("c1", "14 %", "figure", ""), claim("c2", "8.200", "figure", ""), claim("c3", "60 euros", "figure", "La empresa")}, Considered: 6, Method: schemas.MethodLocal,
		Limits: []schemas.Limit{{Code: "no_context", Message: "At this depth no other document is read, so no claim could be compared."}},
	}
	in.Assessment = &schemas.Assessment{
		Findings: []schemas.Finding{
			{Code: schemas.FindingUrgency, Name: "Manufactured urgency", Severity: 2, Why: "It says that waiting will be regretted, and gives no reason", Matched: "lo lamentará", Quotes: []schemas.Quote{q(0, "lamentará")}, Method: schemas.MethodLocal},
			{Code: schemas.FindingBandwagon, Name: "Appeal to what everybody knows", Severity: 1, Why: "It stands on what everybody is said to know.", Matched: "Todo el mundo sabe", Quotes: []schemas.Quote{q(0, "Todo el mundo")}, Method: schemas.MethodLocal},
		},
		Trust: schemas.Trust{Score: 48, Margin: 11, Parts: []schemas.TrustPart{
			{Code: "sourcing", Name: "Sources named", Points: 8, Of: 30, Why: "one of 3 claims says where it is from"},
			{Code: "wording", Name: "Wording", Points: 22, Of: 30, Why: "two signs of manipulation in 6 sentences"},
			{Code: "authorship", Name: "Authorship", Points: 18, Of: 20, Why: "author, site and date are named"},
			{Code: "evidence", Name: "Evidence elsewhere", Points: 0, Of: 20, Why: "no claim could be checked"},
		}},
		Method: schemas.MethodLocal,
	}
	return in
}
