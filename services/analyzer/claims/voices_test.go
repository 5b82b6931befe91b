package claims

import (
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// Who says the last sentence of each text; empty: nobody in particular.
func TestWhoSaysIt(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "But most harbour masters say the wall cost 31 million pounds in 2019.", "harbour masters"},
		{"en", "Although no shipowner claimed that the wall cost 31 million pounds, it did.", ""},
		{"en", "The story is usually told with 31 dead sailors and a ship from Northpoint.", ""},
		{"en", "The vote keeps in office a mayor who has declared that 31 ships left in 2019.", ""},
		{"en", "It would be wrong to say that 31 ships left Northpoint in 2019.", ""},
		{"en", "Harbour officials said that 31 ships were lost in 2019. He said that 12 more were damaged in 2020.", ""},
		{"en", "Harbour officials said that 31 ships were lost in 2019. They said that 12 more were damaged in 2020.", "Harbour officials"},
		{"en", "Harbour officials said that 31 ships were lost in 2019. Nobody knows that better than Ada Marsh, a pilot. She said that 12 more were damaged in 2020.", "Ada Marsh"},
		{"en", "Ada Marsh said that 31 ships were lost in 2019. She said that 12 more were damaged in 2020.", "Ada Marsh"},
		{"en", "Ada Marsh met Tom Hale in the harbour of Northpoint. He said that 12 ships were damaged in 2020.", ""},
		{"fr", "Le port compte 31 navires, a déclaré Claire Vasseur. Elle a affirmé que 12 autres ont coulé en 2020.", "Claire Vasseur"},
		{"de", "Doch die Hafenbehörde sagte, dass 31 Schiffe 2019 gesunken sind.", "die Hafenbehörde"},
	} {
		d := read(c.language, c.text)
		known, err := text.Analyze(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Verify(t.Context(), Input{Document: d, Source: &schemas.Source{}, Analysis: &known})
		if err != nil {
			t.Fatal(err)
		}
		last := ""
		for _, claim := range v.Claims {
			if claim.Where.Sentence == len(d.Sentences)-1 {
				last = claim.Speaker
			}
		}
		if len(v.Claims) == 0 || last != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.text, last, c.want)
		}
	}
}
