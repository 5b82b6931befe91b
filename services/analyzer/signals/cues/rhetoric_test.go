package cues

import "testing"

// TestWhatIsRhetoricAndWhatOnlySoundsLikeIt has a sentence that gives itself away beside one with the same words that does not.
func TestWhatIsRhetoricAndWhatOnlySoundsLikeIt(t *testing.T) {
	for sentence, want := range map[string]string{
		"en: Order before it is too late!":                                "manufactured_urgency",
		"en: Do not wait until the pain leaves you helpless.":             "appeal_to_fear",
		"en: 91 per cent of customers slept better.":                      "unattributed_claim",
		"en: 91 per cent of the steel was imported.":                      "",
		"de: Spenden Sie noch heute, bevor es zu spät ist.":               "manufactured_urgency",
		"de: Die Mühle arbeitet noch heute.":                              "",
		"de: 80 Prozent der Anwender waren begeistert.":                   "unattributed_claim",
		"fr: Commandez sans tarder.":                                      "manufactured_urgency",
		"fr: Le bar est ouvert jusqu'à minuit.":                           "",
		"es: No cabe ninguna duda.":                                       "overconfidence",
		"es: Llega la lluvia o la nieve, o el viento.":                    "",
		"it: Firmate subito, prima che sia troppo tardi.":                 "manufactured_urgency",
		"it: Non ci sono dubbi.":                                          "overconfidence",
		"en: Your kids will choke on it.":                                 "appeal_to_fear",
		"en: Our children will learn to swim there.":                      "",
		"en: Resist, or you will lose everything.":                        "appeal_to_fear",
		"en: Bring a coat or a jacket.":                                   "",
		"de: Daran gibt es nichts zu rütteln.":                            "overconfidence",
		"de: Bald müssen unsere Enkel dafür büßen.":                       "appeal_to_fear",
		"de: Im Sommer werden unsere Kinder dort schwimmen lernen.":       "",
		"de: Die Anlage ist außer Betrieb.":                               "",
		"fr: Vos enfants auront froid.":                                   "appeal_to_fear",
		"fr: Vos enfants auront un nouveau gymnase.":                      "",
		"es: O frenamos esta obra, o se muere el barrio.":                 "false_dilemma",
		"es: Sus hijos sufrirán.":                                         "appeal_to_fear",
		"es: Sus hijos estudian en Lugo.":                                 "",
		"it: È noto a tutti che il ponte cede.":                           "unattributed_claim",
		"it: I nostri figli andranno a scuola in treno.":                  "",
		"en: Its reporter, a hopeless pessimist, lives inland.":           "ad_hominem",
		"en: He would evidently rather see it drown than admit that.":     "ad_hominem",
		"en: She would rather walk than take the bus.":                    "",
		"en: The pessimists among the forecasters expect rain.":           "",
		"de: Der ewige Nörgler aus Fulda meldet sich.":                    "ad_hominem",
		"de: Optimisten und Pessimisten halten sich die Waage.":           "",
		"fr: Ce pessimiste incurable n'a rien vu.":                        "ad_hominem",
		"fr: Les plus pessimistes parlent de dix ans.":                    "",
		"es: Un agorero profesional lo dice.":                             "ad_hominem",
		"es: Los pesimistas esperan una caída.":                           "",
		"it: Quell'inguaribile pessimista scrive ancora.":                 "ad_hominem",
		"it: I pessimisti prevedono un calo.":                             "",
		"en: The next storm will be the last that this town ever sees.":   "appeal_to_fear",
		"en: Friday's concert will be the last of the season.":            "",
		"de: Dieser Sturm wird der letzte sein, den die Stadt je erlebt.": "appeal_to_fear",
		"de: Das Konzert wird das letzte sein, das hier stattfindet.":     "",
		"fr: Ce sera la dernière que ce village verra.":                   "appeal_to_fear",
		"fr: Ce sera la dernière de la saison.":                           "",
		"es: Será la última que vea este pueblo.":                         "appeal_to_fear",
		"es: Será la última de la temporada.":                             "",
		"it: Sarà l'ultima che questa città vedrà.":                       "appeal_to_fear",
		"it: Sarà l'ultima della stagione.":                               "",
		"it: Il negozio resta aperto solo fino a sabato, o a domenica":    "",
	} {
		l, _ := For(sentence[:2])
		s := l.One(sentence[4:])
		got := ""
		for _, m := range s.Matches {
			switch m.Section {
			case "manufactured_urgency", "appeal_to_fear", "unattributed_claim", "overconfidence", "false_dilemma", "ad_hominem":
				got = m.Section
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", sentence, got, want)
		}
	}
}
