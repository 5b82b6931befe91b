package text

import (
	"slices"
	"strings"
	"testing"

	"autointel.example/schemas"
)

// entitiesOf returns the names of a text as "name (kind)", with their other forms.
func entitiesOf(t *testing.T, language, content string) []string {
	t.Helper()
	a, err := Analyze(t.Context(), Read(&schemas.Source{Text: content, Language: language}, nil))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range a.Entities {
		line := e.Name + " (" + e.Kind + ")"
		if len(e.Aliases) > 0 {
			line += ": " + strings.Join(e.Aliases, ", ")
		}
		got = append(got, line)
	}
	slices.Sort(got)
	return got
}

func TestNamesAsNewsWritesThem(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           []string
	}{
		{"en", "The talks were led for most of the week by Kenyan Prime Minister Josef Oduya, and later on by Harbour Minister Lena Brandt.", []string{"Josef Oduya (person): Kenyan Prime Minister Josef Oduya", "Lena Brandt (person): Harbour Minister Lena Brandt"}},
		{"en", "The work of the painter Bernard Joe King Smith is shown until next month at the Queen Mathilda Hospital, not far from King Street.", []string{"Bernard Joe King Smith (person)", "King Street (place)", "Queen Mathilda Hospital (organization)"}},
		{"en", "The US Congress met. The US sent grain to Kenya, and the U.S. grain arrived.", []string{"Kenya (place)", "U.S. (place)", "US (place)", "US Congress (organization)"}},
		{"en", "The Press Council met. The press was told that Ostrava Council would not come. Ostrava Council stayed away; later Ostrava agreed.", []string{"Ostrava Council (organization): Ostrava", "Press Council (organization)"}},
		{"en", "A Kenyan ship met a Danish one, and the crews of both, Omar Rashid al-Tamir said, were well. The ship of al-Tamir left.", []string{"Omar Rashid al-Tamir (person): al-Tamir"}},
		{"en", "NAIROBI — The harbour was closed by the Harbour Union and the Dockers Federation on a day of rain.", []string{"Dockers Federation (organization)", "Harbour Union (organization)", "Nairobi (place)"}},
		{"en", "Nothing was heard of it. SIGN UP FOR OUR LETTER and read more of what the town does.", nil},
		{"en", "He bought a 4K TV in Elmbridge.A neighbour saw it.", []string{"Elmbridge (place)", "TV (other)"}},
		{"fr", "Selon une source du Quai d’Orval, le ministre des Transports a reçu Lena Brandt en France.", []string{"France (place)", "Lena Brandt (person)", "Quai d’Orval (place)"}},
		{"es", "El conflicto entre el Partido de los Pescadores del Norte y la República de Orania llegó a España.", []string{"España (place)", "Partido de los Pescadores del Norte (organization)", "República de Orania (place)"}},
		{"de", "Das teilte die Behörde mit. In Frankreich blieb es ruhig, Norwegen meldete zwei Schiffe.", []string{"Frankreich (place)", "Norwegen (place)"}},
		{"it", "La nave è arrivata in Norvegia, ha detto il ministro dei Trasporti a Bruxelles.", []string{"Bruxelles (place)", "Norvegia (place)"}},
	} {
		if got := entitiesOf(t, c.language, c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestInitialsEndNoSentence(t *testing.T) {
	for text, want := range map[string]int{
		"The letter of J.R. Marsh was read. It was long.":          2,
		"He works in the U.S. The others do not. It is far.":       3,
		"The chair was taken by A.B. Then it was quiet.":           2,
		"It was signed by Q.T. Brandt and by Lena Voss of Elmham.": 1,
	} {
		if got := Sentences(text, "en"); len(got) != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
