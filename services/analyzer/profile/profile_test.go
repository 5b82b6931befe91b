package profile

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// made makes the profile of an English text.
func made(t *testing.T, in Input) schemas.Profile {
	t.Helper()
	in.Document = text.Read(in.Source, in.Transcript)
	p, err := Make(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func measure(t *testing.T, v schemas.Voice, code string) schemas.Measure {
	t.Helper()
	for _, m := range v.Measures {
		if m.Code == code {
			return m
		}
	}
	t.Fatalf("%s has no measure %s", v.Name, code)
	return schemas.Measure{}
}

func TestTheAuthorAndThoseWhoAreQuotedAreVoicesOfTheirOwn(t *testing.T) {
	source := &schemas.Source{
		Language: "en", Authors: []string{"Ada Marsh"},
		Text: "The gauge may have stood too deep, and the figures are about right. \"I am certainly sure of it. I have never been so sure of anything in my whole life!\" said Clara Voss of the harbour office.\n\nThe council met on Monday and spoke about the wall.",
	}
	d := text.Read(source, nil)
	p := made(t, Input{Source: source, Analysis: &schemas.Analysis{Quotations: []schemas.Quotation{
		{Text: "I am certainly sure of it. I have never been so sure of anything in my whole life!", Speaker: "Clara Voss", Where: d.Quote(1)},
		{Text: "Nobody knows who says this, whoever may have said it to whom and when.", Where: d.Quote(1)},
	}}})
	if len(p.Voices) != 2 || p.Voices[0].Name != "Ada Marsh" || p.Voices[0].Role != RoleAuthor || p.Voices[1].Name != "Clara Voss" || p.Voices[1].Role != RoleQuoted {
		t.Fatalf("voices: %+v", p.Voices)
	}
	author, quoted := p.Voices[0], p.Voices[1]
	if got := measure(t, author, "self_reference"); got.Value != 0 {
		t.Errorf("the author says I: %+v", got)
	}
	if got := measure(t, quoted, "self_reference"); got.Why != "I, me, my and their like: 3 of 18 words." || got.Value != 16.7 {
		t.Errorf("of herself Voss speaks so: %+v", got)
	}
	if got := measure(t, author, "hedging"); !strings.HasSuffix(got.Why, "1 of 3 sentences.") || got.Value != 33.3 {
		t.Errorf("hedging: %+v", got)
	}
}

func TestSpeakersOfARecording(t *testing.T) {
	transcript := &schemas.Transcript{
		Language: "en",
		Cues: []schemas.Cue{
			{Speaker: "Ann", Text: "Is it true that the bridge will be closed for two years?"},
			{Text: "Is it really true? And who will pay for it?"},
			{Speaker: "Ben", Text: "We must close it. They must pay. We know that they will not do it, and we will wait for them."},
		},
		Text:    "Is it true that the bridge will be closed for two years? Is it really true? And who will pay for it?\n\nWe must close it. They must pay. We know that they will not do it, and we will wait for them.",
		Anchors: []int64{0, 9000},
	}
	p := made(t, Input{Transcript: transcript})
	if len(p.Voices) != 2 {
		t.Fatalf("voices: %+v", p.Voices)
	}
	ann, ben := p.Voices[0], p.Voices[1]
	if ann.Name != "Ann" {
		ann, ben = ben, ann
	}
	if ann.Sentences != 3 || ben.Sentences != 3 || ann.Role != RoleSpeaker {
		t.Errorf("Ann says %d sentences, Ben %d", ann.Sentences, ben.Sentences)
	}
	if got := measure(t, ann, "questions").Value; got != 100 {
		t.Errorf("Ann asks %v percent questions", got)
	}
	want := schemas.Statement{Text: "Asks a question in 3 of 3 sentences.", Quotes: []schemas.Quote{
		{Sentence: 0, Text: "Is it true that the bridge will be closed for two years?", StartMS: &transcript.Anchors[0]},
		{Sentence: 1, Text: "Is it really true?", StartMS: &transcript.Anchors[0]},
		{Sentence: 2, Text: "And who will pay for it?", StartMS: &transcript.Anchors[0]},
	}}
	if len(ann.Patterns) != 1 || !reflect.DeepEqual(ann.Patterns[0], want) {
		t.Errorf("Ann's patterns: %+v", ann.Patterns)
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{
			"We built this town and they want to take it. We work while they sleep. We pay and they spend. The rest is known.",
			"Sets “we” and “they” side by side in 3 of 4 sentences.",
		},
		{
			"It is certainly a loss. It is obviously a loss for the town. It was clearly a mistake to build there. The council met on Monday.",
			"Is certain without naming a source: 3 of the 3 sentences with a word of certainty name nobody.",
		},
		{
			"I have a dream of a bridge. I have a dream of a ferry. I have a plan as well. The harbour is old.",
			"Begins 3 sentences in a row with “i have”.",
		},
		{
			"The old harbour wall is gone. Nobody saw that the old harbour wall was wet. In May the old harbour wall fell. That was all.",
			"Comes back to the words “the old harbour wall” in 3 sentences.",
		},
		{
			"The day was good and the children loved it. A wonderful, happy, great day. They were glad and proud. The fire killed them. A horrible, terrible death and a disaster. The loss was awful.",
			"The wording turns darker at about 50 percent of the text",
		},
		{
			strings.Repeat("The gauge stands in the harbour. ", 8) + strings.Repeat("It may be that the wall has sunk. ", 8),
			"Hedges more often towards the end: in 0 sentences of the first half and in 8 of the second.",
		},
	} {
		p := made(t, Input{Source: &schemas.Source{Text: c.text, Language: "en"}})
		found := false
		for _, s := range p.Voices[0].Patterns {
			found = found || strings.HasPrefix(s.Text, c.want) && len(s.Quotes) > 0
		}
		if !found {
			t.Errorf("%s\nwant %s\n got %+v", c.text, c.want, p.Voices[0].Patterns)
		}
	}
	plain := made(t, Input{Source: &schemas.Source{Text: "The gauge stands in the harbour. It was built by Clara Voss. Others doubt the figures of the office.", Language: "en"}})
	if len(plain.Voices[0].Patterns) != 0 {
		t.Errorf("a plain text has patterns: %+v", plain.Voices[0].Patterns)
	}
}

func TestClaimsSourced(t *testing.T) {
	source := &schemas.Source{Text: "The wall is 9 m high, says the office. It was built in 1950 by the town. It will fall in the coming winter.", Language: "en"}
	p := made(t, Input{Source: source, Verification: &schemas.Verification{Claims: []schemas.Claim{
		{Where: schemas.Quote{Sentence: 0}, Sourced: true}, {Where: schemas.Quote{Sentence: 1}}, {Where: schemas.Quote{Sentence: 2}, Speaker: "somebody else"},
	}}})
	if got := measure(t, p.Voices[0], "claims_sourced"); got.Value != 50 || got.Why != "Claims that the text gives a source of: 1 of 2." {
		t.Errorf("%+v", got)
	}
}

func TestTheCourseHasAtMostTwentySteps(t *testing.T) {
	for sentences, steps := range map[int]int{1: 0, 3: 0, 6: 2, 9: 3, 40: 13, 60: 20, 500: 20} {
		p := made(t, Input{Source: &schemas.Source{Text: strings.Repeat("The gauge stands in the harbour and nobody minds its lovely colour today. ", sentences), Language: "en"}})
		if got := len(p.Voices[0].Course); got != steps {
			t.Errorf("%d sentences: %d steps, want %d", sentences, got, steps)
		}
	}
}

func TestAnotherLanguageSaysWhatIsMissing(t *testing.T) {
	p := made(t, Input{Source: &schemas.Source{Text: "Мост закрыли в понедельник из-за ремонта, и никто не знает, когда его снова откроют для машин?", Language: "ru"}})
	if len(p.Limits) != 2 || p.Limits[0].Code != "language_not_supported" || p.Limits[1].Code != "tone_english_only" || measure(t, p.Voices[0], "questions").Value != 100 {
		t.Errorf("%+v", p)
	}
}

// long makes about n bytes of text.
func long(n int) string {
	return strings.Repeat("We certainly must act now, and they may say what they like. \"I doubt it,\" said Voss. Is that so?\n\n", n/100)
}

func TestHostileTextsEndQuickly(t *testing.T) {
	for name, s := range map[string]string{
		"no spaces": strings.Repeat("a", 1<<20), "many paragraphs": strings.Repeat("Who?\n\n", 50_000), "broken UTF-8": strings.Repeat("\xff\xfe“they\xc2 ", 20_000),
		"one sentence": strings.Repeat("we say they may ", 12_000), "quotation marks": strings.Repeat("\"“„«", 20_000), "10 MB": long(10 << 20),
	} {
		source := &schemas.Source{Text: s, Language: "en"}
		in := Input{Document: text.Read(source, nil), Source: source}
		started := time.Now()
		if _, err := Make(context.Background(), in); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(started); took > testtime.Limit(20*time.Second) {
			t.Errorf("%s: %s", name, took)
		}
	}
}

func BenchmarkMake1MB(b *testing.B) {
	source := &schemas.Source{Text: long(1 << 20), Language: "en"}
	in := Input{Document: text.Read(source, nil), Source: source}
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Make(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}
