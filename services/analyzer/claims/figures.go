package claims

import (
	"math"
	"slices"

	"autointel.example/services/analyzer/claims/statement"
)

// maxFigures is how many figures of a sentence are compared; one with more is a table.
const maxFigures = 12

// figures finds that a figure agrees, or that it differs. Where one agrees and another differs, the difference counts.
func figures(p *pair) (Finding, bool) {
	if !samePeriod(p.a, p.b) {
		return Finding{}, len(p.a.Figures) > 0
	}
	var agree, differ, silent string
	divided, is := partitionOf(p.a)
	for _, f := range p.a.Figures[:min(len(p.a.Figures), maxFigures)] {
		if is && f.From == divided.whole.From {
			continue // that there are 140 houses says nothing of how many were flooded
		}
		answered := false
		for _, g := range p.b.Figures[:min(len(p.b.Figures), maxFigures)] {
			if !sameMeasure(p, f, g) {
				continue
			}
			near, shared := anchors(p, f, g)
			switch {
			case statement.Agree(f, g) && near >= someAnchors && shared > 0:
				answered = true
				if agree == "" {
					agree = agreement(p, f, g)
				}
			case statement.Differ(f, g) && near >= sameAnchors && (shared > 1 || near == 1 && p.names > 0) && alone(p.a, f) && alone(p.b, g) && comparable(p) && !partOfOther(p, f, g):
				answered = true
				differ = f.Text(p.a) + " in the claim, " + g.Text(p.b) + " here"
			}
		}
		if !answered && silent == "" {
			silent = "; nothing of " + f.Text(p.a)
		}
	}
	switch {
	case differ == "" && agree == "" && allAgree(p):
		return Finding{}, false // a statement with all the same figures
	case differ != "" && agree != "":
		return Finding{Against: true, Partly: true, Why: differ + "; " + agree}, true
	case differ != "":
		return Finding{Against: true, Why: differ}, true
	case agree != "" && (unsure(p) || otherDoing(p) && p.ofA < 0.8):
		return Finding{}, true // it may be so, says the other, or something else was
	case agree != "":
		return Finding{Why: agree + silent}, true
	}
	return Finding{}, false
}

// agreement says how far two figures agree: an equal one, or one within what rounding and words like about allow.
func agreement(p *pair, f, g statement.Figure) string {
	if math.Abs(f.Value-g.Value) <= 1e-9*math.Abs(f.Value) {
		return "the same figure: " + g.Text(p.b)
	}
	return "a figure near enough: " + g.Text(p.b) + ", " + f.Text(p.a) + " in the claim"
}

// allAgree reports whether each sentence has every figure of the other.
func allAgree(p *pair) bool {
	return len(p.a.Figures) <= maxFigures && len(p.b.Figures) <= maxFigures && eachAgrees(p) && eachAgrees(&pair{a: p.b, b: p.a})
}

func eachAgrees(p *pair) bool {
	for _, f := range p.a.Figures {
		if !slices.ContainsFunc(p.b.Figures, func(g statement.Figure) bool { return notApart(p, f, g) && statement.Agree(f, g) }) {
			return false
		}
	}
	return true
}

// comparable reports whether two sentences are near enough for a different figure to speak against the claim.
func comparable(p *pair) bool {
	return p.ofA >= againstFigure && p.ofB >= againstOther && statedAlike(p.a, p.b) &&
		!p.a.Has(statement.Future) && !p.b.Has(statement.Future) && !p.b.Has(statement.Hedge)
}

// sameMeasure reports whether two figures measure or count the same thing, as far as their units and nouns say.
func sameMeasure(p *pair, f, g statement.Figure) bool {
	switch {
	case !notApart(p, f, g):
		return false
	case f.Unit == "" && len(f.Nouns)+len(g.Nouns) == 0: // a bare number: all around it must be the same
		return p.ofA >= forStatement && p.ofB >= forStatement
	case f.Unit == "" && (len(f.Nouns) == 0 || len(g.Nouns) == 0):
		return false
	case len(f.Nouns) == 2 && len(g.Nouns) == 2 && !slices.Equal(f.Nouns, g.Nouns):
		return p.ofA >= 0.6 // school buses are no electric buses
	}
	return true
}

// notApart reports whether nothing says that two figures measure different things.
func notApart(p *pair, f, g statement.Figure) bool {
	if f.Unit != g.Unit || excluded(p, f, g) || len(f.Nouns) > 0 && len(g.Nouns) > 0 && !overlap(f.Nouns, g.Nouns) {
		return false
	}
	byF, byG := change(p.a, f), change(p.b, g)
	return byF == 0 || byG == 0 || byF == byG || f.Unit != statement.Percent
}

// excluded reports whether the words nearest to the figures name measures that exclude each other, as killed and injured.
func excluded(p *pair, f, g statement.Figure) bool {
	near := nearest(p.b, g)
	for group, sense := range nearest(p.a, f) {
		if other, is := near[group]; is && other != sense {
			return true
		}
	}
	return false
}

// reach is how many tokens a word may stand from a figure to name its measure.
const reach = 7

// nearest returns, by group, the measure that stands nearest to a figure.
func nearest(s *statement.Statement, f statement.Figure) map[int]int {
	senses, distance := map[int]int{}, map[int]int{}
	for _, h := range s.Hits {
		if h.Sign != statement.Measure {
			continue
		}
		d := 2 * (f.From - h.To)
		if h.From >= f.To {
			d = h.From - f.To // what is counted stands behind its figure
		}
		group := int(h.Value) / 16
		if old, is := distance[group]; d >= 0 && d <= 2*reach && (!is || d < old) {
			distance[group], senses[group] = d, int(h.Value)%16
		}
	}
	return senses
}

// change tells rose by 5 percent (1) from rose to 5 percent (2); 0: neither can be told.
func change(s *statement.Statement, f statement.Figure) int {
	for i := f.From - 1; i >= max(0, f.From-3); i-- {
		switch s.Word(i) {
		case "by", "um":
			return 1
		case "to", "auf", "à", "hasta", "at", "bei":
			return 2
		case "al", "a":
			return 2
		case "del", "un", "de":
			if s.Has(statement.Up) || s.Has(statement.Down) {
				return 1
			}
		}
	}
	return 0
}

// aroundFigure is how many words on each side of a figure say what it measures.
const aroundFigure = 5

// anchors returns what share of the words around two figures both have, and how many these are. Names are no anchors.
func anchors(p *pair, f, g statement.Figure) (share float64, shared int) {
	a, b := near(p.a, f), near(p.b, g)
	if len(a) == 0 || len(b) == 0 {
		return 0, 0
	}
	for _, t := range a {
		if slices.Contains(b, t) {
			shared++
		}
	}
	if len(a) == 1 || len(b) == 1 { // a single word must be the only one on either side
		return float64(shared) / float64(max(len(a), len(b))), shared
	}
	return float64(shared) / float64(min(len(a), len(b))), shared
}

// near returns the terms around a figure: of its clause, or of the whole sentence if its clause has hardly any.
func near(s *statement.Statement, f statement.Figure) []int {
	for _, whole := range []bool{false, true} {
		var before, after []int
		for _, t := range s.Terms {
			if t.Name || !whole && s.Tokens[t.Token].Clause != s.Tokens[f.From].Clause {
				continue
			}
			if t.Token < f.From {
				before = append(before, t.Number)
			} else {
				after = append(after, t.Number)
			}
		}
		before = before[max(0, len(before)-aroundFigure):]
		found := append(slices.Clone(before), after[:min(len(after), aroundFigure)]...)
		if slices.Sort(found); len(slices.Compact(found)) > 2 || whole {
			return slices.Compact(found)
		}
	}
	return nil
}

// alone reports whether a figure is the only one of its kind in a sentence: of two, it is not known which one answers the other's.
func alone(s *statement.Statement, f statement.Figure) bool {
	own := nearest(s, f)
	for _, o := range s.Figures {
		if o.From == f.From || o.Unit != f.Unit || f.Unit == "" && !overlap(o.Nouns, f.Nouns) {
			continue
		}
		told := false
		for group, sense := range nearest(s, o) {
			if of, is := own[group]; is && of != sense {
				told = true
			}
		}
		if !told {
			return false
		}
	}
	return true
}
