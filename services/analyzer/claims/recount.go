package claims

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"autointel.example/services/analyzer/claims/statement"
)

// recounts are the checks of a single sentence: each returns why its figures do not go together, and the kind of that.
var recounts = []func(*statement.Statement) (kind, why string){partsOfTotal, partsAndRest, sharesOfWhole, shareAndRest, shareOfCounts, shareAboveAll, fellByMoreThanAll, changeOfValues, yearsInOrder, yearsAndDuration}

// partsOfTotal adds up what a total is said to consist of: 120 people, 70 women and 60 men.
func partsOfTotal(s *statement.Statement) (kind, why string) {
	first, all := -1, false
	for _, h := range s.Hits {
		if (h.Sign == statement.MadeOf || h.Sign == statement.OfWhich) && len(s.Figures) > 0 && s.Figures[0].To <= h.From {
			if each(s, h) || listed(s, h) {
				return "", ""
			}
			first, all = h.From, h.Sign == statement.MadeOf
			break
		}
	}
	if total, named := s.Hit(statement.Total); first < 0 && named && colon(s) > total.From {
		first, all = colon(s), true
	}
	if first < 0 {
		return "", ""
	}
	whole, parts := -1, []statement.Figure{}
	for i, f := range s.Figures {
		if f.From < first {
			whole = i
		} else {
			parts = append(parts, f)
		}
	}
	if whole < 0 || len(parts) < 2 {
		return "", ""
	}
	w := s.Figures[whole]
	sum, slack := 0.0, rounding(w)
	for _, p := range parts {
		if p.Unit != w.Unit || p.Value > w.Value || p.Approx || p.AtLeast || p.AtMost {
			return "", ""
		}
		sum += p.Value
		slack += rounding(p)
	}
	if over := sum > w.Value+slack; over || all && !w.AtLeast && !w.Approx && sum < w.Value-slack {
		return kindSum, fmt.Sprintf("the parts come to %s, the whole is given as %s", plain(sum), plain(w.Value))
	}
	return "", ""
}

// each reports whether what follows is told of every single one: "10 rows, each of which holds 12 seats".
func each(s *statement.Statement, h statement.Hit) bool {
	for _, i := range []int{h.From - 1, h.To} {
		switch s.Word(i) {
		case "each", "every", "jeder", "jede", "jedes", "chacun", "chacune", "cada", "ciascuno", "ciascuna", "ognuno", "ognuna":
			return true
		}
	}
	return false
}

// listed reports whether the figure before is closed in brackets of its own, as in a list: "pears (12), apples (with stalks, 7) and nuts".
func listed(s *statement.Statement, h statement.Hit) bool {
	last := 0
	for _, f := range s.Figures {
		if f.To <= h.From {
			last = f.To
		}
	}
	for i := last; i < h.From; i++ {
		if s.Text[s.Tokens[i].From] == ')' {
			return true
		}
	}
	return false
}

// rounding is how far a figure may be off: not at all, where single things are counted.
func rounding(f statement.Figure) float64 {
	if f.Unit == "" && f.Exact == 0.5 {
		return 0
	}
	return f.Exact
}

// colon returns the first token that is one, or -1.
func colon(s *statement.Statement) int {
	return slices.IndexFunc(s.Tokens, func(t statement.Token) bool { return s.Text[t.From:t.To] == ":" })
}

// shareAboveAll finds more than all of a group of people.
func shareAboveAll(s *statement.Statement) (kind, why string) {
	for _, f := range s.Figures {
		if f.Unit != statement.Percent || f.Value <= 100 {
			continue
		}
		for _, h := range s.Hits {
			if h.Sign == statement.People && h.From >= f.To && h.From <= f.To+3 && !s.Has(statement.Up) && !s.Has(statement.Comparison) {
				return kindPercentage, f.Text(s) + " is more than all of them"
			}
		}
	}
	return "", ""
}

// fellByMoreThanAll finds a fall by more than there was.
func fellByMoreThanAll(s *statement.Statement) (kind, why string) {
	if !s.Has(statement.Down) || s.Has(statement.Up) || s.Has(statement.Result) {
		return "", ""
	}
	for _, f := range s.Figures {
		if f.Unit == statement.Percent && f.Value > 100 && change(s, f) == 1 {
			return kindPercentage, "nothing falls by " + f.Text(s)
		}
	}
	return "", ""
}

// fromTo finds two figures of one unit that something changed from and to.
func fromTo(s *statement.Statement) (from, to statement.Figure, found bool) {
	for i := 0; i+1 < len(s.Figures); i++ {
		a, b := s.Figures[i], s.Figures[i+1]
		if !ends(s, a, statement.From) || !ends(s, b, statement.To) || b.From-a.To > 6 {
			continue
		}
		if a.Unit == "" && wholeUnit(b.Unit) && a.Value < 20*b.Value && b.Value < 20*a.Value { // from 10 to 12 percent
			a.Unit = b.Unit
		}
		if a.Unit == b.Unit && a.Value > 0 && b.Value > 0 && !a.Approx && !b.Approx {
			return a, b, true
		}
	}
	return from, to, false
}

// wholeUnit reports whether a unit is written once for two figures and is not scaled: percent, or a currency.
func wholeUnit(unit string) bool {
	return unit == statement.Percent || len(unit) == 3 && strings.ToUpper(unit) == unit
}

// ends reports whether a sign stands directly before a figure.
func ends(s *statement.Statement, f statement.Figure, sign statement.Sign) bool {
	return slices.ContainsFunc(s.Hits, func(h statement.Hit) bool {
		return h.Sign == sign && (h.To == f.From || h.To == f.From-1 && s.Function(f.From-1))
	})
}

// changeOfValues holds a change against the values before and after it: from 200 to 300 is 50 percent.
func changeOfValues(s *statement.Statement) (kind, why string) {
	if !s.Has(statement.Up) && !s.Has(statement.Down) && !s.Has(statement.Factor) {
		return "", ""
	}
	a, b, found := fromTo(s)
	if !found {
		return "", ""
	}
	up, down := s.Has(statement.Up), s.Has(statement.Down)
	if up && !down && b.Value < a.Value-a.Exact-b.Exact || down && !up && b.Value > a.Value+a.Exact+b.Exact {
		return kindSum, fmt.Sprintf("from %s to %s goes the other way", a.Text(s), b.Text(s))
	}
	low, high := (b.Value-b.Exact)/(a.Value+a.Exact), (b.Value+b.Exact)/max(a.Value-a.Exact, 1e-9)
	if h, is := s.Hit(statement.Factor); is {
		if h.Value < low*0.9 || h.Value > high*1.1 {
			return kindSum, fmt.Sprintf("from %s to %s is %s times as much", a.Text(s), b.Text(s), plain(b.Value/a.Value))
		}
		return "", ""
	}
	changed := s.Figures[:0:0]
	for _, f := range s.Figures {
		if f.From != a.From && f.From != b.From && (f.Unit == statement.Percent || f.Unit == a.Unit && f.Unit != "") {
			changed = append(changed, f)
		}
	}
	if len(changed) != 1 || changed[0].Approx || changed[0].AtLeast || changed[0].AtMost {
		return "", ""
	}
	f := changed[0]
	if absolute := math.Abs(b.Value - a.Value); f.Unit == a.Unit && math.Abs(absolute-f.Value) <= a.Exact+b.Exact+f.Exact {
		return "", ""
	} else if f.Unit != statement.Percent {
		return kindSum, fmt.Sprintf("from %s to %s is a change of %s, not of %s", a.Text(s), b.Text(s), plain(absolute), f.Text(s))
	}
	lowest, highest := math.Abs(100*(low-1)), math.Abs(100*(high-1))
	if lowest > highest {
		lowest, highest = highest, lowest
	}
	if f.Value < lowest-f.Exact-0.5 || f.Value > highest+f.Exact+0.5 {
		return kindPercentage, fmt.Sprintf("from %s to %s is a change of %s percent, not of %s", a.Text(s), b.Text(s), plain(math.Abs(100*(b.Value/a.Value-1))), f.Text(s))
	}
	return "", ""
}

// yearsInOrder finds a time that ends before it begins.
func yearsInOrder(s *statement.Statement) (kind, why string) {
	from, to, found := yearRange(s)
	if found && to < from {
		return kindDate, fmt.Sprintf("from %d to %d goes back in time", from, to)
	}
	return "", ""
}

// yearRange finds from 1990 to 2010.
func yearRange(s *statement.Statement) (from, to int, found bool) {
	if len(s.Periods.Years) != 2 {
		return 0, 0, false
	}
	var places []int
	for i, t := range s.Tokens {
		if text := s.Text[t.From:t.To]; text == strconv.Itoa(s.Periods.Years[len(places)]) {
			if places = append(places, i); len(places) == 2 {
				break
			}
		}
	}
	if len(places) < 2 {
		return 0, 0, false
	}
	begins, ended := false, false
	for _, h := range s.Hits {
		begins = begins || (h.Sign == statement.From || h.Sign == statement.Between) && h.To == places[0]
		ended = ended || h.Sign == statement.To && h.To == places[1]
	}
	born, died := s.Has(statement.BornSign), s.Has(statement.DiedSign)
	return s.Periods.Years[0], s.Periods.Years[1], begins && ended && places[1]-places[0] <= 3 || born && died
}

// yearsAndDuration holds a duration, or an age, against the years that bound it.
func yearsAndDuration(s *statement.Statement) (kind, why string) {
	from, to, found := yearRange(s)
	if !found || to < from {
		return "", ""
	}
	years := to - from
	if h, is := s.Hit(statement.Aged); is && s.Has(statement.DiedSign) {
		for _, f := range s.Figures {
			if f.From == h.To && (f.Value < float64(years-1) || f.Value > float64(years)) && f.Unit == "" && f.Value < 130 {
				return kindDate, fmt.Sprintf("%d to %d makes an age of %d or %d, not %s", from, to, years-1, years, plain(f.Value))
			}
			if f.From == h.To && f.Unit == statement.Years && (f.Value/12 < float64(years-1) || f.Value/12 > float64(years)) {
				return kindDate, fmt.Sprintf("%d to %d makes an age of %d or %d, not %s", from, to, years-1, years, plain(f.Value/12))
			}
		}
		return "", ""
	}
	for _, f := range s.Figures {
		if f.Unit != statement.Years || math.Mod(f.Value, 12) != 0 || f.Approx || f.AtLeast || f.AtMost || !ends(s, f, statement.During) || len(s.Figures) > 1 {
			continue
		}
		if length := f.Value / 12; math.Abs(length-float64(years)) > 1 {
			return kindDate, fmt.Sprintf("%d to %d is %d years, not %s", from, to, years, f.Text(s))
		}
	}
	return "", ""
}

// plain writes a number without needless digits.
func plain(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}
