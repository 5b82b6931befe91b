package text

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"autointel.example/schemas"
)

// analysisOf analyses one of the short articles, each about the same harbour in its language.
func analysisOf(t *testing.T, language string) schemas.Analysis {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "articles", language+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Analyze(t.Context(), of(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if a.Language.Code != language || !a.Language.Reliable {
		t.Errorf("the language is %+v", a.Language)
	}
	return a
}

func TestNamesWithTheirKindsAndAliases(t *testing.T) {
	for language, want := range map[string][]string{
		"en": {
			"European Environment Agency (organization): EEA", "Northpoint (place)", "Clara Voss (person): Voss", "Ada Marsh (person): Marsh", "Tom Hale (person): Hale, Mayor Tom Hale",
			"Northpoint Institute for Coastal Research (organization)", "North Sea (place)", "Harbour Post (organization)", "Washington (place)", "Maria Lopez (person): Senator Maria Lopez",
			"Democratic Party (organization)", "Army Corps of Engineers (other)", "Apple Inc (organization)", "University of Maine (organization)",
		},
		"de": {
			"Clara Voss (person): Voss", "Thomas Hale (person): Bürgermeister Thomas Hale, Hale", "Hafen von Nordhaven (place)", "Hafenamt (organization)", "Hamburg (place)", "Umweltministerium (organization)", "Ada Marsch (person)", "Nordhaven (place)",
			"Stadtwerke Nordhaven GmbH (organization)", "SPD (organization)", "Bundesamt für Seeschifffahrt (organization)", "Berlin (place)", "Sabine Krüger (person): Ministerin Sabine Krüger", "Kiel (place)", "Bremen (place)",
		},
		"fr": {"Claire Vasseur (person): Vasseur", "Antoine Le Goff (person): Le Goff", "Port-Saint-Louis (other)", "Insee (other)", "AFP (organization)", "Paris (place)"},
		"es": {
			"Clara Vázquez (person): Vázquez", "Tomás Herrera (person): Herrera", "Puerto Real (place)", "Instituto de Investigación Costera (organization)", //nolint:misspell // Spanish
			"Ministerio de Medio Ambiente (organization)", "EFE (organization)", "Madrid (place)", "Sara López (person)", "Universidad de Cádiz (organization)",
		},
		"it": {"Chiara Volpi (person): Volpi", "Tommaso Ferri (person): Ferri", "Porto Vecchio (place)", "Istat (organization)", "Ansa (organization)", "Roma (place)", "Sara Conti (person)", "Università di Genova (organization)"},
	} {
		var got []string
		for _, e := range analysisOf(t, language).Entities {
			line := e.Name + " (" + e.Kind + ")"
			if len(e.Aliases) > 0 {
				line += ": " + strings.Join(e.Aliases, ", ")
			}
			got = append(got, line)
		}
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q is not among %q", language, w, got)
			}
		}
		if len(got) > len(want)+1 {
			t.Errorf("%s: more names than there are: %q", language, got)
		}
	}
}

func TestQuotationsWithWhoSaysThem(t *testing.T) {
	for language, want := range map[string][]string{
		"en": {"Clara Voss: We see it in every record we keep", "Clara Voss: Nobody can explain it by the wind alone.", "Ada Marsh: The old wall has sunk as well", "Tom Hale: The town cannot wait for every last figure.", "Democratic Party: a gift to builders"},
		"de": {"Clara Voss: Wir sehen es in jeder Messung", "Ada Marsch: Die alte Mauer ist ebenfalls gesunken", "Thomas Hale: Die Stadt kann nicht auf jede Zahl warten."},
		"fr": {"Claire Vasseur: Nous le voyons dans chaque mesure", "Antoine Le Goff: La ville ne peut pas attendre", "Claire Vasseur: la tendance est nette depuis 2010"},
		"es": {"Clara Vázquez: Lo vemos en cada medición", "Tomás Herrera: La ciudad no puede esperar"},
		"it": {"Chiara Volpi: Lo vediamo in ogni misura", "Tommaso Ferri: La città non può aspettare"},
	} {
		var got []string
		for _, q := range analysisOf(t, language).Quotations {
			got = append(got, q.Speaker+": "+q.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", language, got, want)
		}
	}
}

// TestQuotationsOverSentences: one may go over several sentences, "according to" names its speaker, and one that nobody closes is none.
func TestQuotationsOverSentences(t *testing.T) {
	for text, want := range map[string][]string{
		`"We have no boats. We have no nets," the harbour office said.`:               {"the harbour office: We have no boats. We have no nets"},
		`According to Reuters, “the wall has sunk by two inches”. It is so.`:          {"Reuters: the wall has sunk by two inches"},
		`“We never close this harbour. And so it goes on.`:                            nil,
		`“We carried them up,” said the head librarian, Ruth Adeyemi.`:                {"Ruth Adeyemi: We carried them up"},
		`“We carried them up,” said her spokesman, Karl Ney.`:                         {"Karl Ney: We carried them up"},
		`The so-called “sea wall” is low.`:                                            nil,
		`“The wall has sunk again,” said Voss, “and the harbour office knows of it.”`: {"Voss: The wall has sunk again", "Voss: and the harbour office knows of it."},
	} {
		a, err := Analyze(t.Context(), Read(&schemas.Source{Text: text, Language: "en"}, nil))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, q := range a.Quotations {
			got = append(got, q.Speaker+": "+q.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", text, got, want)
		}
	}
}

// TestWhatIsDoneExOfficioIsDoneByNobody: "von" joins names, but not before "wegen".
// TestAPersonEndsWhereTheirOrganizationBegins, and not before: a noble name goes on.
func TestAPersonEndsWhereTheirOrganizationBegins(t *testing.T) {
	for _, c := range []struct{ language, text, name string }{
		{"de", "Dagegen stimmte Thomas Stamm von der Freien Liste. Thomas Stamm blieb dabei.", "Thomas Stamm"},
		{"de", "Gestern sprach Thomas Stamm von der Fraktion Mitte. Thomas Stamm blieb dabei.", "Thomas Stamm"},
		{"de", "Gestern sprach Ursula von der Leyen. Danach reiste Ursula von der Leyen ab.", "Ursula von der Leyen"},
		{"fr", "Marie Petit du Parti Vert a voté contre. Marie Petit l'a dit hier.", "Marie Petit"},
		{"es", "Marta Ruiz del Partido Verde votó en contra. Ayer habló Marta Ruiz.", "Marta Ruiz"},
		{"it", "Marco Rossi della Lega Nord ha votato contro. Ieri Marco Rossi ha parlato.", "Marco Rossi"},
	} {
		a, err := Analyze(t.Context(), Read(&schemas.Source{Text: c.text, Language: c.language}, nil))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range a.Entities {
			names = append(names, e.Name)
		}
		if !slices.Contains(names, c.name) || slices.ContainsFunc(names, func(n string) bool { return n != c.name && strings.HasPrefix(n, c.name) }) {
			t.Errorf("%s: %q", c.text, names)
		}
	}
}

func TestACryIsNoName(t *testing.T) {
	for language, text := range map[string]string{
		"en": "Oh, the harbour. Oh no, said Voss. Well, the harbour. Well, said Voss.", "de": "Ach, der Hafen. Ach, sagte Voss. Na, der Hafen. Na, sagte Voss.",
		"fr": "Oh, le port. Oh, dit Voss. Bah, le port. Bah, dit Voss.", "es": "Ay, el puerto. Ay, dijo Voss. Vaya, el puerto.", "it": "Beh, il porto. Beh, disse Voss. Ehi, il porto.",
	} {
		a, err := Analyze(t.Context(), Read(&schemas.Source{Text: text, Language: language}, nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range a.Entities {
			if e.Name != "Voss" {
				t.Errorf("%s: %q is a name", language, e.Name)
			}
		}
	}
}

func TestWhatIsDoneExOfficioIsDoneByNobody(t *testing.T) {
	for _, text := range []string{
		`„Wir prüfen den Fall“, sagte von Amtes wegen die Behörde.`, `„Wir prüfen den Fall“, hieß es von Amts wegen.`,
		`Der Fall werde von Staats wegen geprüft, sagte Clara Voss. Dr. Meier von Amtes wegen widersprach.`,
	} {
		a, err := Analyze(t.Context(), Read(&schemas.Source{Text: text, Language: "de"}, nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range a.Quotations {
			if strings.Contains(q.Speaker, "Am") {
				t.Errorf("%q is said by %q", q.Text, q.Speaker)
			}
		}
		for _, e := range a.Entities {
			if strings.Contains(e.Name, "Am") || strings.Contains(e.Name, "Staats") {
				t.Errorf("%q is a name in %q", e.Name, text)
			}
		}
	}
}
