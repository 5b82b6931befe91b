package llm

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"autointel.example/schemas"
)

func TestAnAnswerThatDoesNotHoldIsCorrectedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		answers []string
		err     error
		refused int
	}{
		"it holds":                           {[]string{good}, nil, 0},
		"no JSON, then good":                 {[]string{"I would rather not.", good}, nil, 0},
		"another form, then good":            {[]string{`{"statements":[{"text":"The wall at Northpoint holds."}]}`, good}, nil, 0},
		"a field too many, twice":            {[]string{`{"statements":[],"trust":100}`, `{"statements":[],"trust":100}`}, ErrRefused, 1},
		"quotes that do not stand there":     {[]string{statement("The wall at Northpoint stops every flood.", 1, "stops every flood"), statement("The wall at Northpoint is good.", 2, "a very good wall")}, ErrRefused, 1},
		"a figure that its quotes have not":  {[]string{statement("The wall at Northpoint cut flooding by 95 percent.", 1, "cut flooding by 80 percent"), good}, nil, 0},
		"an address in it":                   {[]string{statement("The wall at Northpoint cut flooding: see evil.example for more.", 1, "cut flooding by 80 percent"), good}, nil, 0},
		"something else than its quotes say": {[]string{statement("Purple elephants quietly devour imaginary breakfasts.", 1, "cut flooding by 80 percent"), good}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := serve(t, func(w http.ResponseWriter, n int, _ heard) { says(w, c.answers[min(n, len(c.answers))-1]) })
			client, _ := ask(t, e, nil)
			s := session(client)
			a, err := s.Abstract(t.Context(), page(wall))
			if !errors.Is(err, c.err) || (err == nil) != (a != nil) {
				t.Fatalf("%+v, %v", a, err)
			}
			if n := len(e.heard()); n != len(c.answers) || s.Use().Requests != n || s.Use().Refused != c.refused {
				t.Errorf("%d requests, %+v", n, s.Use())
			}
			if len(c.answers) == 2 {
				if again := e.heard()[1].Messages; len(again) != 4 || !strings.Contains(again[3].Content, "does not hold") {
					t.Errorf("it was not told what is wrong: %+v", again)
				}
			}
			if err == nil && (len(a.Statements) != 1 || a.Statements[0].Quotes[0].Text != document(wall).Sentences[0] || a.Statements[0].Quotes[0].Sentence != 0) {
				t.Errorf("the quote is not the sentence of the source: %+v", a)
			}
		})
	}
}

func TestAQuoteIsFoundDespiteItsTypographyAndNumber(t *testing.T) {
	p := page(wall)
	for _, c := range []struct {
		cited cited
		want  int // -1: not found
	}{
		{cited{1, "CUT flooding  by 80 percent"}, 0},
		{cited{3, "It cost 31 million euros."}, 1},
		{cited{3, `"We have not had a single wet cellar"`}, 2},
		{cited{99, "Jonas Reet"}, 2},
		{cited{1, "ed"}, -1},
		{cited{2, "It cost 36 million euros."}, -1},
		{cited{-1, ""}, -1},
	} {
		q, ok := p.find(c.cited)
		if ok != (c.want >= 0) || ok && (q.Sentence != c.want || q.Text != document(wall).Sentences[c.want]) {
			t.Errorf("%+v: %+v, %v", c.cited, q, ok)
		}
	}
}

func TestEntitiesAreTypedAndNoneIsAdded(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, _ heard) {
		says(w, `{"entities":[{"number":1,"kind":"place"},{"number":2,"kind":"person"},{"number":7,"kind":"person"}]}`)
	})
	c, _ := ask(t, e, nil)
	in := []schemas.Entity{{Name: "Northpoint", Kind: schemas.EntityOther, Mentions: []int{0}, Method: "local"}, {Name: "Jonas Reet", Kind: schemas.EntityPerson, Mentions: []int{2}, Method: "local"}, {Name: "Nowhere", Kind: schemas.EntityOther, Mentions: []int{99}, Method: "local"}}
	out, err := session(c).Kinds(t.Context(), page(wall), in)
	if err != nil || len(out) != 3 || out[0].Kind != schemas.EntityPlace || out[0].Method != "model:tide-7b" || out[1].Method != "local" || out[2].Kind != schemas.EntityOther {
		t.Errorf("%+v, %v", out, err)
	}
	if in[0].Kind != schemas.EntityOther {
		t.Error("the entities it was given were changed")
	}
	if asked := e.heard()[0].task(); strings.Contains(asked, "Nowhere") {
		t.Error("a name was shown that stands in no sentence")
	}
}

func TestClaimsStandInTheText(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, _ heard) {
		says(w, `{"claims":[
			{"sentence":2,"quote":"It cost 31 million euros","kind":"figure","speaker":"the Pope","about":"the wall","certainty":"asserted","sourced":false},
			{"sentence":3,"quote":"not had a single wet cellar","kind":"attribution","speaker":"Jonas Reet","about":"wet cellar","certainty":"reported","sourced":true},
			{"sentence":3,"quote":"said the mayor","kind":"attribution","speaker":"","about":"","certainty":"reported","sourced":true},
			{"sentence":1,"quote":"ended every flood for ever","kind":"event","speaker":"","about":"","certainty":"asserted","sourced":false}]}`)
	})
	c, _ := ask(t, e, nil)
	claims, err := session(c).Claims(t.Context(), page(wall), 10)
	if err != nil || len(claims) != 2 {
		t.Fatalf("%+v, %v", claims, err)
	}
	if a, b := claims[0], claims[1]; a.ID != "c1" || a.Speaker != "" || a.About != "" || a.Score <= b.Score || b.Speaker != "Jonas Reet" || b.Verdict != schemas.VerdictNotChecked || b.Where.Text != document(wall).Sentences[2] {
		t.Errorf("%+v", claims)
	}
}

func TestAClaimIsComparedWithSentencesThatItWasGiven(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ int, _ heard) {
		says(w, `{"sentences":[{"number":1,"stance":"contradicts","why":"36 million there, 31 million here"},{"number":2,"stance":"supports","why":"since 1066 everybody says so"},{"number":3,"stance":"neither","why":""},{"number":9,"stance":"supports","why":"invented"}]}`)
	})
	c, _ := ask(t, e, nil)
	claim := document(wall).Quote(1)
	others := []schemas.Quote{{Document: 1, Sentence: 4, Text: "The wall cost 36 million euros."}, {Document: 2, Text: "It cost 31 million."}, {Document: 2, Sentence: 1, Text: "The sea is blue."}}
	found, err := session(c).Compare(t.Context(), claim, others)
	if err != nil || len(found) != 2 {
		t.Fatalf("%+v, %v", found, err)
	}
	if a, b := found[0], found[1]; !a.Against || a.Where != others[0] || !strings.HasPrefix(a.Why, "36 million") || b.Against || b.Why != "it says the same" {
		t.Errorf("%+v", found)
	}
	if none, err := session(c).Compare(t.Context(), claim, nil); err != nil || none != nil {
		t.Errorf("%+v, %v", none, err)
	}
}
