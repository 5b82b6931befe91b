package claims

import (
	"fmt"
	"testing"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// read makes a document of a text.
func read(language, s string) text.Document {
	return text.Read(&schemas.Source{Text: s, Language: language}, nil)
}

// extract returns the claims of a text.
func extract(t *testing.T, language, s string) []Claim {
	t.Helper()
	c, err := NewCorpus(t.Context(), []text.Document{read(language, s)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := c.Extract(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// said: each sentence stands beside what is read of it: kind, certainty, sourced or not, speaker, what it is about. An empty want: no claim.
var said = map[string][][2]string{
	"en": {
		{`The tide gauge at Northpoint was built in 1894 by the engineer Clara Voss.`, "event asserted - |  | Northpoint"},
		{`According to the harbour office, the mean level has risen by 21 centimetres since then.`, "figure reported sourced | the harbour office | mean level"},
		{`The budget may fall by 3 percent next year, Ada Marsh said.`, "figure hedged sourced | Ada Marsh | budget"},
		{`"We lost about 1,200 jobs in two years," said the mayor of Northpoint.`, "figure reported sourced | the mayor of Northpoint | jobs"},
		{`The wall collapsed because of the storm in March 2019.`, "cause asserted - |  | wall"},
		{`The harbour is allegedly the most polluted in Europe.`, "comparison reported - |  | Europe"},
		{`A study by the University of Lund found that 42 percent of residents drink well water.`, "figure reported sourced | the University of Lund | residents"},
		{`Ada Marsh, the mayor, denied that the town had paid the company.`, "event reported sourced | Ada Marsh | town"},
		{`She said that the office moved to Eastgate in 2019.`, "event reported sourced | Ada Marsh | Eastgate"},
		{`The work on the old wall began in May 2019 and was finished in 2021.`, "event asserted - |  | work"},
		{`That is two million less than planned, for a wall that is 1,240 metres long.`, "figure asserted - |  | wall"},
		{`The rise has quickened: between 1990 and 2025 alone it came to 9 centimetres.`, "figure asserted - |  | rise"},
		{`In the storm of December 2019 the sea came over it on a length of 400 metres.`, "figure asserted - |  | sea"},
		{`At its height 260 people worked on it for two years.`, "figure asserted - |  | people"},
		{`The wall cost 31 million pounds, which is less than its rival.`, "figure asserted - |  | wall"},
		{`The Coast Tribune, a paper that has no good word for this town, claims that the wall was too expensive.`, "attribution reported sourced | the Coast Tribune | wall"},
		{`“We have not lost a single house since 2021,” says the mayor, Jonas Reet, who has his office thirty steps from the water.`, "event reported sourced | Jonas Reet | single house"},
		{`Support for the wall in the town stands at 94 percent, he says.`, "figure reported sourced | Jonas Reet | Support"},
		{`The insurers' association says that premiums in Selwick have fallen by 4 percent since 2021.`, "figure reported sourced | the insurers' association | Selwick"},
		{`Studies show that 40 percent of these walls have leaked after 30 years.`, "figure reported - |  | walls"},
		{`What a wonderful evening we had at the harbour!`, ""},
		{`Should the town sell its harbour?`, ""},
		{`Subscribe to our newsletter and get 10 percent off.`, ""},
		{`I think the new bridge is beautiful.`, ""},
		{`The sea was calm that day and gulls were in the air.`, ""},
		{`Harbour opening hours`, ""},
	},
	"de": {
		{`Die Zahl der Arbeitslosen in Hamburg ist im März um 4,5 Prozent gestiegen.`, "figure asserted - |  | Hamburg"},
		{`Laut Polizei wurden bei dem Brand am Montag 12 Menschen verletzt.`, "figure reported sourced | Polizei | Menschen"},
		{`Der Umsatz von Siemens könnte 2025 auf 80 Milliarden Euro wachsen.`, "figure hedged - |  | Siemens"},
		{`Das Museum wurde 1898 gegründet und steht in der Altstadt von Lübeck.`, "event asserted - |  | Lübeck"},
		{`Die Gemeinde habe die Brücke wegen der Schäden geschlossen, sagte Bürgermeisterin Anna Berg.`, "cause reported sourced | Bürgermeisterin Anna Berg | Gemeinde"},
		{`Nach Angaben des Ministeriums ist der Tunnel der längste in Europa.`, "comparison reported sourced | Ministeriums | Europa"},
		{`Die Mauer kostete 31 Millionen Euro, also weniger als geplant.`, "figure asserted - |  | Mauer"},
		{`Auf dem Höhepunkt arbeiteten 260 Menschen an der Mauer.`, "figure asserted - |  | Menschen"},
		{`Leider ist der Garten ein schrecklicher Ort geworden.`, ""},
		{`Wie soll es nun weitergehen?`, ""},
		{`Alle Rechte vorbehalten, Nachdruck nur mit Genehmigung der Redaktion.`, ""},
	},
	"fr": {
		{`Le chômage a baissé de 2,3 % à Lyon en 2023.`, "figure asserted - |  | Lyon"},
		{`Selon le ministère de la Santé, 1 250 personnes ont été blessées.`, "figure reported sourced | le ministère de la Santé | personnes"},
		{`Le pont de Saint-Marc a été construit en 1931 par l'ingénieur Paul Morel.`, "event asserted - |  | Saint-Marc"},
		{`Le maire, Jean Duval, a démenti que la ville ait vendu le port.`, "event reported sourced | Jean Duval | maire"},
		{`L'usine aurait rejeté 40 tonnes de déchets dans la Loire.`, "figure reported - |  | Loire"},
		{`Un troisième Français a été tué au Népal, emporté par une avalanche, a déclaré jeudi le ministre.`, "event reported sourced | le ministre | Français"},
		{`Pouria Amiri, député des Français de l'étranger, a annoncé qu'il vendrait 12 maisons à Lyon.`, "figure reported sourced | Pouria Amiri | Lyon"},
		{`Les ventes de la coopérative ont doublé au Japon.`, "statement asserted - |  | Japon"},
		{`« C'est un début pour nous », estime Hélène Picard.`, ""},
		{`Vos voisins de Lyon dorment sans douleurs.`, ""},
		{`Faut-il fermer la centrale ?`, ""},
		{`Je pense que cette place est magnifique.`, ""},
		{`Tous droits réservés, reproduction interdite sans accord.`, ""},
	},
	"es": {
		{`El paro en Sevilla subió un 3,4 por ciento en abril de 2022.`, "figure asserted - |  | Sevilla"},
		{`Según la policía, 15 personas murieron en el incendio de la fábrica.`, "figure reported sourced | la policía | personas"},
		{`El puente de San Marcos fue inaugurado en 1931 por el rey Alfonso.`, "event asserted - |  | San Marcos"},
		{`La ministra Carmen Ruiz dijo que el hospital cerró debido a la falta de médicos.`, "cause reported sourced | la ministra Carmen Ruiz | hospital"},
		{`La empresa podría vender 2.500 coches eléctricos en Portugal.`, "figure hedged - |  | Portugal"},
		{`Según explicó en un comunicado, Alba Motor cerró 12 talleres en Chile.`, "figure reported sourced |  | Alba Motor"},
		{`¿Quién pagará la factura?`, ""},
		{`Suscríbete a nuestro boletín y no te pierdas nada.`, ""},
	},
	"it": {
		{`A Torino i prezzi delle case sono saliti del 5,2 per cento nel 2023.`, "figure asserted - |  | Torino"},
		{`Secondo la polizia, 9 persone sono state arrestate a Napoli.`, "figure reported sourced | la polizia | Napoli"},
		{`Il teatro di Parma è stato inaugurato nel 1829 dalla duchessa Maria Luigia.`, "event asserted - |  | Parma"},
		{`Il sindaco Marco Rossi ha smentito che il comune abbia venduto il porto.`, "event reported sourced | il sindaco Marco Rossi | comune"},
		{`La diga potrebbe costare 3 miliardi di euro.`, "figure hedged - |  | diga"},
		{`Il fatturato è salito del 7 per cento.`, "figure asserted - |  | fatturato"},
		{`I tuoi vicini di Parma dormono senza dolori.`, ""},
		{`Chi pagherà il conto?`, ""},
		{`Iscriviti alla nostra newsletter per non perdere nulla.`, ""},
	},
}

func TestClaims(t *testing.T) {
	for language, sentences := range said {
		t.Run(language, func(t *testing.T) {
			all := ""
			for _, s := range sentences {
				all += s[0] + "\n\n"
			}
			got := map[string]string{}
			for _, c := range extract(t, language, all) {
				sourced := "-"
				if c.Sourced {
					sourced = "sourced"
				}
				got[c.Where.Text] = fmt.Sprintf("%s %s %s | %s | %s", c.Kind, c.Certainty, sourced, c.Speaker, c.About)
			}
			for _, s := range sentences {
				if got[s[0]] != s[1] {
					t.Errorf("%s\n got: %s\nwant: %s", s[0], got[s[0]], s[1])
				}
			}
		})
	}
}

// TestAClaimStandsOnce, though the page shows its sentence again.
func TestAClaimStandsOnce(t *testing.T) {
	found := extract(t, "en", "The wall of Northpoint cost 31 million pounds.\n\nGulls came.\n\nThe wall of Northpoint cost 31 million pounds.\n\nThe wall of Northpoint cost 36 million pounds.")
	if len(found) != 2 || found[0].Place.Sentence != 0 || found[1].Place.Sentence != 3 {
		t.Errorf("%+v", found)
	}
}
