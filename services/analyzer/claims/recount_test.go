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
	{"en", "The market sold pears (12 baskets), apples (20 baskets, including 15 of the red ones) and nuts (30 baskets).", nil},
	{"en", "Pears led with 22 percent, then came plums (17 percent), apples (including red ones, 13 percent) and nuts (12 percent).", nil},
	{"en", "The hall has 10 rows, each of which holds 10 benches, and 10 lamps hang above.", nil},
	{"en", "The hall has 10 rows, of which 7 are reserved and 6 are free.", []string{"sum: the parts come to 13, the whole is given as 10"}},
	{"en", "Rules of the harbour, May 2019 5.\n\nRules of the harbour, May 2019 10.", nil},
	// a group divided in two
	{"en", "Of the 140 houses on the front, 90 were flooded that night and 60 stayed dry.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"en", "Of the 140 houses on the front, 90 were flooded that night and 60 were not.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"en", "Of the 140 houses on the front, 90 were flooded that night and 40 were not.", []string{"sum: the parts come to 130, the whole is given as 140"}},
	{"en", "In the storm, 90 of the 140 houses were flooded and the other 60 lost their roofs.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"en", "Of the 15 members, eleven voted for the wall and five were opposed.", []string{"sum: the parts come to 16, the whole is given as 15"}},
	{"en", "Of the 140 houses on the front, 90 were flooded that night and 50 stayed dry.", nil},
	{"en", "Of the 140 houses on the front, 90 were flooded that night and 40 stayed dry.", nil}, // ten may have been damp
	{"en", "Of the 140 houses, 90 had cellars and 60 had gardens.", nil},
	{"en", "Of the 140 houses, 90 were flooded and 60 were not insured.", nil},
	{"en", "Of the 140 houses, 90 were flooded and 60 of them were not dry again by May.", nil},
	{"en", "Of the 140 houses, 90 were flooded in the storm of March and 60 stayed dry in the storm of May.", nil},
	{"en", "Of the 140 houses, 90 were flooded in 2019 and 60 were not in 2024.", nil},
	{"en", "Of the 140 houses, 90 were flooded in the first storm and 60 in the second.", nil},
	{"en", "Of the 140 houses, about 90 were flooded and some 60 stayed dry.", nil},
	{"en", "Of the 140 houses, 90 were flooded, 30 were damaged and the other 60 had been sold.", nil},
	{"en", "Of the 140 houses, 90 were not flooded and 60 were not insured.", nil},
	{"en", "Some of the 140 houses were flooded, 90 people fled and 60 did not.", nil},
	{"en", "Of the 140 passengers, 90 were injured and 60 were evacuated.", nil},
	{"de", "Von den 140 Häusern an der Promenade wurden 90 überflutet und 60 blieben trocken.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"de", "90 der 140 Häuser wurden überflutet, 60 nicht.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"de", "Von den 140 Häusern wurden 90 überflutet, die übrigen 40 verloren ihr Dach.", []string{"sum: the parts come to 130, the whole is given as 140"}},
	{"de", "Von den 140 Häusern wurden 90 überflutet und 50 blieben trocken.", nil},
	{"de", "Von den 140 Häusern haben 90 einen Keller und 60 einen Garten.", nil},
	{"de", "Von den 140 Häusern wurden 90 überflutet und 60 waren nicht versichert.", nil},
	{"fr", "Sur les 140 maisons du front de mer, 90 ont été inondées et 60 sont restées sèches.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"fr", "Sur les 140 maisons, 90 ont une cave et 60 ont un jardin.", nil},
	{"es", "De las 140 casas del puerto, 90 se inundaron y 60 no.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"es", "De las 140 casas, 90 tienen sótano y 60 tienen jardín.", nil},
	{"it", "Delle 140 case del porto, 90 sono state allagate e 60 sono rimaste asciutte.", []string{"sum: the parts come to 150, the whole is given as 140"}},
	{"it", "Delle 140 case, 90 hanno una cantina e 60 hanno un giardino.", nil},
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
	{"en", "In region 1 the rate rose by 5 percent. In region 2 the rate rose by 9 percent.", nil},
	{"en", "Reactor 1 at Northpoint delivers 400 megawatts. Reactor 2 at Northpoint delivers 600 megawatts.", nil},
	{"en", "Chapter 3 of the report has 40 pages. Chapter 4 of the report has 50 pages.", nil},
	{"en", "The ferry Alma 2 at Northpoint carries 400 people. The ferry Alma 3 at Northpoint carries 600 people.", nil},
	{"en", "The storm of May killed 12 in Northpoint. The storm of May killed 15 in Northpoint.", []string{"contradiction: 12 first, 15 then"}},
	{"en", "The region has 300 hospitals and 40 schools. The region has 200 hospitals and 40 schools.", []string{"contradiction: 300 hospitals first, 200 hospitals then; the same figure: 40 schools"}},
	{"en", "In the storm 12 were injured and 40 boats sank at Northpoint. In the storm 15 were injured and 40 boats sank at Northpoint.", []string{"contradiction: 12 first, 15 then; the same figure: 40 boats"}},
	{"en", "The storm at Northpoint destroyed 300 of the houses and 40 boats. The storm at Northpoint destroyed 200 of the houses and 40 boats.", []string{"contradiction: 300 first, 200 then; the same figure: 40 boats"}},
	{"fr", "Le réacteur 1 de Valbonne fournit 400 mégawatts. Le réacteur 2 de Valbonne fournit 600 mégawatts.", nil},
	{"fr", "La tempête a détruit 300 des maisons de Valbonne et 40 bateaux. La tempête a détruit 200 des maisons de Valbonne et 40 bateaux.", []string{"contradiction: 300 first, 200 then; the same figure: 40 bateaux"}},
	{"es", "El reactor 1 de Northpoint produce 400 megavatios. El reactor 2 de Northpoint produce 600 megavatios.", nil},
	{"it", "Il reattore 1 di Northpoint produce 400 megawatt. Il reattore 2 di Northpoint produce 600 megawatt.", nil},
	{"de", "Block 1 in Kassel liefert 400 Megawatt. Block 2 in Kassel liefert 600 Megawatt.", nil},
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
