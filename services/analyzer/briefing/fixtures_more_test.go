package briefing

import (
	"testing"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// solar is a German article behind a paywall, at a depth that reads other documents; they support it.
func solar(t testing.TB) Input {
	in := base(t, workflow.Deep)
	published := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
	in.URL = "https://tagblatt.example/solar"
	in.Source = &schemas.Source{
		URL: in.URL, FinalURL: in.URL, Kind: "article", MediaType: "text/html", Title: "Sonnenstrom vom Schuldach", SiteName: "Neustädter Tagblatt", Language: "de",
		Authors: []string{"Jörg Böhm", "Änne Süß"}, PublishedAt: &published, FetchedAt: at, Digest: "d00d",
		Text: "Die Stadt Neustadt hat im vergangenen Jahr auf 18 Schuldächern Solaranlagen gebaut. Sie liefern nach Angaben der Stadtwerke 2,4 Millionen Kilowattstunden im Jahr.\n\n" +
			"„Das reicht für 800 Haushalte“, sagte Stadtwerke-Chefin Petra Lang. Die Kosten lagen bei rund 3,1 Mio. Euro.",
		Limits: []schemas.Limit{{Code: "paywall", Message: "Only the part before the paywall could be read."}},
	}
	in.Related = &schemas.Related{Documents: []schemas.RelatedDocument{{Relation: "cited", Source: schemas.Source{
		URL: "https://stadtwerke.example/bericht", FinalURL: "https://stadtwerke.example/bericht", Title: "Jahresbericht", SiteName: "Stadtwerke Neustadt", Digest: "e1", Language: "de",
		Text: "Im Jahr 2025 gingen auf 18 Schulen neue Anlagen in Betrieb. Sie erzeugen 2,4 Millionen Kilowattstunden im Jahr.",
	}}}}
	q := quoting(t, &in)
	in.left(workflow.Transcribe, workflow.Skipped, "no_recording", "The page has no recording.")
	in.Analysis = &schemas.Analysis{
		Language: schemas.Language{Code: "de", Name: "German", Declared: true, Reliable: true}, Words: 49, Sentences: 4, Paragraphs: 2, Method: schemas.MethodLocal,
		Summary:  []schemas.Sentence{{Index: 1, Text: q(0, "2,4 Millionen").Text, Score: 1}},
		KeyTerms: []schemas.KeyTerm{{Text: "Schuldächern", Count: 1, Score: 1}},
	}
	support := func(words, there, why string) schemas.Claim {
		return schemas.Claim{
			Where: q(0, words), Kind: "figure", Certainty: "reported", Sourced: true, Score: .8, Verdict: schemas.VerdictSupported, Method: schemas.MethodLocal,
			Evidence: []schemas.Evidence{{Where: q(1, there), Why: why, Score: .88, Method: schemas.MethodLocal}},
		}
	}
	in.Claims = &schemas.Verification{Claims: []schemas.Claim{support("18 Schuldächern", "18 Schulen", "the same figure"), support("2,4 Millionen", "2,4 Millionen", "the same figure and unit")}, Checked: 1, Considered: 4, Method: schemas.MethodLocal}
	in.Assessment = &schemas.Assessment{Findings: []schemas.Finding{}, Method: schemas.MethodLocal, Trust: schemas.Trust{Score: 86, Margin: 9, Parts: []schemas.TrustPart{
		{Code: "sourcing", Name: "Sources named", Points: 28, Of: 30, Why: "both figures say where they are from"},
		{Code: "wording", Name: "Wording", Points: 30, Of: 30, Why: "no sign of manipulation"},
		{Code: "authorship", Name: "Authorship", Points: 20, Of: 20, Why: "authors, site and date are named"},
		{Code: "evidence", Name: "Evidence elsewhere", Points: 8, Of: 20, Why: "one other site has the figures"},
	}}}
	in.Knowledge = &schemas.Knowledge{Looked: 0}
	in.Research = &schemas.Research{Agreements: []schemas.Point{{Claim: q(0, "18 Schuldächern"), Evidence: in.Claims.Claims[0].Evidence, Sites: 1}}, Disagreements: []schemas.Point{}, Documents: []schemas.DocumentGist{}, Method: schemas.MethodLocal}
	return in
}

// balado is a French podcast of which only the transcript was there; half of the later stages failed.
func balado(t testing.TB) Input {
	in := base(t, workflow.Comprehensive)
	in.URL = "https://radio.example/balado/42.xml"
	in.Source = &schemas.Source{URL: in.URL, FinalURL: in.URL, Kind: "feed", MediaType: "application/rss+xml", Title: "Balado n° 42 : le sel", SiteName: "Radio Marée", Language: "fr", FetchedAt: at, Digest: "f00"}
	in.Transcript = &schemas.Transcript{
		URL: "https://radio.example/balado/42.json", Format: "podcast_json", Language: "fr", Anchors: []int64{4_000, 3_725_000},
		Text:   "Le sel de Guérande se récolte encore à la main. On en vend douze mille tonnes par an.\n\nPersonne ne sait combien de paludiers restent.",
		Cues:   []schemas.Cue{{StartMS: 4_000, EndMS: 9_000, Speaker: "Maëlle", Text: "Le sel de Guérande se récolte encore à la main."}, {StartMS: 3_725_000, EndMS: 3_731_000, Speaker: "Yann", Text: "Personne ne sait combien de paludiers restent."}},
		Limits: []schemas.Limit{{Code: "automatic", Message: "The captions were made by a machine."}},
	}
	q := quoting(t, &in)
	in.Analysis = &schemas.Analysis{
		Language: schemas.Language{Code: "fr", Name: "French", Declared: false, Reliable: false}, Words: 28, Sentences: 3, Paragraphs: 2, Method: schemas.MethodLocal,
		Summary: []schemas.Sentence{{Index: 0, Text: q(0, "Guérande").Text, Score: 1}}, KeyTerms: []schemas.KeyTerm{{Text: "sel", Count: 1, Score: 1}},
	}
	in.left(workflow.Context, workflow.Skipped, "no_links", "The source links to nothing.")
	in.left(workflow.Verify, workflow.Failed, "timed_out", "The step “checking claims” took longer than its time.")
	in.left(workflow.Assess, workflow.Failed, "gave_up", "The step “looking for signs of manipulation” did not succeed in 10 attempts.")
	in.left(workflow.Research, workflow.Skipped, "no_context", "There is no other document to compare with.")
	in.Knowledge = &schemas.Knowledge{Looked: 3}
	in.Profile = &schemas.Profile{Method: schemas.MethodLocal, Voices: []schemas.Voice{{Name: "Maëlle", Role: "speaker", Sentences: 2, Words: 17, Measures: []schemas.Measure{{Code: "questions", Name: "Questions", Value: 0, Unit: "in 100 sentences"}}}}}
	return in
}
