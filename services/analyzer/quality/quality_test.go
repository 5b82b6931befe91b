package quality

import (
	"slices"
	"strings"
	"testing"

	"autointel.example/schemas"
)

func done(stages ...string) []schemas.Section {
	var all []schemas.Section
	for _, s := range stages {
		all = append(all, schemas.Section{Stage: s, Status: "completed"})
	}
	return all
}

func english(words int) *schemas.Analysis {
	return &schemas.Analysis{Words: words, Language: schemas.Language{Code: "en", Reliable: true, Declared: true}, Method: schemas.MethodLocal}
}

func part(t *testing.T, q schemas.Quality, name string) schemas.Confidence {
	t.Helper()
	i := slices.IndexFunc(q.Parts, func(c schemas.Confidence) bool { return c.Part == name })
	if i < 0 {
		t.Fatalf("there is no part %s", name)
	}
	return q.Parts[i]
}

// byModel is an analysis in which a language model had a part.
func byModel(had func(*schemas.Analysis)) *schemas.Analysis {
	a := english(900)
	had(a)
	return a
}

func TestAPartIsRatedByWhatItStandsOn(t *testing.T) {
	claims := func(n, evidence int) []schemas.Claim {
		all := make([]schemas.Claim, n)
		for i := range evidence {
			all[i].Evidence = []schemas.Evidence{{}}
		}
		return all
	}
	russian := english(900)
	russian.Language = schemas.Language{Code: "ru"}
	for name, c := range map[string]struct {
		in     Input
		part   string
		level  string
		score  float64
		reason string
	}{
		"a whole page":                {Input{Source: &schemas.Source{Kind: "article", Text: strings.Repeat("word ", 300)}}, "acquire", High, 1, "The page was read as its server sent it."},
		"behind a paywall":            {Input{Source: &schemas.Source{Text: "one two three", Limits: []schemas.Limit{{Message: "Behind a paywall."}}}}, "acquire", Medium, 0.54, "Behind a paywall."},
		"nothing to read":             {Input{Source: &schemas.Source{}}, "acquire", Low, 0.3, "The page has no readable text."},
		"captions by people":          {Input{Transcript: &schemas.Transcript{Origin: "manual"}}, "transcribe", High, 0.95, "The words are those of the captions."},
		"captions by whom is unsaid":  {Input{Transcript: &schemas.Transcript{Origin: "captions"}}, "transcribe", High, 0.95, "The words are those of the captions."},
		"recognised speech":           {Input{Transcript: &schemas.Transcript{Origin: "speech recognition: m1"}}, "transcribe", High, 0.76, "The words were recognised by a machine (speech recognition: m1): names and figures may be misheard."},
		"captions by a machine":       {Input{Transcript: &schemas.Transcript{Origin: "automatic"}}, "transcribe", Medium, 0.71, "The captions were made by a machine: names and figures may be misheard."},
		"a long text":                 {Input{Analysis: english(900)}, "analyze", High, 0.9, "Counted from the words of the text."},
		"a short text":                {Input{Analysis: english(20)}, "analyze", Medium, 0.45, "20 words are too few for more than a first impression."},
		"another language":            {Input{Analysis: russian, Assessment: &schemas.Assessment{}, Verification: &schemas.Verification{Checked: 5}}, "assess", Low, 0.24, "There are no cue words of this language."},
		"checked in many":             {Input{Analysis: english(900), Verification: &schemas.Verification{Checked: 6, Claims: claims(4, 4)}}, "verify", Medium, 0.7, "4 claims have evidence, of 4 claims."},
		"checked in none":             {Input{Analysis: english(900), Verification: &schemas.Verification{Claims: claims(4, 0)}}, "verify", Low, 0.28, "There was no other document to look for evidence in, so no claim was checked."},
		"two documents":               {Input{Research: &schemas.Research{Documents: make([]schemas.DocumentGist, 2)}}, "research", Low, 0.42, "It rests on 2 documents beside the source."},
		"nothing earlier":             {Input{Knowledge: &schemas.Knowledge{}}, "integrate", Low, 0.36, "There are no earlier reports yet to compare with."},
		"no linked page":              {Input{Related: &schemas.Related{Skipped: make([]schemas.SkippedLink, 4)}}, "context", Low, 0.18, "None of 4 linked pages could be read."},
		"a voice of few words":        {Input{Analysis: english(900), Profile: &schemas.Profile{Voices: []schemas.Voice{{Words: 30}}}}, "profile", Medium, 0.45, "The voice that says most has 30 words: a small basis for a way of speaking."},
		"a model's summary":           {Input{Analysis: byModel(func(a *schemas.Analysis) { a.Abstract = &schemas.Abstract{Method: "model:m1"} })}, "analyze", High, 0.86, "A language model (m1) had a part in it."},
		"a model's kind of a name":    {Input{Analysis: byModel(func(a *schemas.Analysis) { a.Entities = []schemas.Entity{{Method: "local"}, {Method: "model:m1"}} })}, "analyze", High, 0.86, "A language model (m1) had a part in it."},
		"a model's claim":             {Input{Analysis: english(900), Verification: &schemas.Verification{Method: "local", Checked: 6, Claims: []schemas.Claim{{Method: "local"}, {Method: "model:m1"}}}}, "verify", Medium, 0.66, "A language model (m1) had a part in it."},
		"a model's evidence":          {Input{Analysis: english(900), Verification: &schemas.Verification{Method: "local", Checked: 6, Claims: []schemas.Claim{{Method: "local", Evidence: []schemas.Evidence{{Method: "model:m1"}}}}}}, "verify", Medium, 0.66, "A language model (m1) had a part in it."},
		"a stage without a rule":      {Input{}, "graph", Medium, 0.5, "There is no rule to rate this part by."},
		"an output that is not there": {Input{}, "assess", Medium, 0.5, "There is no rule to rate this part by."},
	} {
		c.in.Sections = done(c.part)
		got := part(t, Rate(c.in), c.part)
		if got.Level != c.level || got.Score != c.score || !slices.Contains(got.Reasons, c.reason) {
			t.Errorf("%s: %+v, want %s %.2f %q", name, got, c.level, c.score, c.reason)
		}
	}
}

func TestWhatWasSkippedOrFailed(t *testing.T) {
	in := Input{Analysis: english(900), Sections: append(done("analyze"),
		schemas.Section{Stage: "transcribe", Status: "skipped", Reason: "nothing_to_transcribe", Message: "No recording."},
		schemas.Section{Stage: "verify", Status: "failed", Reason: "gave_up", Message: "It broke."},
	)}
	q := Rate(in)
	if p := part(t, q, "transcribe"); p.Level != None || p.Reasons[0] != "Not done: No recording." {
		t.Errorf("%+v", p)
	}
	if p := part(t, q, "verify"); p.Level != None || p.Reasons[0] != "It failed: It broke." {
		t.Errorf("%+v", p)
	}
	// analyze .9 and verify 0, both with weight 2; what had nothing to do does not count.
	if q.Overall != 0.45 || !strings.HasPrefix(q.Why, "Confidence is high in analysing the text. The whole") {
		t.Errorf("%v %s", q.Overall, q.Why)
	}
	if q := Rate(Input{}); q.Overall != 0 || q.Parts == nil || q.Why != "No part was yielded that could be rated." {
		t.Errorf("nothing: %+v", q)
	}
}

func TestManyLimitsAreCountedAndNotAllRepeated(t *testing.T) {
	limits := make([]schemas.Limit, 12)
	for i := range limits {
		limits[i].Message = "Something is missing."
	}
	p := part(t, Rate(Input{Sections: done("integrate"), Knowledge: &schemas.Knowledge{Looked: 3, Limits: limits}}), "integrate")
	if len(p.Reasons) != 5 || p.Reasons[4] != "And 9 more things could not be done." || p.Score != 0.66 {
		t.Errorf("%+v", p)
	}
}

func TestTheWholeNamesItsPartsInWords(t *testing.T) {
	page := &schemas.Source{Kind: "article", Text: strings.Repeat("word ", 300)}
	for _, c := range []struct {
		in   Input
		want string
	}{
		{Input{Sections: done("acquire", "analyze"), Source: page, Analysis: english(900)}, "Confidence is high in reading the source and analysing the text. "},
		{
			Input{Sections: done("acquire", "transcribe", "analyze", "integrate"), Source: page, Transcript: &schemas.Transcript{Origin: "manual"}, Analysis: english(900), Knowledge: &schemas.Knowledge{}},
			"Confidence is high in reading the source, reading the recording and analysing the text; low in comparing with earlier reports. ",
		},
	} {
		if got := Rate(c.in).Why; !strings.HasPrefix(got, c.want) {
			t.Errorf("%q", got)
		}
	}
}
