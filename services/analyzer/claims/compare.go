package claims

import (
	"math"
	"slices"
	"strconv"

	"autointel.example/services/analyzer/claims/statement"
)

// What two sentences must share before anything is said of them, as shares of the weight of their terms. They were set by the
// articles of the package's tests, and lean to silence.
const (
	forFigure     = 0.3  // of the claim, where a figure agrees
	forStatement  = 0.7  // of the claim, where there is no figure
	forDatedOnce  = 0.5  // of the claim, where both give the year of what happened once
	ofOther       = 0.4  // of the other sentence, where there is no figure
	againstFigure = 0.45 // of the claim, where a figure differs
	againstOther  = 0.35
	sameAnchors   = 0.6 // of the words around two figures that differ
	someAnchors   = 0.3 // of the words around two figures that agree
)

// Finding is what one sentence says for or against another.
type Finding struct {
	Against bool
	Partly  bool // it is against a part of the claim and for another
	Why     string
	Score   float64 // how alike the two are, 0 to 1
}

// pair is two sentences side by side: the claim a, and b.
type pair struct {
	a, b           *statement.Statement
	weight         func(int) float64
	termsA, termsB []int
	shared         []int
	ofA, ofB       float64 // share of the weight of each that the other has
	score          float64
	names          int // of the claim, that both have
}

// Compare holds one sentence against another. Found is false if nothing follows: most often they speak of different things.
func (c *Corpus) Compare(claim, other Place) (f Finding, found bool) {
	a, b := c.reading(claim), c.reading(other)
	if a == nil || b == nil || !states(b) || b.Has(statement.If) {
		return f, false
	}
	p := c.pairOf(a, b)
	if len(p.shared) < 2 || p.ofA < forFigure || !c.sameEntities(p, claim, other) || rolesSwapped(p) || differentMeasures(a, b) || numberedApart(a, b) || c.otherSpeaker(p) {
		return f, false
	}
	for _, rule := range []func(*pair) (Finding, bool){wordForWord, sameParts, denied, otherDirection, otherYear, shares, figures, sameStatement} {
		if f, found = rule(p); found {
			f.Score = p.score
			return f, f.Why != ""
		}
	}
	return f, false
}

func (c *Corpus) pairOf(a, b *statement.Statement) *pair {
	p := &pair{a: a, b: b, weight: c.Weight, termsA: c.ownTerms(a), termsB: c.ownTerms(b)}
	both, sumA, sumB := 0.0, 0.0, 0.0
	for _, t := range p.termsA {
		sumA += c.Weight(t)
		if _, is := slices.BinarySearch(p.termsB, t); is {
			p.shared = append(p.shared, t)
			both += c.Weight(t)
		}
	}
	for _, t := range p.termsB {
		sumB += c.Weight(t)
	}
	if sumA > 0 && sumB > 0 {
		p.ofA, p.ofB = both/sumA, both/sumB
		p.score = math.Round(200*both/(sumA+sumB)) / 100
	}
	return p
}

// ownTerms are the terms of what a sentence says, without those of who says it.
func (c *Corpus) ownTerms(s *statement.Statement) []int {
	from, to := c.Vocabulary.Attribution(s)
	var terms []int
	for _, t := range s.Terms {
		if t.Token < from || t.Token >= to {
			terms = append(terms, t.Number)
		}
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// ownNames are the names in what a sentence says, in order.
func (c *Corpus) ownNames(s *statement.Statement) []statement.Term {
	from, to := c.Vocabulary.Attribution(s)
	var names []statement.Term
	for _, t := range s.Terms {
		if t.Name && (t.Token < from || t.Token >= to) {
			names = append(names, t)
		}
	}
	return names
}

// sameEntities reports whether two sentences speak of the same: every name of the claim is named by the other or around it, and
// the other names nobody new alone.
func (c *Corpus) sameEntities(p *pair, claim, other Place) bool {
	around := c.around(other)
	for _, n := range c.ownNames(p.a) {
		if _, named := around[n.Number]; !named {
			return false
		}
		if slices.Contains(p.shared, n.Number) {
			p.names++
		}
	}
	if p.names == 0 && !c.sameSubject(claim, other) {
		return false
	}
	others := c.ownNames(p.b)
	if len(others) == 0 {
		return true
	}
	around = c.around(claim)
	strange := 0
	for _, n := range others {
		if _, named := around[n.Number]; !named {
			strange++
		}
	}
	return strange < len(others) && strange <= 2 || strange == 1 && p.names > 0
}

// otherSpeaker reports whether two people speak, of whom it is not known that they speak of the same: no name is shared.
func (c *Corpus) otherSpeaker(p *pair) bool {
	if p.names > 0 {
		return false
	}
	speaker := func(s *statement.Statement) (terms []int, named bool) {
		from, to := c.Vocabulary.Attribution(s)
		for _, t := range s.Terms {
			if t.Token >= from && t.Token < to {
				terms, named = append(terms, t.Number), named || t.Name
			}
		}
		return terms, named
	}
	a, namedA := speaker(p.a)
	b, namedB := speaker(p.b)
	return namedA && namedB && !overlap(a, b)
}

// rolesSwapped reports whether two names change places, and so may do to each other what the claim says the other way round.
func rolesSwapped(p *pair) bool {
	a, b := rolesOf(p.a), rolesOf(p.b)
	var order []int
	gained, lost := false, false
	for _, r := range a.names {
		i := slices.Index(b.names, r)
		if i < 0 {
			continue
		}
		switch attachedA, attachedB := slices.Contains(a.attached, r), slices.Contains(b.attached, r); {
		case attachedA && !attachedB:
			gained = true
		case !attachedA && attachedB:
			lost = true
		case !attachedA:
			order = append(order, i)
		}
	}
	return gained && lost || len(order) >= 2 && slices.IsSorted(order) == (a.passive != b.passive)
}

// roles are the names of a sentence that act, are acted on, or belong to what is.
type roles struct {
	names, attached []int // attached: behind of
	passive         bool  // one stands behind by
}

func rolesOf(s *statement.Statement) roles {
	var r roles
	last := -2
	for _, t := range s.Terms {
		if !t.Name {
			continue
		}
		rest := t.Token == last+1 // of a longer name
		last = t.Token
		if rest {
			continue
		}
		switch s.Word(t.Token - 1) {
		case "by", "par", "por", "da", "dal", "dalla", "durch":
			r.passive = true
		case "of", "de", "d'", "des", "du", "di", "del", "della":
			r.attached = append(r.attached, t.Number)
		case "von": // either
			if s.Has(statement.Happens) {
				r.passive = true
			} else {
				r.attached = append(r.attached, t.Number)
			}
		default:
			if s.Function(t.Token - 1) {
				continue // a place or a time, which may stand anywhere
			}
		}
		r.names = append(r.names, t.Number)
	}
	return r
}

// otherDoing reports whether something else happens in two sentences, as far as both say what happens.
func otherDoing(p *pair) bool {
	a, b := doings(p.a), doings(p.b)
	return len(a) > 0 && len(b) > 0 && !overlap(a, b)
}

func doings(s *statement.Statement) []int {
	var terms []int
	for _, t := range s.Terms {
		if slices.ContainsFunc(s.Hits, func(h statement.Hit) bool { return h.Sign == statement.Happens && h.From <= t.Token && t.Token < h.To }) {
			terms = append(terms, t.Number)
		}
	}
	return terms
}

// differentMeasures reports whether two sentences speak of measures that exclude each other, as exports and imports.
func differentMeasures(a, b *statement.Statement) bool {
	senses := func(s *statement.Statement) map[int]int {
		of := map[int]int{} // by group, the senses as bits
		for _, h := range s.Hits {
			if h.Sign == statement.Measure {
				of[int(h.Value)/16] |= 1 << (int(h.Value) % 16)
			}
		}
		return of
	}
	of := senses(b)
	for group, sense := range senses(a) {
		if of[group] != 0 && of[group]&sense == 0 {
			return true
		}
	}
	return false
}

// numberedApart reports whether two sentences speak of different things of a kind, by their numbers: reactor 1, reactor 2.
func numberedApart(a, b *statement.Statement) bool {
	others := b.Numbered()
	for term, labels := range a.Numbered() {
		if other := others[term]; len(other) > 0 && !slices.ContainsFunc(labels, func(l string) bool { return slices.Contains(other, l) }) {
			return true
		}
	}
	return false
}

// wordForWord finds the same sentence, which may be a copy.
func wordForWord(p *pair) (Finding, bool) {
	return Finding{Why: "the same sentence, word for word"}, p.a.Text == p.b.Text
}

// denied finds that one of the two says not.
func denied(p *pair) (Finding, bool) {
	of := func(t int) float64 {
		if slices.Contains(p.shared, t) {
			return p.weight(t)
		}
		return 0
	}
	a, b := p.a.Negates(of), p.b.Negates(of)
	if a == b {
		return Finding{}, false
	}
	if len(p.a.Shares)+len(p.b.Shares) > 0 {
		return Finding{}, true // a third may do what two thirds do not
	}
	if p.ofA < forStatement || p.ofB < ofOther || !samePeriod(p.a, p.b) || len(p.shared) < 3 && p.names == 0 || unsure(p) {
		return Finding{}, true // it may deny something else: nothing follows
	}
	if a {
		return Finding{Against: true, Why: "says what the claim denies"}, true
	}
	return Finding{Against: true, Why: "denies what the claim says"}, true
}

// otherDirection finds that something rises in one and falls in the other.
func otherDirection(p *pair) (Finding, bool) {
	a, b := direction(p.a), direction(p.b)
	if a*b >= 0 {
		return Finding{}, false
	}
	if p.ofA < 0.55 || p.ofB < ofOther || !samePeriod(p.a, p.b) || !statedAlike(p.a, p.b) {
		return Finding{}, true
	}
	if a > 0 {
		return Finding{Against: true, Why: "a rise in the claim, a fall here"}, true
	}
	return Finding{Against: true, Why: "a fall in the claim, a rise here"}, true
}

func direction(s *statement.Statement) int {
	switch up, down := s.Has(statement.Up), s.Has(statement.Down); {
	case up && !down:
		return 1
	case down && !up:
		return -1
	}
	return 0
}

// otherYear finds another year for what happens once. Anything else that two years are told of is two things.
func otherYear(p *pair) (Finding, bool) {
	if len(p.a.Periods.Years) == 0 || len(p.b.Periods.Years) == 0 || overlap(p.a.Periods.Years, p.b.Periods.Years) {
		return Finding{}, false
	}
	if !onceAlike(p) || p.ofA < 0.6 || p.ofB < ofOther || len(p.a.Periods.Years) > 1 || len(p.b.Periods.Years) > 1 {
		return Finding{}, true
	}
	return Finding{Against: true, Why: strconv.Itoa(p.a.Periods.Years[0]) + " in the claim, " + strconv.Itoa(p.b.Periods.Years[0]) + " here"}, true
}

// onceAlike reports whether both tell the same of what happens once.
func onceAlike(p *pair) bool {
	once := onceTerms(p.a)
	return slices.ContainsFunc(onceTerms(p.b), func(v string) bool { return slices.Contains(once, v) })
}

func onceTerms(s *statement.Statement) []string {
	var verbs []string
	for _, h := range s.Hits {
		if h.Sign == statement.Once {
			verbs = append(verbs, s.Span(h.From, h.To))
		}
	}
	return verbs
}

// sameStatement finds the same said without figures.
func sameStatement(p *pair) (Finding, bool) {
	least := forStatement
	if overlap(p.a.Periods.Years, p.b.Periods.Years) && onceAlike(p) && p.names > 0 {
		least = forDatedOnce
	}
	if len(p.a.Figures) > 0 && !allAgree(p) || p.ofA < least || p.ofB < ofOther || len(p.shared) < 3 || !samePeriod(p.a, p.b) {
		return Finding{}, false
	}
	if len(p.a.Periods.Years) > 0 && len(p.b.Periods.Years) == 0 || unsure(p) || otherDoing(p) {
		return Finding{}, false // it says less than the claim
	}
	if p.a.Has(statement.Comparison) && !statedAlike(p.a, p.b) {
		return Finding{}, false // the largest then need not be the largest now
	}
	why := "says the same"
	if len(p.a.Periods.Years) > 0 {
		why += ", with the same year"
	}
	return Finding{Why: why}, true
}

// unsure reports whether the other sentence is less sure than the claim.
func unsure(p *pair) bool {
	return p.b.Has(statement.Hedge) && !p.a.Has(statement.Hedge) || p.b.Has(statement.Hearsay) && !p.a.Has(statement.Hearsay)
}

// samePeriod reports whether two sentences may speak of the same time.
func samePeriod(a, b *statement.Statement) bool {
	x, y := a.Periods, b.Periods
	apart := func(p, q []int) bool { return len(p) > 0 && len(q) > 0 && !overlap(p, q) }
	return !apart(x.Years, y.Years) && !apart(x.Months, y.Months) && !apart(x.Quarters, y.Quarters)
}

// statedAlike reports whether both say what time they speak of, or neither does.
func statedAlike(a, b *statement.Statement) bool {
	x, y := a.Periods, b.Periods
	return (len(x.Years) > 0) == (len(y.Years) > 0) && (len(x.Months) > 0) == (len(y.Months) > 0) && (len(x.Quarters) > 0) == (len(y.Quarters) > 0) &&
		x.Before == y.Before && x.Now == y.Now
}

func overlap(a, b []int) bool {
	return slices.ContainsFunc(a, func(v int) bool { return slices.Contains(b, v) })
}
