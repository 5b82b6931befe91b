package text

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNumbersIn(t *testing.T) {
	for _, c := range []struct {
		language, sentence string
		want               []string // text = value unit
	}{
		{"en", "Prices rose by 3.5 per cent to $1.2 million.", []string{"3.5 per cent = 3.5 percent", "$1.2 million = 1.2e+06 USD"}},
		{"en", "Between 10 and 15 percent of the 1,200 new homes stand empty.", []string{"10 and 15 percent = 10..15 percent", "1,200 new homes = 1200 homes"}},
		{"en", "It costs £20k, or €5bn in all, and weighs 12–15 kg.", []string{"£20k = 20000 GBP", "€5bn = 5e+09 EUR", "12–15 kg = 12..15 kg"}},
		{"en", "In 2019 some 300 people saw -4 °C on 3 May 2018.", []string{"300 people = 300 people", "-4 °C = -4 °C"}},
		{"en", "COVID-19 closed the A4 at 14:30, says version 1.2.3 of the 21st report.", nil},
		{"en", "Twelve boats and twenty-one crews are worth a million dollars.", []string{"Twelve boats = 12 boats", "twenty-one crews = 21 crews", "a million dollars = 1e+06 USD"}},
		{"de", "Die Kosten stiegen um 3,5 Prozent auf 1,2 Mrd. Euro.", []string{"3,5 Prozent = 3.5 percent", "1,2 Mrd. Euro = 1.2e+09 EUR"}},
		{"de", "Rund 1.234 neue Wohnungen, 10 bis 15 Prozent mehr als 2019.", []string{"1.234 neue Wohnungen = 1234 Wohnungen", "10 bis 15 Prozent = 10..15 percent"}},
		{"fr", "Le chantier coûtera 1 200 000 euros, soit 2,5 % de plus, pour 350 habitants.", []string{"1 200 000 euros = 1.2e+06 EUR", "2,5 % = 2.5 percent", "350 habitants = 350 habitants"}},
		{"fr", "Il faudra 3 millions d'euros.", []string{"3 millions d'euros = 3e+06 EUR"}},
		{"es", "El gasto subió un 4,2 por ciento hasta 1.500 millones de euros.", []string{"4,2 por ciento = 4.2 percent", "1.500 millones de euros = 1.5e+09 EUR"}},
		{"it", "La spesa è salita del 4,2 per cento a 3 miliardi di euro per 25 comuni.", []string{"4,2 per cento = 4.2 percent", "3 miliardi di euro = 3e+09 EUR", "25 comuni = 25 comuni"}},
		{"pt", "A obra custa 12 milhões de euros.", []string{"12 milhões de euros = 1.2e+07 EUR"}},
		{"nl", "De prijs steeg met 2,5 procent tot 3 miljoen euro.", []string{"2,5 procent = 2.5 percent", "3 miljoen euro = 3e+06 EUR"}},
	} {
		var got []string
		for _, n := range NumbersIn(c.sentence, c.language) {
			upper := ""
			if n.To != nil {
				upper = fmt.Sprintf("..%g", *n.To)
			}
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s = %g%s %s", n.Text, n.Value, upper, n.Unit)))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.sentence, got, c.want)
		}
	}
}

func TestDatesIn(t *testing.T) {
	published := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		language, sentence string
		published          *time.Time
		want               []string
	}{
		{"en", "It opened on 25 November 2026, not on November 3, 2025 or in May 2024.", nil, []string{"2026-11-25", "2025-11-03", "2024-05"}},
		{"en", "Since 1894 it has stood there (2019), and 2000 people came in 1931.", nil, []string{"1894", "2019", "1931"}},
		{"en", "On 2026-11-25 and 13/02/2020, but 03/04/2020 is anybody's guess.", nil, []string{"2026-11-25", "2020-02-13"}},
		{"en", "The council met on 28 December.", nil, nil},
		{"en", "The council met on 28 December, and yesterday again.", &published, []string{"2025-12-28", "2026-01-09"}},
		{"en", "In May 12 people came; they may 3 times.", nil, nil},
		{"en", "The 31 February 2020 is no day.", nil, nil},
		{"de", "Am 3. März 2021 und am 25.11.2026, also seit 2019.", nil, []string{"2021-03-03", "2026-11-25", "2019"}},
		{"de", "Die Schule wurde 1978 für 300 Kinder gebaut, und 2018 Menschen kamen.", nil, []string{"1978"}},
		{"fr", "Le 1er mai 2024, puis en juin 2025 et le 14 août 2023.", nil, []string{"2024-05-01", "2025-06", "2023-08-14"}},
		{"es", "El 3 de marzo de 2021, y en abril de 2022; desde 1999.", nil, []string{"2021-03-03", "2022-04", "1999"}},
		{"it", "Il 1º maggio 2024 e il 14 agosto 2023, dal 1998.", nil, []string{"2024-05-01", "2023-08-14", "1998"}},
		{"pt", "Em 25 de abril de 1974 e em 12/05/2020.", nil, []string{"1974-04-25", "2020-05-12"}},
		{"nl", "Op 25 november 2026, sinds 2010.", nil, []string{"2026-11-25", "2010"}},
	} {
		var got []string
		for _, d := range datesIn(c.sentence, c.language, c.published) {
			got = append(got, d.Date)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.sentence, got, c.want)
		}
	}
}

func FuzzNumbersAndDates(f *testing.F) {
	published := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	for _, s := range []string{"", "1.2.3", "$ 5 m", "3. März", "10–15 %", "1 000 000", "a million", "31 31 31", "\xff1\xff", "2019-20", "May 99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, language := range append(Languages(), "") {
			for _, n := range NumbersIn(s, language) {
				if n.Text == "" || !strings.Contains(s, n.Text) {
					t.Errorf("%q: %+v", s, n)
				}
			}
			for _, d := range datesIn(s, language, &published) {
				if d.Date == "" || !strings.Contains(s, d.Text) {
					t.Errorf("%q: %+v", s, d)
				}
			}
		}
	})
}
