package statement

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Figure is a number with what it counts or measures.
type Figure struct {
	From, To int     // tokens, the unit included
	Value    float64 // in the unit's base: 21 centimetres are 0.21 m
	Exact    float64 // half of the last digit given, in the same base: how far the text may be off by rounding alone
	Unit     string  // base of a unit, as percent, EUR, m; empty: a count
	Nouns    []int   // terms that follow it: what is counted
	nounsTo  int     // the token behind them
	Spelled  bool    // in words, and no measure: three people
	Approx   bool    // about
	AtLeast  bool    // more than
	AtMost   bool    // up to
}

// Text is the figure as it stands there, with what it counts.
func (f Figure) Text(s *Statement) string { return s.within(f.From, max(f.To, f.nounsTo)) }

// Number is the figure as it stands there, without what it counts.
func (f Figure) Number(s *Statement) string { return s.within(f.From, f.To) }

// within is a span as it stands within a sentence: a number in words loses the capital that it has only as the first of its own.
func (s *Statement) within(from, to int) string {
	text := s.Span(from, to)
	if from > 0 || from >= to || s.Tokens[0].kind != word {
		return text
	}
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(r)) + text[size:]
}

// findFigures reads the numbers of a sentence as figures, or as years.
func (v *Vocabulary) findFigures(s *Statement) {
	var at [signs]map[int]Hit
	for _, h := range s.Hits {
		if at[h.Sign] == nil {
			at[h.Sign] = map[int]Hit{}
		}
		at[h.Sign][h.From] = h
	}
	for i := 0; i < len(s.Tokens); i++ {
		t := s.Tokens[i]
		f := Figure{From: i, To: i + 1}
		switch spelled, is := at[Number][i]; {
		case t.kind == number:
			text := s.Text[t.From:t.To]
			if year, to := s.date(i); to > i {
				s.Periods.Years = append(s.Periods.Years, year)
				i = to - 1
				continue
			}
			value, half, ok := parseNumber(text, v.language.decimal)
			if !ok || s.ordinal(i) {
				continue
			}
			f.Value, f.Exact = value, half
		case is:
			f.Value, f.Exact, f.To = spelled.Value, 0.5, spelled.To
		default:
			continue
		}
		scaled := s.scale(&f, at[Scale])
		measured := s.measure(&f, at[Unit])
		if !scaled && !measured && t.kind == number && v.year(s, i, f.Value, at[YearAfter], at[Month]) {
			s.Periods.Years = append(s.Periods.Years, int(f.Value))
			continue
		}
		if !measured && (s.dayOfMonth(i, at[Month]) || s.partOfWord(i) || s.labelled(i)) {
			continue
		}
		if f.Unit == "" || f.Unit == Percent && s.joins(f.To) {
			f.Nouns, f.nounsTo = s.nouns(f.To, f.Unit)
		}
		if f.Unit == "" {
			if len(f.Nouns) == 0 && !scaled && t.kind != number && !s.partOf(f.To, at[Among]) {
				continue
			}
		}
		if f.Unit == "" && !scaled && len(f.Nouns) == 0 && v.versioned(s, i) {
			continue
		}
		f.Spelled = t.kind != number && !scaled && !measured
		s.bound(&f)
		s.Figures = append(s.Figures, f)
		i = f.To - 1
	}
}

// partOf reports whether of the and a number in digits follow: twelve of the 22 ships.
func (s *Statement) partOf(i int, among map[int]Hit) bool {
	h, is := among[i]
	return is && h.To < len(s.Tokens) && s.Tokens[h.To].kind == number
}

// date reads a date in digits, as 2024-03-12, 12/3/2024 or 12.03.2024, and returns its year and the token behind it.
func (s *Statement) date(i int) (year, to int) {
	to = i + 1
	for to+1 < len(s.Tokens) && to < i+5 && s.glued(to) && s.glued(to+1) && strings.ContainsRune("-/", rune(s.Text[s.Tokens[to].From])) && s.Tokens[to+1].kind == number {
		to += 2
	}
	parts := strings.FieldsFunc(s.Span(i, to), func(r rune) bool { return strings.ContainsRune("-/.", r) })
	if len(parts) != 3 {
		return 0, 0
	}
	for _, p := range []string{parts[0], parts[2]} {
		if y, err := strconv.Atoi(p); err == nil && len(p) == 4 && y >= 1000 && y <= 2100 {
			return y, to
		}
	}
	return 0, 0
}

// grouping marks between digits say nothing of a number's value.
var grouping = strings.NewReplacer(" ", "", "'", "", "’", "")

// parseNumber reads digits with marks between them as a language writes them. Half is half of the last digit's worth.
func parseNumber(text string, decimal byte) (value, half float64, ok bool) {
	text = grouping.Replace(text)
	dots, commas := strings.Count(text, "."), strings.Count(text, ",")
	point := byte(0)
	switch {
	case dots > 0 && commas > 0: // the last one
		point = text[strings.LastIndexAny(text, ".,")]
	case dots+commas == 1:
		i := strings.IndexAny(text, ".,")
		if groups := len(text)-i-1 == 3 && i <= 3 && text[0] != '0'; !groups || text[i] == decimal {
			point = text[i]
		}
	}
	if point != 0 && strings.Count(text, string(point)) > 1 {
		return 0, 0, false // a date or a version
	}
	clean := make([]byte, 0, len(text))
	decimals := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == point:
			decimals = len(text) - i - 1
			clean = append(clean, '.')
		case c >= '0' && c <= '9':
			clean = append(clean, c)
		case c != '.' && c != ',':
			return 0, 0, false
		}
	}
	if dots > 1 && point == 0 && !grouped(text, '.') || commas > 1 && point == 0 && !grouped(text, ',') {
		return 0, 0, false
	}
	value, err := strconv.ParseFloat(string(clean), 64)
	if err != nil || math.IsInf(value, 0) || value > 1e18 {
		return 0, 0, false
	}
	half = 0.5 * math.Pow10(-decimals)
	if decimals == 0 { // 12,000 may be rounded to thousands, 12,345 is not
		for q := value; q >= 1000 && math.Mod(q, 10) == 0; q /= 10 {
			half *= 10
		}
	}
	return value, half, true
}

func grouped(text string, mark byte) bool {
	parts := strings.Split(text, string(mark))
	for i, p := range parts {
		if i == 0 && (p == "" || len(p) > 3) || i > 0 && len(p) != 3 {
			return false
		}
	}
	return true
}

// scale takes in words like million.
func (s *Statement) scale(f *Figure, scales map[int]Hit) bool {
	scaled := false
	for range 2 {
		h, is := scales[f.To]
		if !is || h.To-h.From == 1 && len(s.Word(h.From)) <= 2 && !s.glued(f.To) { // 3 m are metres, 3m behind a currency are millions
			return scaled
		}
		if len(s.Word(h.From)) == 1 && s.currencyBefore(f.From) == "" {
			return scaled
		}
		f.Value, f.Exact, f.To, scaled = f.Value*h.Value, f.Exact*h.Value, h.To, true
	}
	return scaled
}

// glued reports whether a token stands directly behind the one before.
func (s *Statement) glued(i int) bool {
	return i > 0 && i < len(s.Tokens) && s.Tokens[i-1].To == s.Tokens[i].From
}

func (s *Statement) currencyBefore(i int) string {
	if i > 0 && s.Tokens[i-1].kind == symbol {
		switch s.Word(i - 1) {
		case "€":
			return "EUR"
		case "$":
			return "USD"
		case "£":
			return "GBP"
		case "¥":
			return "JPY"
		}
	}
	return ""
}

// measure takes in the unit, behind the number or, of a currency, before it.
func (s *Statement) measure(f *Figure, found map[int]Hit) bool {
	if c := s.currencyBefore(f.From); c != "" {
		f.Unit = c
		f.From--
		return true
	}
	next := f.To
	if s.Word(next) == "" && next+1 < len(s.Tokens) && s.Text[s.Tokens[next].From] == '.' && s.glued(next) && next > f.From+1 { // 31 Mio. Euro
		next++
	}
	if s.Word(next) == "" && next+1 < len(s.Tokens) && s.Text[s.Tokens[next].From:s.Tokens[next].To] == "-" { // 12-year
		next++
	}
	h, is := found[next]
	if !is {
		return false
	}
	u := units[int(h.Value)]
	if len(u.symbols) > 0 && len(s.Word(h.From)) == 1 && s.Tokens[h.From].kind == word && !strings.Contains(u.symbols, s.Span(h.From, h.From+1)) {
		return false
	}
	f.Unit, f.To = u.base, h.To
	f.Value, f.Exact = f.Value*u.factor, f.Exact*u.factor
	return true
}

// year reports whether a number is one.
func (v *Vocabulary) year(s *Statement, i int, value float64, after, months map[int]Hit) bool {
	t := s.Tokens[i]
	if t.To-t.From != 4 || value < 1000 || value > 2100 {
		return false
	}
	next := Token{kind: mark}
	if i+1 < len(s.Tokens) {
		next = s.Tokens[i+1]
	}
	bare := next.kind != word || next.word.Term == 0 || v.language.nouns && !next.capital
	if i == 0 {
		return value >= 1800 && bare
	}
	if _, is := months[i-1]; is {
		return true
	}
	before := s.Tokens[i-1]
	if before.kind == mark {
		return bare && value >= 1500
	}
	for _, h := range after {
		if h.To == i {
			return bare || value >= 1700 && (before.word.Text != "of" && before.word.Text != "by" && before.word.Text != "um" && before.word.Text != "de")
		}
	}
	return bare && value >= 1800
}

// dayOfMonth reports whether a number is one: 12 March, March 12, den 12. März, 12 de marzo.
func (s *Statement) dayOfMonth(i int, months map[int]Hit) bool {
	for k := i + 1; k <= i+2; k++ {
		if h, is := months[k]; is && s.dated(h) && (k == i+1 || s.Word(k-1) == "" || s.Word(k-1) == "de") {
			return true
		}
	}
	_, is := months[i-1]
	return is
}

// ordinal reports whether a number counts no things: 5th, 3rd, 1er, 10:30, 1990s.
func (s *Statement) ordinal(i int) bool {
	if s.glued(i + 1) {
		switch s.Word(i + 1) {
		case "st", "nd", "rd", "th", "er", "e", "ème", "º", "ª", "s", "o", "a":
			return true
		}
		if s.Text[s.Tokens[i+1].From] == ':' && s.glued(i+2) {
			return true
		}
	}
	return i > 1 && s.glued(i) && s.glued(i-1) && s.Text[s.Tokens[i-1].From] == ':'
}

// partOfWord reports whether a number belongs to a name or is a note: 9/11, 5G, [7].
func (s *Statement) partOfWord(i int) bool {
	around := func(k int) bool {
		return k > 0 && k < len(s.Tokens) && s.glued(k) && strings.ContainsRune("/[]", rune(s.Text[s.Tokens[k].From]))
	}
	return around(i+1) || i > 0 && s.glued(i) && strings.ContainsRune("/[", rune(s.Text[s.Tokens[i-1].From])) || s.glued(i+1) && s.Tokens[i+1].kind == word
}

// versioned reports whether a number stands behind a name and so is part of it: Firefox 39.
func (v *Vocabulary) versioned(s *Statement, i int) bool {
	return i > 0 && s.Tokens[i].kind == number && s.Tokens[i-1].kind == word && !s.Tokens[i-1].initial && v.proper(s.Tokens[i-1])
}

// labelled reports whether a number only tells one thing from others of its kind: chapter 3.
func (s *Statement) labelled(i int) bool {
	if i > 0 && s.Tokens[i-1].kind == mark && s.glued(i-1) { // no. 3
		i--
	}
	return i > 0 && s.Tokens[i-1].word != nil && s.Tokens[i-1].word.has(Label)
}

// nouns returns up to two terms behind a number, which is what it counts; of a share one: of whom or what it is.
func (s *Statement) nouns(i int, unit string) (found []int, to int) {
	most := 2
	if unit != "" {
		most = 1
	}
	for k := i; k < len(s.Tokens) && k < i+5 && len(found) < most; k++ {
		t := s.Tokens[k]
		if t.kind != word {
			break
		}
		if t.word.Term == 0 {
			if t.word == nil || len(found) > 0 || k > i+2 || !t.word.has(Article) && !t.word.has(Be) && (k > i || !s.joins(k)) {
				break
			}
			continue
		}
		found = append(found, t.word.Term)
		if (k == i || unit == Percent) && !t.word.has(Remain) {
			to = k + 1
		}
	}
	return found, to
}

// bound finds the words before a figure that make it less exact.
func (s *Statement) bound(f *Figure) {
	for _, h := range s.Hits {
		if h.To > f.From || h.To < f.From-1 {
			continue
		}
		switch h.Sign {
		case Approx:
			f.Approx = true
		case AtLeast:
			f.AtLeast = true
		case AtMost:
			f.AtMost = true
		}
	}
}

// alike is how far two figures may be apart, as a share, and still be called the same after rounding.
const alike = 0.06

// Agree reports whether two figures of one unit are the same: up to rounding, or within what about, more than and up to allow.
func Agree(a, b Figure) bool {
	apart, size := math.Abs(a.Value-b.Value), max(math.Abs(a.Value), math.Abs(b.Value))
	if apart <= min(max(a.Exact, b.Exact), alike*size)*1.000001 {
		return true
	}
	if a.AtLeast != b.AtLeast || a.AtMost != b.AtMost {
		low, high := a, b
		if b.AtLeast || a.AtMost {
			low, high = b, a
		}
		if low.Value <= high.Value && high.Value <= 1.25*low.Value {
			return true
		}
	}
	return (a.Approx || b.Approx) && apart <= alike*size
}

// Differ reports whether two figures of one unit cannot be the same. Figures may neither Agree nor Differ.
func Differ(a, b Figure) bool {
	if Agree(a, b) || a.AtLeast && b.Value >= a.Value || b.AtLeast && a.Value >= b.Value || a.AtMost && b.Value <= a.Value || b.AtMost && a.Value <= b.Value {
		return false
	}
	apart, size := math.Abs(a.Value-b.Value), max(math.Abs(a.Value), math.Abs(b.Value))
	if a.Approx || b.Approx {
		return apart > 0.15*size
	}
	return apart > max(a.Exact, b.Exact)*1.000001
}
