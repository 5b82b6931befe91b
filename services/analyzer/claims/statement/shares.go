package statement

import "slices"

// Share is a part of a whole, as words or two counts give it: two thirds of the members, one in five, 8 of the 12 ships. A share is
// read only where a whole is named, or where one was named before it in the sentence: a third ship is no third.
type Share struct {
	From, To int     // tokens of the share itself
	End      int     // the token behind its whole
	Value    float64 // 0 to 1
	Of       int     // the term of the whole; 0: that of the share before
	Part     float64 // of a counted share: the counts
	Whole    float64
	Approx   bool
	AtLeast  bool
	AtMost   bool
}

// Counted reports whether a share is given by two counts.
func (h Share) Counted() bool { return h.Whole > 0 }

// Text is the share as it stands there.
func (h Share) Text(s *Statement) string {
	return s.within(h.From, max(h.To, h.End))
}

// findShares reads the shares of a sentence. Its figures have been read.
func (v *Vocabulary) findShares(s *Statement) {
	for i := 0; i < len(s.Tokens); i++ {
		h, found := s.fraction(i)
		if !found {
			h, found = s.oneIn(i)
		}
		if !found {
			continue
		}
		f := Figure{From: h.From}
		s.bound(&f)
		h.Approx, h.AtLeast, h.AtMost = f.Approx, f.AtLeast, f.AtMost
		s.Shares = append(s.Shares, h)
		i = max(h.To, h.End) - 1
	}
	s.Figures = slices.DeleteFunc(s.Figures, func(f Figure) bool { // two of two thirds counts nothing
		return slices.ContainsFunc(s.Shares, func(h Share) bool { return h.From <= f.From && f.From < h.To })
	})
	for i := 0; i+1 < len(s.Figures); i++ {
		if h, found := s.counted(s.Figures[i], s.Figures[i+1]); found {
			s.Shares = append(s.Shares, h)
		}
	}
	slices.SortStableFunc(s.Shares, func(a, b Share) int { return a.From - b.From })
}

// hit returns the hit of a sign that begins at a token.
func (s *Statement) hit(sign Sign, from int) (Hit, bool) {
	i := slices.IndexFunc(s.Hits, func(h Hit) bool { return h.Sign == sign && h.From == from })
	if i < 0 {
		return Hit{}, false
	}
	return s.Hits[i], true
}

// fraction reads a share in words with its whole, or without one behind a share that has it.
func (s *Statement) fraction(i int) (h Share, found bool) {
	w, is := s.hit(Fraction, i)
	if !is {
		if w, is = s.hit(Every, i); !is {
			return h, false
		}
		h = Share{From: i, To: w.To, Value: w.Value}
		return s.of(h, w.To)
	}
	h = Share{From: i, To: w.To, Value: w.Value}
	if i > 0 && s.Tokens[i-1].word != nil && s.Tokens[i-1].word.has(Other) || s.Word(i-1) == "the" {
		return h, false // the second half, the half of it
	}
	if part, is := s.hit(PartOf, w.To); is {
		if s.ambiguous(w) && !pluralOf(s.Word(part.To-1)) {
			return h, false
		}
		return s.of(h, part.To)
	}
	return h, len(s.Shares) > 0 && s.elliptic(w) || s.enclosed(w)
}

// ambiguous reports whether words for a share may also name a room, or the third of several parts.
func (s *Statement) ambiguous(w Hit) bool {
	last := s.Word(w.To - 1)
	return last == "cuarto" || last == "parte" && s.Word(w.From) == "la"
}

func pluralOf(article string) bool {
	switch article {
	case "los", "las", "sus":
		return true
	}
	return false
}

// of names the whole of a share by the first word that means something from a token on. Spans of time are no wholes: half of an hour.
func (s *Statement) of(h Share, from int) (Share, bool) {
	for k := from; k < len(s.Tokens) && k < from+3; k++ {
		t := s.Tokens[k]
		switch {
		case t.kind == number: // a third of the 12 ships
			continue
		case t.kind != word || t.word.has(Unit) || t.word.has(Scale) || k == from && s.single(k):
			return h, false
		case t.word.has(Number) && k+1 < len(s.Tokens) && s.Tokens[k+1].kind == word && s.Tokens[k+1].word.Term != 0:
			continue
		case t.word.Term != 0:
			h.Of, h.End = t.word.Term, k+1
			return h, true
		}
	}
	return h, false
}

// single reports whether a token is an article of one thing: half of a mile.
func (s *Statement) single(i int) bool {
	switch s.Word(i) {
	case "a", "an", "one", "einer", "eines", "un", "une", "una", "uno":
		return true
	}
	return false
}

// elliptic reports whether a share without a whole goes on with what was told of the one before: a third by train. A third was
// damaged may be the third ship.
func (s *Statement) elliptic(w Hit) bool {
	before, next := s.Word(w.From-1), w.To
	if !s.Mark(w.From-1) && !slices.Contains([]string{"and", "but", "while", "und", "aber", "et", "mais", "y", "e", "pero", "ma", "mentre"}, before) || next >= len(s.Tokens) {
		return false
	}
	if slices.ContainsFunc(s.Hits, func(h Hit) bool { return h.From == next && (h.Sign == Rest || h.Sign == Opposite || h.Sign == Happens) }) {
		return true
	}
	if !s.Function(next) {
		return false
	}
	switch s.Word(next) {
	case "was", "is", "has", "had", "each", "a", "an":
		return false
	}
	return true
}

// enclosed reports whether a share stands between marks, and so says again what was counted before it: 8 of 12, or two thirds, ...
func (s *Statement) enclosed(w Hit) bool {
	return s.Apposed(w.From) && (w.To == len(s.Tokens) || s.Mark(w.To))
}

// Apposed reports whether a mark that may begin an apposition stands before a token, with no more than or, exactly or a bound between.
func (s *Statement) Apposed(i int) bool {
	from := i
	for from > 0 && i-from < 4 && !s.Mark(from-1) {
		from--
		if !slices.ContainsFunc(s.Hits, func(h Hit) bool {
			return (h.Sign == Or || h.Sign == Approx || h.Sign == AtLeast || h.Sign == AtMost) && h.From <= from && from < h.To
		}) && !s.Article(from) && s.Word(from) != "just" && s.Word(from) != "only" {
			return false
		}
	}
	return from > 0 && s.Mark(from-1) && slices.Contains([]string{",", "(", "–", "—"}, s.Span(from-1, from))
}

// oneIn reads one in five, 3 out of 4 and their like, of what follows or stands between: un habitant sur cinq.
func (s *Statement) oneIn(i int) (h Share, found bool) {
	part, to, ok := s.countAt(i)
	if !ok || i > 0 && (s.Tokens[i-1].kind == number || s.Mark(i-1) && s.glued(i)) {
		return h, false
	}
	between := 0
	if k := to; k+1 < len(s.Tokens) && s.Word(k+1) == "sur" || k+1 < len(s.Tokens) && s.Word(k+1) == "su" {
		if s.Tokens[k].kind != word || s.Tokens[k].word.Term == 0 || s.Tokens[k].word.has(Unit) {
			return h, false
		}
		between, to = s.Tokens[k].word.Term, k+1
	}
	joined := false
	for _, j := range [][]string{{"in"}, {"out", "of"}, {"in", "every"}, {"von"}, {"sur"}, {"de", "cada"}, {"su"}} {
		if s.continues(to, j) && (len(j) > 1 || !s.continues(to, []string{"in", "every"})) {
			to, joined = to+len(j), true
			break
		}
	}
	if !joined {
		return h, false
	}
	whole, end, ok := s.countAt(to)
	if !ok || whole > 100 || part >= whole || part < 1 {
		return h, false
	}
	h = Share{From: i, To: end, Value: part / whole}
	if between != 0 {
		h.Of, h.End = between, end
		return h, true
	}
	if p, is := s.hit(PartOf, end); is { // one in five of the residents
		end = p.To
	}
	if end >= len(s.Tokens) || s.Tokens[end].kind != word || s.Tokens[end].word.has(Label) {
		return h, false
	}
	return s.of(h, end)
}

// countAt reads a whole number in digits or in a word, one among them.
func (s *Statement) countAt(i int) (value float64, to int, ok bool) {
	if i < 0 || i >= len(s.Tokens) {
		return 0, i, false
	}
	if s.Tokens[i].kind == number {
		value, half, ok := parseNumber(s.Text[s.Tokens[i].From:s.Tokens[i].To], '.')
		return value, i + 1, ok && half == 0.5 && !s.ordinal(i)
	}
	switch s.Word(i) {
	case "one", "einer", "eine", "eines", "un", "une", "uno", "una":
		return 1, i + 1, true
	}
	if h, is := s.hit(Number, i); is {
		return h.Value, h.To, true
	}
	return 0, i, false
}

// counted reads 8 of the 12 ships from the two figures.
func (s *Statement) counted(a, b Figure) (h Share, found bool) {
	among := slices.ContainsFunc(s.Hits, func(m Hit) bool { return m.Sign == Among && m.From == a.To && m.To == b.From })
	if !among || a.Unit != "" || b.Unit != "" || a.Value > b.Value || b.Value < 2 || len(b.Nouns) == 0 || a.Exact != 0.5 || b.Exact != 0.5 {
		return h, false
	}
	return Share{
		From: a.From, To: b.To, End: max(b.To, b.nounsTo), Value: a.Value / b.Value, Of: b.Nouns[0], Part: a.Value, Whole: b.Value,
		Approx: a.Approx || b.Approx, AtLeast: a.AtLeast || b.AtLeast, AtMost: a.AtMost || b.AtMost,
	}, true
}
