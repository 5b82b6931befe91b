package briefing

import (
	"testing"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// harbour is everything: an English article with a recording, of which others say other things.
func harbour(t testing.TB) Input {
	in := base(t, workflow.Experimental)
	published, changed := time.Date(2026, 4, 30, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 2, 0, 0, 0, 0, time.UTC)
	in.URL = "https://short.example/x7"
	in.Source = &schemas.Source{
		URL: in.URL, FinalURL: "https://harbourpost.example/wall", Kind: "article", MediaType: "text/html", Title: "The wall that *saved* Northpoint", SiteName: "Harbour Post", Language: "en",
		Authors: []string{"Ada Marsh"}, PublishedAt: &published, ModifiedAt: &changed, FetchedAt: at, Digest: "5f1d8e", Sponsored: "Presented by Groyne & Sons",
		Text: "The new sea wall at Northpoint has cut flooding by 80 percent since 2021. It cost 31 million euros, two million less than planned.\n\n" +
			"“We have not had a single wet cellar,” said the mayor, Jonas Reet. According to the harbour office, the sea has risen by 21 centimetres since 1894.\n\n" +
			"Experts agree that every town on this coast will drown without a wall. Of 140 houses on the front, 90 were flooded in 2019 and 60 were not.",
		Limits: []schemas.Limit{{Code: "truncated", Message: "The page ends with “read on in the app”: the rest was not there to be read"}},
	}
	in.Transcript = &schemas.Transcript{
		URL: "https://harbourpost.example/wall.vtt", Format: "webvtt", Language: "en", Anchors: []int64{0, 12_000},
		Text: "The wall is a good wall. I never said that it stops every flood.\n\nIn the winter of 2024 the water came over it twice.",
		Cues: []schemas.Cue{{StartMS: 0, EndMS: 6_000, Speaker: "Reet", Text: "The wall is a good wall. I never said that it stops every flood."}, {StartMS: 12_000, EndMS: 18_400, Speaker: "Reet", Text: "In the winter of 2024 the water came over it twice."}},
	}
	office, paper := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), time.Date(2025, 11, 3, 0, 0, 0, 0, time.UTC)
	in.Related = &schemas.Related{
		Documents: []schemas.RelatedDocument{
			{Relation: "cited", LinkText: "harbour office", Source: schemas.Source{
				URL: "https://office.example/level", FinalURL: "https://office.example/level", Title: "Mean level 1894 to 2025", SiteName: "Harbour Office", PublishedAt: &office, Digest: "a1", Language: "en",
				Text: "The mean level at Northpoint has risen by 21 centimetres since 1894. Nineteen days are missing from the record.",
			}},
			{Relation: "linked", Source: schemas.Source{
				URL: "https://tribune.example/overrun", FinalURL: "https://tribune.example/overrun", Title: "Wall five million over budget", PublishedAt: &paper, Digest: "b2", Language: "en",
				Text: "The sea wall at Northpoint cost 36 million euros, five million more than planned. Flooding has fallen by 35 percent, the audit found. The audit was asked for by the council.",
			}},
		},
		Skipped: []schemas.SkippedLink{{URL: "https://archive.example/minutes", Reason: "robots", Message: "The site asks programs not to read this page."}},
		Limits:  []schemas.Limit{{Code: "budget", Message: "Of 9 links 2 were read: the budget of this depth."}},
	}
	q := quoting(t, &in)
	in.Analysis = harbourAnalysis(q)
	in.Claims = harbourClaims(q)
	in.Assessment = harbourSigns(q)
	harbourRest(&in, q)
	return in
}

type quoter = func(int, string) schemas.Quote

func harbourAnalysis(q quoter) *schemas.Analysis {
	calm := -.12
	return &schemas.Analysis{
		Language: schemas.Language{Code: "en", Name: "English", Declared: true, Reliable: true}, Words: 108, Sentences: 9, Paragraphs: 5, Method: schemas.MethodLocal,
		Summary:  []schemas.Sentence{{Index: 0, Text: q(0, "80 percent").Text, Score: 1}, {Index: 3, Text: q(0, "21 centimetres").Text, Score: .7}, {Index: 8, Text: q(0, "over it twice").Text, Score: .6}},
		KeyTerms: []schemas.KeyTerm{{Text: "sea wall", Count: 4, Score: 1}, {Text: "harbour office", Count: 2, Score: .6}}, Topics: []schemas.Topic{{Terms: []string{"wall", "flood", "water"}, Share: .55}},
		Entities: []schemas.Entity{
			{Name: "Northpoint", Kind: schemas.EntityPlace, Count: 1, Mentions: []int{0}, Method: schemas.MethodLocal}, {Name: "Jonas Reet", Kind: schemas.EntityPerson, Count: 2, Aliases: []string{"Reet"}, Mentions: []int{2}, Method: schemas.MethodLocal},
		},
		Quotations:  []schemas.Quotation{{Text: "We have not had a single wet cellar", Speaker: "Jonas Reet", Where: q(0, "wet cellar")}},
		Numbers:     []schemas.Number{{Text: "80 percent", Value: 80, Unit: "percent", Sentence: 0}, {Text: "31 million euros", Value: 31e6, Unit: "EUR", Sentence: 1}},
		Dates:       []schemas.Date{{Text: "the winter of 2024", Date: "2024", Sentence: 8}},
		Parts:       []schemas.Part{{Heading: "The wall", Level: 2, From: 0, Sentences: 4, Words: 60, Tone: &calm}, {Heading: "Before the wall", Level: 2, From: 4, Sentences: 5, Words: 48}},
		Tone:        &schemas.Tone{Method: "VADER per sentence", Compound: .12, Positive: .4, Neutral: .5, Negative: .1},
		Readability: &schemas.Readability{Method: "Flesch 1948, Kincaid 1975", FleschReadingEase: 62.3, FleschKincaidGrade: 7.1, WordsPerSentence: 12, SyllablesPerWord: 1.4, ReadingTimeMinutes: .5},
	}
}

func harbourClaims(q quoter) *schemas.Verification {
	evidence := func(n int, words, why string, against bool, score float64) schemas.Evidence {
		return schemas.Evidence{Where: q(n, words), Against: against, Why: why, Score: score, Method: schemas.MethodLocal}
	}
	return &schemas.Verification{
		Claims: []schemas.Claim{
			{
				ID: "c1", Where: q(0, "80 percent"), Kind: "figure", About: "sea wall", Certainty: "asserted", Score: .9, Verdict: schemas.VerdictDisputed, Method: schemas.MethodLocal,
				Evidence: []schemas.Evidence{evidence(2, "35 percent", "80 percent here, 35 percent there", true, .71)}, Reviews: []int{0},
			},
			{
				ID: "c2", Where: q(0, "31 million"), Kind: "figure", About: "sea wall", Certainty: "asserted", Score: .85, Verdict: schemas.VerdictDisputed, Method: schemas.MethodLocal,
				Evidence: []schemas.Evidence{evidence(2, "36 million", "31 million here, 36 million there", true, .8)},
			},
			{
				ID: "c3", Where: q(0, "wet cellar"), Kind: "attribution", Speaker: "Jonas Reet", Certainty: "reported", Score: .6, Verdict: schemas.VerdictMixed, Method: schemas.MethodLocal,
				Evidence: []schemas.Evidence{evidence(2, "35 percent", "flooding has fallen", false, .4), evidence(0, "over it twice", "the same speaker says that water came over", true, .5)},
			},
			{
				ID: "c4", Where: q(0, "21 centimetres"), Kind: "figure", Speaker: "the harbour office", Certainty: "reported", Sourced: true, Score: .8, Verdict: schemas.VerdictSupported, Method: schemas.MethodLocal,
				Evidence: []schemas.Evidence{evidence(1, "21 centimetres", "the same figure since the same year", false, .93)},
			},
			{ID: "c5", Where: q(0, "140 houses"), Kind: "figure", Certainty: "asserted", Score: .5, Verdict: schemas.VerdictNotFound, Method: schemas.MethodLocal, Reviews: []int{1}},
			{
				ID: "c6", Where: q(0, "over it twice"), Kind: "event", Certainty: "asserted", Score: .4, Verdict: schemas.VerdictNotFound, Method: schemas.MethodLocal,
				Beside: []schemas.Evidence{evidence(2, "35 percent", "not the same time: “in the winter of 2024” in the claim; no time here", false, .3)},
			},
		},
		Conflicts: []schemas.Conflict{{Kind: "sum", Why: "90 and 60 are 150, not 140", Quotes: []schemas.Quote{q(0, "140 houses")}}},
		Reviews: []schemas.ClaimReview{
			{Claim: "The wall stops floods", Claimant: "Groyne & Sons", Rating: "Mostly false", Reviewer: "Coast Check", URL: "https://check.example/1"},
			{Claim: "60 houses were not flooded", Reviewer: "Coast Check"},
			{Claim: "The mayor is *for* the wall", Rating: "True", URL: "https://check.example/3"},
		},
		Checked: 2, Considered: 9, Method: schemas.MethodLocal,
	}
}

func harbourSigns(q quoter) *schemas.Assessment {
	return &schemas.Assessment{
		Findings: []schemas.Finding{
			{Code: schemas.FindingUndisclosedAd, Name: "Advertising that looks like an article", Severity: 3, Why: "The page is paid for by who built the wall", Method: schemas.MethodLocal},
			{Code: schemas.FindingFalseAuthority, Name: "Vague authority", Severity: 2, Why: "It speaks of experts and names none", Matched: "Experts agree", Quotes: []schemas.Quote{q(0, "Experts agree")}, Method: schemas.MethodLocal},
		},
		Trust: schemas.Trust{Score: 35, Margin: 9, Parts: []schemas.TrustPart{
			{Code: "sourcing", Name: "Sources named", Points: 12, Of: 30, Why: "2 of 6 claims say where they are from"},
			{Code: "wording", Name: "Wording", Points: 15, Of: 30, Why: "one grave sign and one notable one"},
			{Code: "authorship", Name: "Authorship", Points: 8, Of: 20, Why: "the page is paid for"},
			{Code: "evidence", Name: "Evidence elsewhere", Points: 0, Of: 20, Why: "2 of 6 claims are disputed"},
		}},
		Method: schemas.MethodLocal,
	}
}

// harbourRest is what the stages of the deeper depths found.
func harbourRest(in *Input, q quoter) {
	trust := 52
	before := schemas.Earlier{WorkflowID: "wf_019cdb8ac4c87d3f9a1b2c3d4e5f6071", URL: in.URL, Title: "The wall that saved Northpoint", EndedAt: at.AddDate(0, 0, -3), Trust: &trust}
	in.Knowledge = &schemas.Knowledge{
		SameURL: []schemas.Earlier{before}, Looked: 14,
		Changed: &schemas.Change{
			Since: before.EndedAt, Unchanged: 5, Added: []schemas.Quote{q(0, "Experts agree")}, AddedCount: 1, Removed: []string{"The wall was paid for by its builder."}, RemovedCount: 1, TitleWas: "The wall of Northpoint",
			Edited: []schemas.Edit{
				{Was: "The new sea wall at Northpoint has cut flooding by 60 percent since 2021.", Now: q(0, "80 percent")}, {Was: "It cost 29 million euros, *less* than planned.", Now: q(0, "31 million")},
			}, EditedCount: 2,
			Figures: []schemas.Figure{{Was: "60 percent", Now: "80 percent", Where: q(0, "80 percent")}, {Was: "29 million euros", Now: "31 million euros", Where: q(0, "31 million")}},
		},
		Duplicates: []schemas.Earlier{{WorkflowID: "wf_019cdb8ac4c87d3f9a1b2c3d4e5f6072", URL: "https://copy.example/wall", EndedAt: at.AddDate(0, 0, -1), Likeness: .94}},
		Entities:   []schemas.Known{{Name: "Jonas Reet", Reports: []schemas.Earlier{before}}},
	}
	in.Research = &schemas.Research{
		Overview:      []schemas.Statement{{Text: "Both other documents put the effect of the wall lower than this article does.", Quotes: []schemas.Quote{q(2, "35 percent")}}},
		Disagreements: []schemas.Point{{Claim: q(0, "80 percent"), Sites: 1, Evidence: in.Claims.Claims[0].Evidence}}, Agreements: []schemas.Point{{Claim: q(0, "21 centimetres"), Sites: 1, Evidence: in.Claims.Claims[3].Evidence}},
		OnlyHere: []schemas.Quote{q(0, "wet cellar")}, OnlyThere: []schemas.Quote{q(2, "asked for by the council")}, Method: schemas.MethodLocal,
		Documents: []schemas.DocumentGist{{Document: 1, Summary: []schemas.Quote{q(1, "Nineteen days")}, Likeness: .31, Shared: []string{"Northpoint", "harbour office"}}, {Document: 2, Summary: []schemas.Quote{q(2, "36 million")}, Likeness: .44, Shared: []string{"sea wall"}}},
	}
	in.Profile = &schemas.Profile{Method: schemas.MethodLocal, Voices: []schemas.Voice{
		{Name: "Ada Marsh", Role: "author", Sentences: 5, Words: 61, Course: []float64{.3, .1, -.4, -.2}, Measures: []schemas.Measure{{Code: "certainty", Name: "Certainty", Value: 2.5, Unit: "words of certainty in 100", Why: "“every”, “without”"}}},
		{Name: "Jonas Reet", Role: "speaker", Sentences: 4, Words: 38, Measures: []schemas.Measure{}, Patterns: []schemas.Statement{{Text: "Speaks more carefully in the recording than he is quoted.", Quotes: []schemas.Quote{q(0, "wet cellar"), q(0, "stops every flood")}}}},
	}}
	in.Quality = &schemas.Quality{Overall: .58, Why: "Two documents are few, and the source is short.", Parts: []schemas.Confidence{
		{Part: workflow.Verify, Level: "medium", Score: .6, Reasons: []string{"Two other documents were read.", "Both speak of the wall."}}, {Part: workflow.Assess, Level: "low", Score: .4, Reasons: []string{"Only 9 sentences."}},
	}}
	in.Graph = &schemas.Graph{
		Nodes: []schemas.GraphNode{{ID: "n1", Name: "Northpoint", Kind: schemas.EntityPlace, Weight: 3}, {ID: "n2", Name: "Jonas Reet", Kind: schemas.EntityPerson, Weight: 2}},
		Edges: []schemas.GraphEdge{{From: "n2", To: "n1", Relation: "mentioned_with", Weight: 2, Quotes: []schemas.Quote{q(0, "wet cellar")}}}, SVG: "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
	}
}

// modelled is the same article after a language model had a part in it.
func modelled(t testing.TB) Input {
	in := harbour(t)
	q := quoting(t, &in)
	in.Analysis.Abstract = &schemas.Abstract{Method: "model:tide-7b", Statements: []schemas.Statement{
		{Text: "A new sea wall is said to have cut flooding by four fifths.", Quotes: []schemas.Quote{q(0, "80 percent")}},
		{Text: "The mayor praises it, but says in the recording that water came over it twice in one winter.", Quotes: []schemas.Quote{q(0, "wet cellar"), q(0, "over it twice")}},
	}}
	in.Analysis.Model = &schemas.ModelUse{Model: "tide-7b", Requests: 2, InputTokens: 3210, OutputTokens: 412, CostUSD: .0102, Refused: 1, BudgetTokens: 120_000}
	in.Claims.Model = &schemas.ModelUse{Model: "tide-7b", Requests: 1, InputTokens: 1000, OutputTokens: 200, CostUSD: .003, BudgetTokens: 120_000}
	return in
}
