package claims

import (
	"slices"
	"strings"

	"autointel.example/services/analyzer/claims/statement"
)

// Beside finds that another sentence tells of the same change with another figure, over another time: flooding fell by 80 percent
// since 2021, by 35 percent in the first two winters. Both can be true, so it speaks neither for nor against the claim.
func (c *Corpus) Beside(claim, other Place) (f Finding, found bool) {
	a := c.reading(claim)
	if a == nil || direction(a) == 0 || a.Has(statement.Future) {
		return f, false
	}
	b := c.reading(other)
	if b == nil || !states(b) || b.Has(statement.If) || b.Has(statement.Future) || b.Has(statement.Hedge) || direction(a) != direction(b) || !samePeriod(a, b) {
		return f, false
	}
	x, isA := changed(a)
	y, isB := changed(b)
	if !isA || !isB || !statement.Differ(x, y) || !sameChanged(a, b, x, y) {
		return f, false
	}
	p := c.pairOf(a, b)
	if !c.sameEntities(p, claim, other) || differentMeasures(a, b) || c.otherSpeaker(p) || a.Negates(c.Weight) || b.Negates(c.Weight) {
		return f, false
	}
	timesA, timesB := timesOf(a, x), timesOf(b, y)
	if len(timesA)+len(timesB) == 0 {
		return f, false // nothing says what the difference is due to
	}
	why := "the same change, not the same time: " + stated(a, x, timesA) + " in the claim; " + stated(b, y, timesB) + " here"
	return Finding{Why: why, Score: p.score}, true
}

// changed returns by how many percent something rose or fell, if the sentence says it of one thing alone.
func changed(s *statement.Statement) (f statement.Figure, found bool) {
	for _, o := range s.Figures {
		if o.Unit != statement.Percent {
			continue
		}
		if found {
			return f, false
		}
		f, found = o, true
	}
	return f, found && change(s, f) == 1
}

// sameChanged reports whether what rose or fell is the same: the words before the figure in its clause are all those of the one,
// and end those of the other, which has no more to say of whose it is: the cost of flooding is not flooding.
func sameChanged(a, b *statement.Statement, x, y statement.Figure) bool {
	of, in := before(a, x), before(b, y)
	if len(of) > len(in) {
		a, b, of, in = b, a, in, of
	}
	if len(of) < 2 {
		return false
	}
	in = in[len(in)-len(of):]
	if !slices.EqualFunc(of, in, func(s, t statement.Term) bool { return s.Number == t.Number }) {
		return false
	}
	return begins(a, of[0].Token) && begins(b, in[0].Token)
}

// partOfOther reports whether what rises or falls in one is only what the other tells something of: traffic, and the noise of it.
func partOfOther(p *pair, f, g statement.Figure) bool {
	if f.Unit != statement.Percent || direction(p.a) == 0 || direction(p.b) == 0 {
		return false
	}
	a, b, of, in := p.a, p.b, before(p.a, f), before(p.b, g)
	if len(of) > len(in) {
		b, of, in = a, in, of
	}
	if len(of) == 0 || len(of) == len(in) {
		return false
	}
	in = in[len(in)-len(of):]
	return slices.EqualFunc(of, in, func(s, t statement.Term) bool { return s.Number == t.Number }) && !begins(b, in[0].Token) && ofIt(b, in[0].Token)
}

// before are the terms before a figure in its clause.
func before(s *statement.Statement, f statement.Figure) []statement.Term {
	return slices.DeleteFunc(slices.Clone(s.Terms), func(t statement.Term) bool {
		return t.Token >= f.From || s.Tokens[t.Token].Clause != s.Tokens[f.From].Clause
	})
}

// ofIt reports whether something is told of what begins with a token: the noise of traffic.
func ofIt(s *statement.Statement, token int) bool {
	if s.Article(token - 1) {
		token--
		switch s.Word(token) {
		case "du", "del", "della", "dei", "delle":
			return true
		case "der", "des": // of something in German, if that stands before it
			return token > 0 && !s.Mark(token-1) && !s.Function(token-1)
		}
	}
	switch s.Word(token - 1) {
	case "of", "from", "de", "d'", "di", "von", "durch":
		return true
	}
	return false
}

// begins reports whether a noun phrase begins with a token: its article, a mark, the verb of change or the sentence's begin is
// what stands before it.
func begins(s *statement.Statement, token int) bool {
	if token > 0 && s.Article(token-1) {
		token--
	}
	return token == 0 || s.Mark(token-1) || slices.ContainsFunc(s.Hits, func(h statement.Hit) bool {
		return (h.Sign == statement.Up || h.Sign == statement.Down || h.Sign == statement.Be) && h.To == token
	})
}

// timesOf are the words by which a sentence says over what time, and against what, it measures a change.
func timesOf(s *statement.Statement, f statement.Figure) []string {
	var times []string
	clause := s.Tokens[f.From].Clause
	first := slices.IndexFunc(s.Tokens, func(t statement.Token) bool { return t.Clause == clause })
	lead := first - 1 // where what opens the sentence ends: a comma, or a verb that what rises or falls stands behind
	for _, h := range s.Hits {
		if (h.Sign == statement.Up || h.Sign == statement.Down) && h.To < f.From && !s.Empty(h.To, f.From) {
			lead = h.From
			break
		}
	}
	if lead > 1 && s.Function(0) {
		times = append(times, "“"+s.Span(0, lead)+"”")
	}
	for _, h := range s.Hits {
		if h.From < max(first, lead) || s.Tokens[h.From].Clause != clause {
			continue
		}
		switch {
		case h.Sign == statement.Comparison && h.From >= f.To:
			times = append(times, "“"+s.Span(h.From, clauseEnd(s, h.To))+"”")
		case h.Sign == statement.YearAfter && h.To < len(s.Tokens) && s.Year(h.To):
			times = append(times, "“"+s.Span(h.From, h.To+1)+"”")
		case h.Sign == statement.Before || h.Sign == statement.Now:
			times = append(times, "“"+s.Span(h.From, h.To)+"”")
		}
	}
	return slices.Compact(times)
}

// stated is a figure with the words that say of what time it is.
func stated(s *statement.Statement, f statement.Figure, times []string) string {
	if len(times) == 0 {
		return f.Number(s)
	}
	return f.Number(s) + ", " + strings.Join(times, ", ") + ","
}
