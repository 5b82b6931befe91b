package claims

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/services/analyzer/claims/statement"
)

// partition is a group that a sentence divides in two: of the 140 houses 90 were flooded and 50 were not. Nothing can be in both
// parts; that it is said so by its words, not by its figures, is what makes it one.
type partition struct {
	whole, part, rest statement.Figure
	predicate         []int // terms of what is said of the part
	all               bool  // the rest is all that is left: were not, the others. Of dry and flooded there may be a third
}

// partitionOf reads of the N, a ... and b ..., or a of the N ... and b ..., where b is what a is not.
func partitionOf(s *statement.Statement) (p partition, found bool) {
	if !s.Has(statement.Among) || s.Has(statement.OfWhich) || s.Has(statement.MadeOf) || s.Has(statement.Multiple) || len(s.Periods.Years) > 1 || len(s.Figures) > maxFigures {
		return p, false
	}
	var counts []statement.Figure
	for _, f := range s.Figures {
		if f.Unit == "" {
			counts = append(counts, f)
		}
	}
	if len(counts) != 3 || strings.ContainsAny(s.Span(counts[0].From, counts[2].To), ";:?!") {
		return p, false
	}
	switch {
	case opensWith(s, counts[0]):
		p = partition{whole: counts[0], part: counts[1], rest: counts[2]}
	case between(s, counts[0], counts[1]):
		p = partition{whole: counts[1], part: counts[0], rest: counts[2]}
	default:
		return p, false
	}
	for _, f := range counts {
		if f.Approx || f.AtLeast || f.AtMost {
			return p, false
		}
	}
	for _, t := range s.Terms {
		if t.Token >= max(p.part.To, p.whole.To) && t.Token < p.rest.From {
			p.predicate = append(p.predicate, t.Number)
		}
	}
	switch {
	case len(p.predicate) == 0 || p.part.Value > p.whole.Value || p.rest.Value > p.whole.Value:
		return p, false
	case isOthers(s, p.rest), isDenial(s, &p):
		p.all = true
		return p, true
	}
	return p, isOpposite(s, &p)
}

// opensWith reports whether a clause begins with of the and the figure.
func opensWith(s *statement.Statement, f statement.Figure) bool {
	return slices.ContainsFunc(s.Hits, func(h statement.Hit) bool {
		return h.Sign == statement.Among && h.To == f.From && (h.From == 0 || s.Mark(h.From-1))
	})
}

// between reports whether of the is all that stands between two figures.
func between(s *statement.Statement, a, b statement.Figure) bool {
	return slices.ContainsFunc(s.Hits, func(h statement.Hit) bool {
		return h.Sign == statement.Among && h.From == a.To && h.To == b.From
	})
}

// isOthers reports whether a figure counts the others.
func isOthers(s *statement.Statement, f statement.Figure) bool {
	return slices.ContainsFunc(s.Hits, func(h statement.Hit) bool {
		return h.Sign == statement.Others && (h.To == f.From || h.From == f.To && h.Value > 0)
	})
}

// isDenial reports whether the rest is said not to be or do what the part is or does: 50 were not, 50 were not flooded.
func isDenial(s *statement.Statement, p *partition) bool {
	denies := -1
	for _, h := range s.Hits {
		if h.Sign != statement.Negation {
			continue
		}
		if h.From < p.rest.To || denies >= 0 && h.From > denies {
			return false // something else is denied
		}
		denies = h.To
	}
	if denies < 0 || !s.Empty(p.rest.To, denies) {
		return false
	}
	end := clauseEnd(s, denies)
	for _, t := range s.Terms {
		if t.Token >= denies && t.Token < end && !slices.Contains(p.predicate, t.Number) && !s.Auxiliary(t.Token) {
			return false
		}
	}
	return true
}

// isOpposite reports whether the rest is said to be the opposite of what the part is: 90 were flooded, 50 stayed dry.
func isOpposite(s *statement.Statement, p *partition) bool {
	if s.Has(statement.Negation) {
		return false
	}
	for _, h := range s.Hits {
		if h.Sign != statement.Opposite || h.From < p.rest.To || !s.Empty(p.rest.To, h.From) || !s.Empty(h.To, clauseEnd(s, h.To)) {
			continue
		}
		return slices.ContainsFunc(s.Hits, func(o statement.Hit) bool {
			return o.Sign == statement.Opposite && o.From >= p.whole.To && o.To <= p.rest.From && int(o.Value)/16 == int(h.Value)/16 && o.Value != h.Value
		})
	}
	return false
}

// clauseEnd returns the first mark from a token on.
func clauseEnd(s *statement.Statement, from int) int {
	for from < len(s.Tokens) && !s.Mark(from) {
		from++
	}
	return from
}

// partsAndRest adds up a group that is divided in two.
func partsAndRest(s *statement.Statement) (kind, why string) {
	p, found := partitionOf(s)
	if !found {
		return "", ""
	}
	sum, slack := p.part.Value+p.rest.Value, rounding(p.whole)+rounding(p.part)+rounding(p.rest)
	if sum > p.whole.Value+slack || p.all && sum < p.whole.Value-slack {
		return kindSum, fmt.Sprintf("the parts come to %s, the whole is given as %s", plain(sum), plain(p.whole.Value))
	}
	return "", ""
}

// sameParts holds two divisions of one group against each other, part by part.
func sameParts(p *pair) (Finding, bool) {
	a, isA := partitionOf(p.a)
	b, isB := partitionOf(p.b)
	if !isA || !isB || !statement.Agree(a.whole, b.whole) || !overlap(a.whole.Nouns, b.whole.Nouns) || !samePeriod(p.a, p.b) {
		return Finding{}, false
	}
	if !overlap(a.predicate, b.predicate) {
		return Finding{}, true // divided by something else
	}
	agree, differ := []string{a.whole.Text(p.a)}, []string(nil)
	for _, of := range [][2]statement.Figure{{a.part, b.part}, {a.rest, b.rest}} {
		switch f, g := of[0], of[1]; {
		case statement.Agree(f, g):
			agree = append(agree, f.Number(p.a))
		case statement.Differ(f, g):
			differ = append(differ, f.Number(p.a)+" in the claim, "+g.Number(p.b)+" here")
		}
	}
	switch same := "the same figures: " + strings.Join(agree, ", "); {
	case len(agree) == 2 && len(differ) == 1:
		return Finding{Against: true, Partly: true, Why: differ[0] + "; " + same}, true
	case len(differ) == 2 && statedAlike(p.a, p.b) && !unsure(p):
		return Finding{Against: true, Why: strings.Join(differ, "; ") + "; the same figure: " + agree[0]}, true
	case len(agree) == 3 && !unsure(p):
		return Finding{Why: same}, true
	}
	return Finding{}, true // of the same group at another time, or nothing that can be told
}
