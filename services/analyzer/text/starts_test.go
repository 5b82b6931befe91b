package text

import (
	"slices"
	"testing"

	"autointel.example/schemas"
)

func TestTermsThatAreNamesAreWrittenAsNames(t *testing.T) {
	const said = "The harbour of Northpoint is old. Ada Marsh knows the harbour. In Northpoint the sea wall leaks, and Ada Marsh repairs the sea wall."
	a, err := Analyze(t.Context(), Read(&schemas.Source{Text: said, Language: "en"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	var terms []string
	for _, k := range a.KeyTerms {
		terms = append(terms, k.Text)
	}
	for _, want := range []string{"Northpoint", "Ada Marsh", "sea wall"} {
		if !slices.Contains(terms, want) {
			t.Errorf("%q is not among %q", want, terms)
		}
	}
}

// TestNamesAtTheStartOfASentence: every word there has a capital. What only opens the sentence is no part of the name behind it, a
// common noun is none, and a name is one where it does what a common noun without an article does not do.
func TestNamesAtTheStartOfASentence(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"en", "Meanwhile Northpoint sank. Yesterday Ada Marsh spoke. Despite Brexit they stayed.", []string{"Northpoint", "Ada Marsh", "Brexit"}},
		{"en", "Outside Northpoint it rains. Unlike Voss, he stayed. Former Northpoint mayor Tom Hale left.", []string{"Northpoint", "Voss", "Tom Hale"}},
		{"en", "Residents of Northpoint fled. Critics of Ada Marsh came. Thousands of Germans left.", []string{"Northpoint", "Ada Marsh", "Germans"}},
		{"en", "Repairing Northpoint's wall cost much. Asked by Voss, they left.", []string{"Northpoint", "Voss"}},
		{"en", "Flooding has fallen. Engineers warn. Officials said yes. Police said nothing. Water is cold. Management said no.", nil},
		{"en", "Inflation is high. Inflation was higher. Rust is a danger, and rust goes on. Rust's colour is red.", nil},
		{"en", "Voss said no.", []string{"Voss"}},
		{"en", "REPORT ON THE VILLAGE HALL\n\nFive Norwegians came.", []string{"Norwegians"}},
		{"en", "Northpoint's wall leaks.", []string{"Northpoint"}},
		{"en", "Northpoint, a small town on the coast, is old.", []string{"Northpoint"}},
		{"en", "Norway has fjords. Norway has a king.", []string{"Norway"}},
		{"en", "New York is big. Great Britain is an island. Bank of England staff left. University of Maine students came.", []string{"New York", "Great Britain", "Bank of England", "University of Maine"}},
		{"en", "“Flooding was bad,” she said. Women's rights are old. Today's wall is high. People's homes were flooded.", nil},
		{"de", "Voss sagte nein. Laut Voss hält die Mauer.", []string{"Voss"}},
		{"de", "Experten sagten nein. Hochwasser ist selten. Einwohner von Nordhaven flohen. Polizei sagte nichts.", nil},
		{"fr", "Hier Claire Vasseur a parlé. Habitants de Kiel et de Brest ont fui. Pourtant Kiel a coulé.", []string{"Claire Vasseur", "Kiel", "Brest"}},
		{"fr", "Personne ne sait. Interrogés hier, ils ont ri. Malgré tout, le mur tient.", nil},
		{"es", "Ayer Clara Vázquez habló. Vecinos de Cádiz huyeron. Incluso Herrera duerme.", []string{"Clara Vázquez", "Cádiz", "Herrera"}},
		{"es", "Expertos dicen que sí. Expertos dijeron que no. Nadie duerme.", nil}, //nolint:misspell // Spanish
		{"it", "Ieri Chiara Volpi ha parlato. Abitanti di Genova fuggirono. Intanto Ferri dorme.", []string{"Chiara Volpi", "Genova", "Ferri"}},
		{"it", "Esperti dicono di sì. Esperti dicono di no. Nessuno dorme.", nil},
	} {
		a, err := Analyze(t.Context(), Read(&schemas.Source{Text: c.text, Language: c.language}, nil))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range a.Entities {
			got = append(got, e.Name)
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(c.want))
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", c.text, got, want)
		}
	}
}
