package statement

import (
	"fmt"
	"strings"
	"testing"
)

// shares writes what is read of a sentence: each share with its whole.
func shares(language, sentence string) string {
	v := NewVocabulary(language)
	v.Learn(sentence)
	s := v.Parse(sentence)
	var parts []string
	for _, h := range s.Shares {
		part := fmt.Sprintf("%.2f", h.Value)
		if h.Counted() {
			part = fmt.Sprintf("%g/%g", h.Part, h.Whole)
		}
		if h.Of != 0 {
			part += " " + v.TermText(h.Of)
		}
		for sign, is := range map[string]bool{"~": h.Approx, ">": h.AtLeast, "<": h.AtMost} {
			if is {
				part = sign + part
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func TestShares(t *testing.T) {
	for _, c := range []struct{ language, sentence, want string }{
		{"en", "Two thirds of the members voted for the wall.", "0.67 members"},
		{"en", "Two-thirds of its members voted for it, a third by letter.", "0.67 members; 0.33"},
		{"en", "More than half of the 140 houses were flooded.", ">0.50 houses"},
		{"en", "Nearly a quarter of all ships are late.", "~0.25 ships"},
		{"en", "One in five residents owns a boat.", "0.20 residents"},
		{"en", "Nine out of ten of the residents own a boat.", "0.90 residents"},
		{"en", "1 in 4 houses is empty.", "0.25 houses"},
		{"en", "8 of the 12 ships were lost.", "8/12 ships"},
		{"en", "Fewer than 8 of 12 ships were lost.", "<8/12 ships"},
		{"en", "A third ship was lost in May, and the third of March was a Friday.", ""},
		{"en", "Half a million people waited half an hour for the second half of the match.", ""},
		{"en", "They waited a quarter of an hour, two in May and two in 2019.", ""},
		{"en", "Half of the ships sank, a third was damaged.", "0.50 ships"},
		{"en", "In the first quarter of the year sales rose.", ""},
		{"en", "The other half of the ships sank.", ""},
		{"de", "Zwei Drittel der Mitglieder stimmten dafür.", "0.67 Mitglieder"},
		{"de", "Fast die Hälfte aller Häuser steht leer.", "~0.50 Häuser"},
		{"de", "Jeder fünfte Einwohner besitzt ein Boot.", "0.20 Einwohner"},
		{"de", "8 der 12 Schiffe gingen verloren.", "8/12 Schiffe"},
		{"de", "Die zweite Hälfte der Saison begann, und jedes zweite Jahr regnet es.", ""},
		{"fr", "Les deux tiers des membres ont voté pour.", "0.67 membres"},
		{"fr", "Plus de la moitié de la population habite ici.", ">0.50 population"},
		{"fr", "Un habitant sur cinq possède un bateau.", "0.20 habitant"},
		{"fr", "Un tiers de confiance a mis un quart d'heure.", ""},
		{"fr", "La seconde moitié des membres arrive en mai.", ""},
		{"es", "Dos tercios de los miembros votaron a favor.", "0.67 miembros"},
		{"es", "La cuarta parte de los barcos está en el puerto.", "0.25 barcos"},
		{"es", "Uno de cada cinco habitantes tiene un barco.", "0.20 habitantes"},
		{"es", "Un cuarto de la casa está vacío y la tercera parte de la novela es larga.", ""},
		{"it", "Due terzi dei membri hanno votato a favore.", "0.67 membri"},
		{"it", "Quasi la metà della popolazione vive qui.", "~0.50 popolazione"},
		{"it", "Un abitante su cinque possiede una barca.", "0.20 abitante"},
		{"it", "Un terzo uomo arrivò nella seconda metà del secolo.", ""},
		{"xx", "two thirds of the members, 1/2", ""},
	} {
		if got := shares(c.language, c.sentence); got != c.want {
			t.Errorf("%s\n got: %s\nwant: %s", c.sentence, got, c.want)
		}
	}
}

func TestTheNumberOfAShareCountsNothing(t *testing.T) {
	for sentence, want := range map[string]string{
		"Two thirds of the members voted for the wall.":       "",
		"Two thirds of the 12 members voted for the 3 walls.": "12 members voted; 3 walls",
		"8 of the 12 ships were lost.":                        "8; 12 ships",
		"One in five residents owns two boats.":               "2 boats",
	} {
		if got := figures("en", sentence); got != want {
			t.Errorf("%s\n got: %s\nwant: %s", sentence, got, want)
		}
	}
}
