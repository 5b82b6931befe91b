package statement

import (
	"fmt"
	"strings"
	"testing"
)

// figures writes what is read of a sentence: each figure with its unit, then the years.
func figures(language, sentence string) string {
	v := NewVocabulary(language)
	v.Learn(sentence)
	s := v.Parse(sentence)
	var parts []string
	for _, f := range s.Figures {
		part := fmt.Sprintf("%g %s", f.Value, f.Unit)
		for _, n := range f.Nouns {
			part += " " + v.TermText(n)
		}
		for sign, is := range map[string]bool{"~": f.Approx, ">": f.AtLeast, "<": f.AtMost} {
			if is {
				part = sign + part
			}
		}
		parts = append(parts, strings.Join(strings.Fields(part), " "))
	}
	for _, y := range s.Periods.Years {
		parts = append(parts, fmt.Sprint("in ", y))
	}
	return strings.Join(parts, "; ")
}

func TestFigures(t *testing.T) {
	for _, c := range []struct{ language, sentence, want string }{
		{"en", "The level has risen by 21 centimetres since 1894.", "0.21 m; in 1894"},
		{"en", "It cost $3.2bn, or about 12% of the budget.", "3.2e+09 USD; ~12 percent budget"},
		{"en", "Some 1,250,000 people live in 2,000 villages.", "~1.25e+06 people live; 2000 villages"},
		{"en", "More than two million voters stayed at home in May 2019.", ">2e+06 voters stayed; in 2019"},
		{"en", "On 12 March 2024 the 5th fleet left at 10:30.", "in 2024"},
		{"en", "The rate fell from 6.1 percent to 5.8 percent, 0.3 percentage points less.", "6.1 percent; 5.8 percent; 0.3 percentage points"},
		{"en", "The trial lasted 3 weeks and the sentence is 12 years.", "21 d; 144 month"},
		{"en", "In 2000 it was built.", "in 2000"},
		{"en", "About 2000 people came.", "~2000 people"},
		{"de", "Rund 1.250 Menschen kamen, 3,5 Prozent mehr als 2019.", "~1250 Menschen kamen; 3.5 percent; in 2019"},
		{"de", "Das kostet 2,5 Milliarden Euro und dauert 18 Monate.", "2.5e+09 EUR; 18 month"},
		{"de", "Am 3. Oktober 1990 waren es 12 000 Tonnen.", "1.2e+07 kg; in 1990"},
		{"fr", "L'usine a produit 12 500 tonnes en 2021, soit 4,5 % de plus.", "1.25e+07 kg; 4.5 percent; in 2021"},
		{"fr", "Plus de 300 personnes et 1,2 million d'euros.", ">300 personnes; 1.2e+06 EUR"},
		{"es", "La deuda es de 1.200 millones de euros, el 12,5 por ciento.", "1.2e+09 EUR; 12.5 percent"},
		{"it", "Circa 45 mila abitanti, il 3,1% in meno del 2011.", "~45000 abitanti; 3.1 percent; in 2011"},
		{"en", "Figure 9 of chapter 12 was taken on 2024-03-12, the other on 3/4/2023 by the 5G team.[7]", "in 2024; in 2023"},
		{"de", "Am 12.03.2024 kamen 40 Gäste.", "40 Gäste; in 2024"},
		{"xx", "7,5 % 1.000", "7.5 percent; 1"},
	} {
		if got := figures(c.language, c.sentence); got != c.want {
			t.Errorf("%s\n got: %s\nwant: %s", c.sentence, got, c.want)
		}
	}
}

func TestFiguresAgreeOrDiffer(t *testing.T) {
	read := func(s string) Figure {
		v := NewVocabulary("en")
		return v.Parse(s).Figures[0]
	}
	for _, c := range []struct {
		a, b          string
		agree, differ bool
	}{
		{"3.2 million people", "3,214,000 people", true, false},
		{"21 centimetres", "0.21 metres", true, false},
		{"21 centimetres", "23 centimetres", false, true},
		{"about 300 people", "312 people", true, false},
		{"more than 300 people", "340 people", true, false},
		{"more than 300 people", "900 people", false, false},
		{"more than 300 people", "120 people", false, true},
		{"5 percent", "5.4 percent", false, false},
		{"5 percent", "6 percent", false, true},
		{"two weeks", "14 days", true, false},
		{"12,000 people", "12,040 people", true, false},
	} {
		a, b := read(c.a), read(c.b)
		if Agree(a, b) != c.agree || Agree(b, a) != c.agree || Differ(a, b) != c.differ || Differ(b, a) != c.differ {
			t.Errorf("%s, %s: agree %t, differ %t", c.a, c.b, Agree(a, b), Differ(a, b))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "1.2.3,4'5 %", "\xff\x00 12\xff", "l'eau d'", "3 m€ -5%", "Laut , sagte", "said said said", "٣٫٤ percent", "٣"} {
		f.Add("en", s)
		f.Add("fr", s)
	}
	f.Fuzz(func(_ *testing.T, language, s string) {
		v := NewVocabulary(language)
		v.Learn(s)
		p := v.Parse(s)
		if from, to := v.Attribution(p); from < to {
			_ = p.Span(from, to)
		}
		if from, to, found := v.About(p, 0, 0); found {
			_ = p.Span(from, to)
		}
		p.Negates(func(int) float64 { return 1 })
		for _, a := range p.Figures {
			for _, b := range p.Figures {
				if Agree(a, b) && Differ(a, b) {
					panic("figures both agree and differ: " + s)
				}
			}
		}
	})
}
