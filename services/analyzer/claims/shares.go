package claims

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"autointel.example/services/analyzer/claims/statement"
)

// How far shares may be apart that are worded loosely: who says half may mean 48 percent. Words are given more room than their
// value needs, so that nobody is accused of rounding.
const (
	spokenExact = 0.02 // of a share in words, where several are added up
	ofCounts    = 0.04 // of a share in words from what its counts come to
	ofCountsFor = 0.12 // the same of about a third
	ofPercent   = 0.02 // of a share in percent, which may be of the votes and not of the seats
	apartSpoken = 0.03 // of two shares in words that differ
	apartMixed  = 0.07 // of two shares, one of them in figures
	apartApprox = 0.15 // of two shares, one of them about so much
)

// share is a part of a whole from a sentence: in words, in percent, or as two counts.
type share struct {
	statement.Share
	exact  float64
	spoken bool
	text   string
}

// figure is a share as the checks of parts read it.
func (h share) figure() statement.Figure {
	return statement.Figure{From: h.From, To: max(h.To, h.End), Value: h.Value, Exact: h.exact, Approx: h.Approx, AtLeast: h.AtLeast, AtMost: h.AtMost}
}

// sharesOf are the shares in words and in percent, in their order. Percentages by which something changes are none.
func sharesOf(s *statement.Statement) []share {
	var all []share
	for _, h := range s.Shares {
		if !h.Counted() {
			all = append(all, share{Share: h, exact: spokenExact, spoken: true, text: h.Text(s)})
		}
	}
	for _, f := range s.Figures {
		if f.Unit != statement.Percent || change(s, f) != 0 {
			continue
		}
		h := share{Share: statement.Share{From: f.From, To: f.To, End: f.To, Value: f.Value / 100, Approx: f.Approx, AtLeast: f.AtLeast, AtMost: f.AtMost}, exact: f.Exact / 100, text: f.Number(s)}
		if len(f.Nouns) > 0 {
			h.Of = f.Nouns[0]
		}
		all = append(all, h)
	}
	slices.SortFunc(all, func(a, b share) int { return cmp.Compare(a.From, b.From) })
	return all
}

// oneWhole reports whether shares are of one whole: the first names it, or the sentence does, and no other names another one.
func oneWhole(all []share) bool {
	of := 0
	for _, h := range all {
		if h.Of != 0 && of != 0 && h.Of != of {
			return false
		}
		of = cmp.Or(of, h.Of)
	}
	return true
}

// moving reports whether a sentence tells of changes or of several times, or lets its shares overlap.
func moving(s *statement.Statement) bool {
	return s.Has(statement.Multiple) || s.Has(statement.Up) || s.Has(statement.Down) || s.Has(statement.Comparison) || s.Has(statement.Before)
}

// sharesOfWhole adds up three or more shares of one whole that exclude each other: the rest is told of, or opposites.
func sharesOfWhole(s *statement.Statement) (kind, why string) {
	all := sharesOf(s)
	if len(all) < 3 || moving(s) || !oneWhole(all) || !s.Has(statement.Rest) && (!s.Has(statement.People) || !opposed(s)) {
		return "", ""
	}
	sum, slack := 0.0, 0.0
	for i, h := range all {
		if i > 0 && strings.ContainsAny(s.Span(all[i-1].To, h.From), "[]:;?!") || h.Approx || h.AtLeast || h.AtMost || h.Value >= 1 {
			return "", "" // not one list
		}
		sum, slack = sum+h.Value, slack+h.exact
	}
	if sum > 1+slack+0.0001 {
		return kindPercentage, fmt.Sprintf("the shares come to %s percent", whole(sum))
	}
	return "", ""
}

// opposed reports whether a sentence has both sides of what nothing is at once.
func opposed(s *statement.Statement) bool {
	sides := map[int]int{}
	for _, h := range s.Hits {
		if h.Sign == statement.Opposite || h.Sign == statement.Measure {
			group := int(h.Value)/16*2 + map[bool]int{true: 1}[h.Sign == statement.Measure]
			sides[group] |= 1 << (int(h.Value) % 16)
		}
	}
	for _, side := range sides {
		if side&(side-1) != 0 {
			return true
		}
	}
	return false
}

// shareAndRest adds up two shares of which the second is of what the first is not: two thirds voted for it and half against.
func shareAndRest(s *statement.Statement) (kind, why string) {
	all := sharesOf(s)
	if len(all) != 2 || moving(s) || all[0].Of == 0 || !oneWhole(all) || s.Has(statement.Between) && !all[0].spoken || len(s.Periods.Years) > 1 {
		return "", ""
	}
	a, b := all[0], all[1]
	if a.Approx || a.AtLeast || a.AtMost || b.Approx || b.AtLeast || b.AtMost || a.Value > 1 || b.Value > 1 || strings.ContainsAny(s.Span(a.From, b.From), ";:?!()") {
		return "", ""
	}
	p := partition{whole: a.figure(), part: a.figure(), rest: b.figure()}
	for _, t := range s.Terms {
		if t.Token >= max(a.To, a.End) && t.Token < b.From {
			p.predicate = append(p.predicate, t.Number)
		}
	}
	if len(p.predicate) == 0 {
		return "", ""
	}
	denied := isDenial(s, &p)
	if !denied && !isOpposite(s, &p) {
		return "", ""
	}
	sum, slack := a.Value+b.Value, a.exact+b.exact+0.0001
	if sum > 1+slack || denied && !s.Has(statement.Rest) && sum < 1-slack {
		return kindPercentage, fmt.Sprintf("the shares come to %s percent", whole(sum))
	}
	return "", ""
}

// shareOfCounts holds a share against the counts that it stands beside: 12 of the 30 members, or two thirds.
func shareOfCounts(s *statement.Statement) (kind, why string) {
	counted := countsOf(s)
	for _, w := range sharesOf(s) {
		for _, h := range counted {
			beside := s.Apposed(w.From) && follows(s, h.End, w.From) && closed(s, w.To) || s.Apposed(h.From) && follows(s, max(w.To, w.End), h.From) && closed(s, h.End)
			if !beside || w.Of != 0 && w.Of != h.Of || h.Approx || h.AtLeast || h.AtMost {
				continue
			}
			if is := h.Part / h.Whole; !fits(w, is) {
				return kindPercentage, fmt.Sprintf("%s of %s is %s percent, not %s", plain(h.Part), plain(h.Whole), whole(is), bounded(s, w))
			}
		}
	}
	return "", ""
}

// countsOf are the shares that are given by two counts: 8 of the 12 ships, and of the 12 ships, 8.
func countsOf(s *statement.Statement) []statement.Share {
	var counted []statement.Share
	for _, h := range s.Shares {
		if h.Counted() {
			counted = append(counted, h)
		}
	}
	for i := 0; i+1 < len(s.Figures); i++ {
		m, n := s.Figures[i], s.Figures[i+1]
		if m.Unit == "" && n.Unit == "" && opensWith(s, m) && len(m.Nouns) > 0 && n.Value <= m.Value && !m.Approx && !m.AtLeast && !m.AtMost && (len(n.Nouns) == 0 || n.Nouns[0] == m.Nouns[0]) {
			counted = append(counted, statement.Share{From: n.From, To: n.To, End: n.To, Of: m.Nouns[0], Part: n.Value, Whole: m.Value, Approx: n.Approx, AtLeast: n.AtLeast, AtMost: n.AtMost})
		}
	}
	return counted
}

// follows reports whether one token comes soon behind another with nothing between that means something.
func follows(s *statement.Statement, from, to int) bool {
	if from >= to || to-from > 5 || !s.Mark(from) {
		return false
	}
	for i := from + 1; i < to; i++ {
		if s.Mark(i) {
			return false
		}
	}
	return true
}

// closed reports whether an apposition ends at a token.
func closed(s *statement.Statement, at int) bool { return at >= len(s.Tokens) || s.Mark(at) }

// fits reports whether a share may stand for what its counts come to.
func fits(w share, is float64) bool {
	room := ofCounts
	switch {
	case w.AtLeast:
		return is >= w.Value-0.005
	case w.AtMost:
		return is <= w.Value+0.005
	case w.Approx:
		room = ofCountsFor
	case !w.spoken:
		room = w.exact + ofPercent
	}
	return math.Abs(is-w.Value) <= room
}

// bounded is a share with the words that bound it.
func bounded(s *statement.Statement, w share) string {
	from := w.From
	for from > 0 && !s.Mark(from-1) && w.From-from < 3 && (w.AtLeast || w.AtMost || w.Approx) {
		from--
	}
	text := s.Span(from, w.To)
	if from == 0 {
		text = lowered(text)
	}
	return text
}

// whole is a share in percent, as a person says it.
func whole(v float64) string { return plain(math.Round(1000*v) / 10) }

// shares holds the one share of a sentence against that of another. They differ only where the two say the same but for it.
func shares(p *pair) (Finding, bool) {
	a, isA := onlyShare(p.a)
	b, isB := onlyShare(p.b)
	switch {
	case !isA || !a.spoken && (!isB || !b.spoken):
		return Finding{}, false // two percentages are figures
	case !isB:
		return Finding{}, len(p.a.Figures) == 0 // it says nothing of how many
	case a.Of != b.Of || moving(p.a) || moving(p.b) || !samePeriod(p.a, p.b) || unsure(p):
		return Finding{}, true
	case agree(a, b):
		if p.ofA < forStatement || p.ofB < ofOther || len(p.shared) < 3 || otherDoing(p) {
			return Finding{}, true
		}
		return Finding{Why: "the same share: " + b.text}, true
	case differ(a, b) && sameButShare(p, a, b):
		return Finding{Against: true, Why: a.text + " in the claim, " + b.text + " here"}, true
	}
	return Finding{}, true
}

// onlyShare returns the share of a sentence that names its whole, if it has no other.
func onlyShare(s *statement.Statement) (share, bool) {
	all := sharesOf(s)
	for _, h := range s.Shares {
		if h.Counted() {
			all = append(all, share{Share: h, exact: 0.01, text: h.Text(s)})
		}
	}
	if len(all) != 1 || all[0].Of == 0 {
		return share{}, false
	}
	return all[0], true
}

func agree(a, b share) bool {
	return a.AtLeast == b.AtLeast && a.AtMost == b.AtMost && math.Abs(a.Value-b.Value) <= spokenExact
}

func differ(a, b share) bool {
	room := apartMixed
	switch {
	case a.Approx || b.Approx:
		room = apartApprox
	case a.spoken && b.spoken:
		room = apartSpoken
	}
	switch less, more := min(a.Value, b.Value), max(a.Value, b.Value); {
	case more-less <= room, a.AtLeast && b.Value > a.Value, b.AtLeast && a.Value > b.Value, a.AtMost && b.Value < a.Value, b.AtMost && a.Value < b.Value:
		return false
	}
	return true
}

// sameButShare reports whether two sentences have the same words but for their shares: of anything else that one of them says
// more, more or fewer may be true.
func sameButShare(p *pair, a, b share) bool {
	return len(p.shared) >= 3 && statedAlike(p.a, p.b) && slices.Equal(p.termsA, p.termsB) && slices.Equal(others(p.a, a), others(p.b, b)) &&
		slices.Equal(small(p.a, a), small(p.b, b)) && slices.Equal(sides(p.a), sides(p.b)) &&
		!p.a.Has(statement.Future) && !p.b.Has(statement.Future) && !p.a.Has(statement.Hedge) && !p.b.Has(statement.Hedge)
}

// others are the values of the figures beside a share.
func others(s *statement.Statement, h share) []float64 {
	var values []float64
	for _, f := range s.Figures {
		if f.From < h.From || f.From >= max(h.To, h.End) {
			values = append(values, f.Value)
		}
	}
	slices.Sort(values)
	return values
}

// helping are words that say nothing of what is told: helping verbs, and those that only belittle.
var helping = strings.Fields("only just still even all has have nur noch alle hat haben seulement encore ont a solo sólo ha han hanno")

// small are the words beside a share that mean nothing by themselves but tell before from after.
func small(s *statement.Statement, h share) []string {
	var words []string
	for i := range s.Tokens {
		if (i < h.From || i >= max(h.To, h.End)) && !bounds(s, i) && s.Function(i) && !s.Auxiliary(i) && !slices.Contains(helping, s.Word(i)) {
			words = append(words, s.Word(i))
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// bounds reports whether a word makes a figure less exact.
func bounds(s *statement.Statement, token int) bool {
	return slices.ContainsFunc(s.Hits, func(h statement.Hit) bool {
		return (h.Sign == statement.Approx || h.Sign == statement.AtLeast || h.Sign == statement.AtMost) && h.From <= token && token < h.To
	})
}

// sides are the opposites that a sentence names.
func sides(s *statement.Statement) []float64 {
	var all []float64
	for _, h := range s.Hits {
		if h.Sign == statement.Opposite || h.Sign == statement.Measure {
			all = append(all, h.Value)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
