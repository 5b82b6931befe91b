package claims

import (
	"testing"

	"autointel.example/services/analyzer/text"
)

// recounted: each text stands beside the conflicts that are found in it, as kind: why.
var recounted = []struct {
	language, text string
	want           []string
}{
	// parts of a total
	{"en", "The plant has a total of 120 workers: 70 women and 60 men.", []string{"sum: the parts come to 130, the whole is given as 120"}},
	{"en", "The plant has a total of 120 workers: 70 women and 50 men.", nil},
	{"en", "The jury consists of 9 members, made up of 5 judges and 3 teachers.", []string{"sum: the parts come to 8, the whole is given as 9"}},
	{"en", "Of the 300 guests, 200 of whom came by train, 90 stayed.", nil},
	{"en", "The fleet has 40 ships, of which 25 are ferries and 20 are tugs.", []string{"sum: the parts come to 45, the whole is given as 40"}},
	{"en", "The fleet has 40 ships, of which 25 are ferries and 10 are tugs.", nil},
	{"de", "Die Firma hat 120 Beschäftigte, davon 80 in Kassel und 60 in Fulda.", []string{"sum: the parts come to 140, the whole is given as 120"}},
	{"fr", "La flotte compte 40 navires, dont 25 ferries et 20 remorqueurs.", []string{"sum: the parts come to 45, the whole is given as 40"}},
	{"es", "La empresa tiene 90 camiones, de los cuales 60 son nuevos y 40 son viejos.", []string{"sum: the parts come to 100, the whole is given as 90"}},
	{"it", "La flotta conta 40 navi, di cui 25 traghetti e 20 rimorchiatori.", []string{"sum: the parts come to 45, the whole is given as 40"}},
	// shares
	{"en", "Of the residents, 45 percent were in favour, 38 percent against and 27 percent undecided.", []string{"percentage: the shares come to 110 percent"}},
	{"en", "Of the residents, 45 percent were in favour, 38 percent against and 17 percent undecided.", nil},
	{"en", "Of the residents, 45 percent came by car, 38 percent by train and 27 percent by bus; multiple answers were allowed.", nil},
	{"en", "In the survey, 140 percent of residents wanted a new school.", []string{"percentage: 140 percent of residents is more than all of them"}},
	{"en", "Debt stands at 140 percent of output.", nil},
	{"en", "Prices of houses fell by 130 percent.", []string{"percentage: nothing falls by 130 percent"}},
	{"en", "The profit of the bank fell by 130 percent.", nil},
	{"de", "Von den Befragten stimmten 50 Prozent dafür, 40 Prozent dagegen, 20 Prozent waren unentschieden.", []string{"percentage: the shares come to 110 percent"}},
	// change of values
	{"en", "The number of ferries rose by 25 percent, from 200 to 300.", []string{"percentage: from 200 to 300 is a change of 50 percent, not of 25 percent"}},
	{"en", "The number of ferries rose by 50 percent, from 200 to 300.", nil},
	{"en", "Rents fell from 900 euros to 1,100 euros.", []string{"sum: from 900 euros to 1,100 euros goes the other way"}},
	{"en", "The budget doubled from 10 million euros to 15 million euros.", []string{"sum: from 10 million euros to 15 million euros is 1.5 times as much"}},
	{"en", "The budget doubled from 10 million euros to 20 million euros.", nil},
	{"en", "The rate rose by 2 percentage points, from 4 percent to 6 percent.", nil},
	{"en", "The rate rose from 4 percent to 6 percent.", nil},
	{"de", "Die Zahl der Fähren stieg um 25 Prozent von 200 auf 300.", []string{"percentage: from 200 to 300 is a change of 50 percent, not of 25 Prozent"}},
	{"fr", "Le nombre de ferries a augmenté de 25 % , passant de 200 à 300.", []string{"percentage: from 200 to 300 is a change of 50 percent, not of 25 %"}},
	{"es", "El número de barcos aumentó un 25 por ciento, de 200 a 300.", []string{"percentage: from 200 to 300 is a change of 50 percent, not of 25 por ciento"}},
	{"it", "Il numero di navi è aumentato del 25 per cento, da 200 a 300.", []string{"percentage: from 200 to 300 is a change of 50 percent, not of 25 per cento"}},
	// dates
	{"en", "She was mayor from 1998 to 1989.", []string{"date: from 1998 to 1989 goes back in time"}},
	{"en", "He led the office for 30 years, from 1990 to 2010.", []string{"date: 1990 to 2010 is 20 years, not 30 years"}},
	{"en", "He led the office for 20 years, from 1990 to 2010.", nil},
	{"en", "Born in 1950, the painter died in 2010 at the age of 75.", []string{"date: 1950 to 2010 makes an age of 59 or 60, not 75"}},
	{"en", "Born in 1950, the painter died in 2010 at the age of 59.", nil},
	{"de", "Er war von 1998 bis 1989 Bürgermeister.", []string{"date: from 1998 to 1989 goes back in time"}},
	{"fr", "Elle a été maire de 1998 à 1989.", []string{"date: from 1998 to 1989 goes back in time"}},
	{"es", "Fue alcalde de 1998 a 1989.", []string{"date: from 1998 to 1989 goes back in time"}},
	{"it", "È stato sindaco dal 1998 al 1989.", []string{"date: from 1998 to 1989 goes back in time"}},
	// contradictions
	{"en", "The bridge at Northpoint cost 48 million pounds. It is painted green.\n\nThe bridge at Northpoint cost 61 million pounds.", []string{"contradiction: 48 million pounds first, 61 million pounds then"}},
	{"en", "The harbour of Northpoint was closed in May. The harbour of Northpoint was not closed in May.", []string{"contradiction: first said, then denied"}},
	{"en", "The bridge at Northpoint cost 48 million pounds, Ada Marsh said. The bridge at Northpoint cost 61 million pounds, the auditors said.", nil},
	{"en", "The festival in Northpoint had 4,000 guests in 2022. The festival in Northpoint had 9,000 guests in 2023.", nil},
	{"en", "Last year the festival in Northpoint had 4,000 guests. The festival in Northpoint had 9,000 guests.", nil},
	{"en", "The museum of Northpoint was founded in 1894. The museum of Northpoint was founded in 1897.", []string{"contradiction: 1894 first, 1897 then"}},
	{"de", "Die Brücke in Kassel kostete 48 Millionen Euro. Die Brücke in Kassel kostete 61 Millionen Euro.", []string{"contradiction: 48 Millionen Euro first, 61 Millionen Euro then"}},
	{"fr", "Le pont de Valbonne a été construit en 1931. Le pont de Valbonne a été construit en 1934.", []string{"contradiction: 1931 first, 1934 then"}},
}

func TestConflicts(t *testing.T) {
	for _, c := range recounted {
		corpus, err := NewCorpus(t.Context(), []text.Document{read(c.language, c.text)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		claims, _, err := corpus.Extract(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		found, err := corpus.Conflicts(t.Context(), claims)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range found {
			got = append(got, f.Kind+": "+f.Why)
		}
		if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
			t.Errorf("%s\n got: %q\nwant: %q", c.text, got, c.want)
		}
	}
}
