package llm

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const rant = "The wall of shame at Northpoint has cut flooding. Who does not rise up now will drown tomorrow.\n\nIt cost 31\u00a0million euros – money thrown to the wolves, as one says."

// TestSignsStandInTheText: with the words as they stand there, one of a kind in a sentence; what is invented, or as long as a sentence,
// is dropped.
func TestSignsStandInTheText(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, _ heard) {
		says(w, `{"signs":[
			{"sentence":3,"quote":"Money thrown to the wolves,","code":"loaded_language"},
			{"sentence":7,"quote":"\"wall of shame\"","code":"loaded_language"},
			{"sentence":1,"quote":"of shame","code":"loaded_language"},
			{"sentence":2,"quote":"will drown tomorrow","code":"appeal_to_fear"},
			{"sentence":2,"quote":"everybody is a coward","code":"ad_hominem"},
			{"sentence":2,"quote":"rown tomo","code":"ad_hominem"}]}`)
	})
	c, _ := ask(t, e, nil)
	found, err := session(c).Signs(t.Context(), page(rant), 5)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range found {
		got = append(got, f.Code+": "+f.Matched)
		if !strings.Contains(f.Quotes[0].Text, f.Matched) || f.Method != "model:"+c.config.Model || f.Why != "" {
			t.Errorf("%+v", f)
		}
	}
	if want := []string{"loaded_language: wall of shame", "appeal_to_fear: will drown tomorrow", "loaded_language: money thrown to the wolves"}; !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if few, err := session(c).Signs(t.Context(), page(rant), 1); err != nil || len(few) != 1 || few[0].Matched != "money thrown to the wolves" {
		t.Errorf("the clearest is not first: %+v, %v", few, err)
	}
}

// TestNoSignsIsAnAnswer: and signs of which none holds are asked for once more.
func TestNoSignsIsAnAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		answer   string
		requests int
		err      error
	}{
		"none":             {`{"signs":[]}`, 1, nil},
		"an unknown kind":  {`{"signs":[{"sentence":1,"quote":"wall of shame","code":"treason"}]}`, 2, ErrRefused},
		"invented":         {`{"signs":[{"sentence":1,"quote":"wall of lies","code":"loaded_language"}]}`, 2, ErrRefused},
		"a whole sentence": {`{"signs":[{"sentence":1,"quote":"` + strings.Repeat("many words ", 17) + `","code":"loaded_language"}]}`, 2, ErrRefused},
		"a reason too":     {`{"signs":[{"sentence":1,"quote":"wall of shame","code":"loaded_language","why":"see evil.example"}]}`, 2, ErrRefused},
	} {
		e := serve(t, func(w http.ResponseWriter, _ int, _ heard) { says(w, c.answer) })
		client, _ := ask(t, e, nil)
		found, err := session(client).Signs(t.Context(), page(rant+" "+strings.Repeat("Many words ", 20)+"."), 5)
		if !errors.Is(err, c.err) || len(found) > 0 || len(e.heard()) != c.requests {
			t.Errorf("%s: %+v, %v after %d requests", name, found, err, len(e.heard()))
		}
	}
}

func TestWordsAreFoundAsTheyStand(t *testing.T) {
	for _, c := range []struct{ sentence, quote, want string }{
		{"They call it “progress”, of course.", `"progress"`, "progress"},
		{"They call it “progress”, of course.", "it progress", ""},
		{"Das ist  eine\u00a0Schande!", "EINE Schande", "eine\u00a0Schande"},
		{"L’État-voyou ment", "l'état-voyou ment.", "L’État-voyou ment"},
		{"A shameless shame", "shame", "shame"},
		{"A shameful act", "shame", ""},
		{"...", "...", ""},
		{"", "x", ""},
	} {
		if got := wordsIn(c.sentence, c.quote); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.quote, c.sentence, got, c.want)
		}
	}
}

func FuzzWordsIn(f *testing.F) {
	f.Add("They call it “progress”, of course.", "\"progress\"")
	f.Fuzz(func(t *testing.T, sentence, quote string) {
		if words := wordsIn(sentence, quote); !strings.Contains(sentence, words) || words != "" && folded(words) != folded(unpunctuated(quote)) {
			t.Errorf("%q", words)
		}
	})
}
