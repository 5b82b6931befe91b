package text

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/schemas"
)

func TestFingerprintsTellNearDuplicates(t *testing.T) {
	words := Words(prose(400))
	edited := append([]string{}, words...)
	for i := range edited {
		if i%33 == 0 { // 3 % of the words
			edited[i] = "changed"
		}
	}
	other := Words(strings.ToUpper("completely different things stand in this text about mountains, sheep and the weather of last autumn, and nothing of tides"))
	a := Fingerprint(words)
	if got := likeness(a, Fingerprint(words)); got != 1 {
		t.Errorf("the same text: %g", got)
	}
	if got := likeness(a, Fingerprint(edited)); got < 0.6 || got == 1 {
		t.Errorf("an edited text: %g", got)
	}
	if got := likeness(a, Fingerprint(other)); got > 0.24 {
		t.Errorf("another text: %g", got)
	}
	if Fingerprint([]string{"one"}) != nil || likeness(nil, nil) != 0 {
		t.Error("a text of one word has no fingerprint, and is like nothing")
	}
}

func TestGermanReadabilityIsAmstads(t *testing.T) {
	r := Readability(Words("Die Katze sitzt auf der Matte. Sie ist satt."), 2, "de")
	// 9 words in 2 sentences, 11 syllables.
	if want := round(180-4.5-58.5*11/9, 1); r == nil || r.FleschReadingEase != want || !strings.Contains(r.Method, "Amstad") {
		t.Errorf("%+v, want %g", r, want)
	}
	if Readability(Words("Le chat est là."), 1, "fr") != nil {
		t.Error("there is no formula for French")
	}
}

func TestPartsFollowTheHeadings(t *testing.T) {
	source := &schemas.Source{
		Language: "en", Text: "An awful storm killed ten people.\n\nThe dead were mourned.\n\nThe festival was a wonderful success.",
		Outline: []schemas.Heading{{Level: 2, Text: "The storm", Paragraph: 0}, {Level: 2, Text: "The festival", Paragraph: 2}},
	}
	a, err := Analyze(t.Context(), Read(source, nil))
	if err != nil || len(a.Parts) != 2 {
		t.Fatalf("%v %+v", err, a.Parts)
	}
	storm, festival := a.Parts[0], a.Parts[1]
	if storm.Heading != "The storm" || storm.Sentences != 2 || storm.Words != 10 || festival.From != 2 || *storm.Tone >= 0 || *festival.Tone <= 0 {
		t.Errorf("%+v %+v", storm, festival)
	}
}

func TestTopicsAreTermsThatStandTogether(t *testing.T) {
	s := strings.Repeat("The tide gauge measures the sea level.\n\nThe town council debates the new budget.\n\n", 8)
	a, err := Analyze(t.Context(), of(s))
	if err != nil || len(a.Topics) != 2 {
		t.Fatalf("%v %+v", err, a.Topics)
	}
	for _, topic := range a.Topics {
		all := strings.Join(topic.Terms, " ")
		if strings.Contains(all, "gauge") == strings.Contains(all, "budget") || topic.Share != 0.5 {
			t.Errorf("%+v", topic)
		}
	}
}

// TestWhatALanguageCannotHaveIsSaid.
func TestWhatALanguageCannotHaveIsSaid(t *testing.T) {
	for text, code := range map[string]string{
		"Le chat dort dans la maison et le chien est dans le jardin avec les enfants.":              "tone_english_only",
		"Вода поднималась каждое утро, и смотритель всегда записывал её высоту в книгу без ошибок.": "language_unsupported",
		"Hm.": "language_uncertain",
	} {
		a, err := Analyze(t.Context(), of(text))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, l := range a.Limits {
			found = found || l.Code == code && l.Message != ""
		}
		if !found {
			t.Errorf("%s: %+v", text, a.Limits)
		}
	}
}

// TestNothingIsReadByHalf: of a language without a lexicon the analysis says what it left out, and shows none of it.
func TestNothingIsReadByHalf(t *testing.T) {
	for language, text := range map[string]string{
		"cs": "Přístav v Brně navštívila Jana Nováková. „Voda stoupla o 12 metrů,“ řekla v roce 2019. Potom odešla do Prahy a vrátila se.",
		"zh": "港口于2019年开放。市长说，水位上升了12米。居民们都很高兴，孩子们在岸边玩耍。",
	} {
		d := Read(&schemas.Source{Text: text, Language: language}, nil)
		a, err := Analyze(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Entities)+len(a.Quotations)+len(a.Numbers)+len(a.Dates)+len(a.KeyTerms)+len(a.Topics) > 0 {
			t.Errorf("%s: %+v", language, a)
		}
		if summarised := len(a.Summary) > 0; summarised != (language == "cs") || len(a.Parts) == 0 {
			t.Errorf("%s: summary %+v, parts %+v", language, a.Summary, a.Parts)
		}
		if len(a.Limits) == 0 || a.Limits[len(a.Limits)-1].Code != "language_unsupported" {
			t.Errorf("%s: %+v", language, a.Limits)
		}
	}
	d := Read(&schemas.Source{Text: "De haven telt 31 schepen, zei Anna Visser in Rotterdam.", Language: "nl"}, nil)
	if a, err := Analyze(t.Context(), d); err != nil || len(a.Entities) != 2 || len(a.Numbers) != 1 {
		t.Errorf("%v %+v", err, a)
	}
}

// TestHostileTextsEndQuickly: whatever a text is made of.
func TestHostileTextsEndQuickly(t *testing.T) {
	const size = 1 << 18
	for name, unit := range map[string]string{
		"paragraphs": "x.\n\n", "no spaces": "ä", "broken": "\xff\xc3", "initials": "A. ", "capitals": "Aa ", "names": "Ann Bo said “x y z a b” of ", "figures": "1.1,1 ", "open quotes": "“ a ", "quotes": "\" a ",
		"titles": "Dr. ", "particles": "Aa de ", "dates": "3 May ", "ranges": "1-2-", "apostrophes": "l'A'", "hyphens": "a-", "stops": ".", "ellipses": "… A", "digits": "1",
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			if _, err := Analyze(t.Context(), of(strings.Repeat(unit, size/len(unit)))); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(started); took > testtime.Limit(10*time.Second) {
				t.Errorf("it took %s", took)
			} else {
				t.Log(took)
			}
		})
	}
}

// TestTenMegabytesFitIntoMemory measures what is held at most, with the text.
func TestTenMegabytesFitIntoMemory(t *testing.T) {
	s := prose(150_000)
	var most uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
		}
	}()
	_, err := Analyze(t.Context(), of(s))
	close(done)
	<-ended
	if err != nil || most > 512<<20 {
		t.Errorf("%v, %d MB of heap for %d MB of text", err, most>>20, len(s)>>20)
	}
	t.Logf("%d MB of heap for %d MB of text", most>>20, len(s)>>20)
}
