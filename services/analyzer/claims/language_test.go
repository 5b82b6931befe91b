package claims

import (
	"strings"
	"testing"
)

// TestClaimsOfOtherLanguages: by figures alone where a language has no words for claims, as the report says.
func TestClaimsOfOtherLanguages(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           int
		told           string
	}{
		{"nl", "De haven van Noordstad telt nu 31 schepen en 12 kranen. De haven van Noordstad is gesloten op bevel van de burgemeester.", 1, "not for Dutch"},
		{"cs", "Přístav v Brně má nyní 31 lodí a 12 jeřábů. Přístav v Brně byl uzavřen na příkaz starosty Nováka.", 1, "not for Czech"},
		{"en", "The harbour of Northpoint now has 31 ships and 12 cranes.", 1, ""},
	} {
		d := read(c.language, c.text)
		v, err := Verify(t.Context(), Input{Document: d})
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, l := range v.Limits {
			if l.Code == "language" {
				told = l.Message
			}
		}
		if len(v.Claims) != c.want || !strings.Contains(told, c.told) || (told == "") != (c.told == "") {
			t.Errorf("%s: %q, %+v", c.language, told, v.Claims)
		}
	}
}
