package cues

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// signs are the sections of which a cue is a finding by itself.
var signs = []string{
	"loaded_language", "false_dilemma", "ad_hominem", "appeal_to_fear", "manufactured_urgency", "bandwagon", "overconfidence", "unattributed_claim", "vague_authority",
}

// TestIdiomsThatJudgeAndSoberWordsLikeThem has a pattern with a filling of its own beside a sentence of news that has the same words.
func TestIdiomsThatJudgeAndSoberWordsLikeThem(t *testing.T) {
	for sentence, want := range map[string]string{
		"en: The council fleeces homeowners year after year.":            "loaded_language",
		"en: They tore the heart out of the old port.":                   "loaded_language",
		"en: The old port lies in the heart of the town.":                "",
		"en: Faceless bureaucrats drew this line.":                       "loaded_language",
		"en: Corrupt officials were arrested in March.":                  "",
		"en: He was stabbed with a knife in the back, police said.":      "",
		"en: Anyone who hesitates condemns the harbour.":                 "false_dilemma",
		"en: Anyone who votes by post has until Friday.":                 "",
		"en: The chairman is a man who has never been to sea.":           "",
		"en: The chairman is a man who has held office since 2011.":      "",
		"en: It is only a matter of time before he scores again.":        "",
		"en: Even the postman knows it.":                                 "bandwagon",
		"en: Every serious engineer knows that.":                         "vague_authority",
		"en: There are no two ways about it.":                            "overconfidence",
		"de: Der Rat schröpft die Bürger seit Jahren.":                   "loaded_language",
		"de: Ein Betonklotz soll es werden.":                             "loaded_language",
		"de: Die Werte im Blut waren erhöht.":                            "",
		"de: Das Gericht hob das Todesurteil auf.":                       "",
		"de: Das Treffen fand hinter verschlossenen Türen statt.":        "",
		"de: Der Gipfel der Minister beginnt am Montag.":                 "",
		"de: Wer jetzt noch schweigt, der macht sich schuldig.":          "false_dilemma",
		"de: Wer die Prüfung besteht, der hat einen Platz.":              "",
		"de: Eine Frau, die nie zur See gefahren ist, leitet den Hafen.": "",
		"de: Es ist nur eine Frage der Zeit, bis er wieder trifft.":      "",
		"de: Das weiß doch jedes Kind.":                                  "bandwagon",
		"de: Hinter vorgehaltener Hand ist davon die Rede.":              "unattributed_claim",
		"fr: La mairie rackette les automobilistes.":                     "loaded_language",
		"fr: Deux clients ont été pris en otage dans la banque.":         "",
		"fr: Le cancer de la prostate est soigné tôt.":                   "",
		"fr: Quiconque se tait est coupable.":                            "false_dilemma",
		"fr: Les gens qui votent à Brest sont inscrits.":                 "",
		"fr: Ce n'est plus qu'une question de temps.":                    "",
		"fr: Même le facteur le sait.":                                   "bandwagon",
		"fr: N'importe quel ingénieur sérieux le sait.":                  "vague_authority",
		"es: El alcalde malvende nuestro barrio.":                        "loaded_language",
		"es: El atropello ocurrió a las nueve.":                          "",
		"es: Recibió una puñalada en el brazo.":                          "",
		"es: Es solo cuestión de tiempo.":                                "",
		"es: Hasta el cartero lo sabe.":                                  "bandwagon",
		"es: Cada día que pasa cuenta.":                                  "manufactured_urgency",
		"es: Nevó en las últimas horas.":                                 "",
		"es: Quienes votan por correo son más.":                          "",
		"it: Il sindaco svende la nostra città.":                         "loaded_language",
		"it: Il cancro del polmone si cura meglio.":                      "",
		"it: Il saccheggio del museo durò due giorni.":                   "",
		"it: È solo questione di tempo.":                                 "",
		"it: Perfino il postino lo sa.":                                  "bandwagon",
		"it: Non c'è via di mezzo.":                                      "false_dilemma",
		"it: Nelle ultime ore è piovuto.":                                "",
		"it: Qualsiasi ingegnere serio conferma.":                        "vague_authority",
	} {
		l, _ := For(sentence[:2])
		s := l.One(sentence[4:])
		got := ""
		for _, m := range s.Matches {
			if slices.Contains(signs, m.Section) && !m.Weak && m.Own() {
				got = m.Section
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", sentence, got, want)
		}
	}
}

// TestSoberNewsIsNotAccused: sentences as news has them, with the words of which cues are made, and nothing in them that sways anybody.
func TestSoberNewsIsNotAccused(t *testing.T) {
	content, err := os.ReadFile("testdata/sober.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(string(content)) {
		language, sentence, _ := strings.Cut(strings.TrimSpace(line), ": ")
		l, ok := For(language)
		if !ok {
			t.Fatalf("no language: %q", line)
		}
		seen[language]++
		s := l.One(sentence)
		for _, m := range s.Matches {
			if slices.Contains(signs, m.Section) && !m.Weak && m.Own() {
				t.Errorf("%s: %s: %q", strings.TrimSpace(line), m.Section, s.Words(m))
			}
		}
	}
	for _, language := range []string{"en", "de", "fr", "es", "it"} {
		if seen[language] < 25 {
			t.Errorf("%s: %d sentences", language, seen[language])
		}
	}
}

// TestAWeakWordIsRaisedByItsNeighbour, in front of it or behind, and not from afar.
func TestAWeakWordIsRaisedByItsNeighbour(t *testing.T) {
	for sentence, weak := range map[string]bool{
		"en: The route is absurd.":                 true,
		"en: The route is utterly absurd.":         false,
		"en: It is utterly dark on an absurd day.": true,
		"de: Der Plan ist schlichtweg absurd.":     false,
		"fr: Un tracé absurde.":                    true,
		"es: Un trazado absurdo.":                  true,
		"es: Un trazado totalmente absurdo.":       false,
		"it: Un tracciato totalmente assurdo.":     false,
	} {
		l, _ := For(sentence[:2])
		s := l.One(sentence[4:])
		if at := slices.IndexFunc(s.Matches, func(m Match) bool { return m.Section == "loaded_language" }); at < 0 || s.Matches[at].Weak != weak {
			t.Errorf("%s: want weak %v: %+v", sentence, weak, s.Matches)
		}
	}
}

// TestChoicesWithinChoices, few or so many that they are kept as a list, mean the same.
func TestChoicesWithinChoices(t *testing.T) {
	const lexicon = "[hedge]\nit (may|might (well|just)|) be (so|thus|like (this|that)|otherwise|the other way|)"
	l, err := Parse("en", lexicon)
	if err != nil {
		t.Fatal(err)
	}
	for sentence, want := range map[string]string{
		"It might just be like that.":       "hedge=It might just be like that",
		"It may be the other way.":          "hedge=It may be the other way",
		"It be.":                            "hedge=It be",
		"It might be so.":                   "",
		"It might well be like this, so be": "hedge=It might well be like this",
	} {
		s := l.One(sentence)
		if got := shown(&s); got != want {
			t.Errorf("%s: got %q, want %q", sentence, got, want)
		}
	}
}
