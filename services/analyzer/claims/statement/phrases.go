package statement

import (
	"strings"
)

// maxPhrase is how many tokens who speaks is made of at most.
const maxPhrase = 8

// Speaker returns the tokens that name who speaks, as far as the sentence says so itself.
func (v *Vocabulary) Speaker(s *Statement) (from, to int, found bool) {
	for _, h := range s.Hits {
		switch h.Sign {
		case According:
			from, to = v.phraseAfter(s, h.To)
		case Says:
			from, to = v.subject(s, h)
		default:
			continue
		}
		if from, to = s.trim(from, to); from < to && (s.means(from, to) || to-from == 1 && s.pronoun(from)) {
			return from, to, true
		}
	}
	return 0, 0, false
}

// Attribution returns the tokens that say who speaks, the verb included.
func (v *Vocabulary) Attribution(s *Statement) (from, to int) {
	from, to, found := v.Speaker(s)
	if !found {
		return 0, 0
	}
	within := maxPhrase
	if to < len(s.Tokens) && s.Text[s.Tokens[to].From] == ',' {
		within *= 2 // the Tribune, a paper that has no good word for this town, claims
	}
	for _, h := range s.Hits {
		if h.Sign == Says && h.From >= to && h.From < to+within {
			return from, h.To
		}
	}
	return from, to
}

// IsPronoun reports whether tokens are nothing but a pronoun, which stands for somebody named before.
func (s *Statement) IsPronoun(from, to int) bool { return to-from == 1 && s.pronoun(from) }

func (s *Statement) pronoun(i int) bool {
	return s.Tokens[i].word != nil && s.Tokens[i].word.has(Pronoun)
}

func (s *Statement) means(from, to int) bool {
	for _, t := range s.Tokens[from:to] {
		if t.word != nil && t.word.Term != 0 && t.kind == word {
			return true
		}
	}
	return false
}

// subject finds who speaks: before the verb, or behind it where the verb opens its clause.
func (v *Vocabulary) subject(s *Statement, h Hit) (from, to int) {
	if s.Word(h.From-1) == "who" || relative(s.Word(h.From-2)) && s.Function(h.From-1) {
		return 0, 0 // somebody told of before, or several
	}
	if v.language == english && s.passive(h.From) {
		return 0, 0 // the story is often told; it is hard to say
	}
	start := h.From
	for start > 0 && s.Tokens[start-1].Clause == s.Tokens[h.From].Clause && (s.Tokens[start-1].kind != mark || s.owns(start-1)) {
		start--
	}
	if start < h.From {
		if from, to = v.phraseBefore(s, start, h.From); from < to {
			return from, to
		}
	}
	told := h.To-h.From > 1 && conjunction(s.Word(h.To-1))        // claims that: what is said follows
	for i := h.To; i < min(h.To+3, len(s.Tokens)) && !told; i++ { // said on Monday the mayor
		t := s.Tokens[i]
		if t.kind != word {
			break
		}
		if t.capital && t.word.Term != 0 || t.word.has(Article) || t.word.has(Pronoun) {
			from, to = v.phraseAfter(s, i)
			return s.apposition(from, to)
		}
		if t.word.Term != 0 || conjunction(t.word.Text) {
			break
		}
	}
	if start == h.From && start > 2 && s.Tokens[start-1].kind == mark { // Ada Marsh, the mayor, said
		end := start - 1
		for end > 0 && s.Tokens[end-1].Clause == s.Tokens[start-1].Clause && s.Tokens[end-1].kind != mark {
			end--
		}
		if t := s.Tokens[end]; t.capital && t.word.Term != 0 && start-1-end <= maxPhrase/2 { // the mayor, Ada Marsh, said
			return end, start - 1
		}
		if end > 1 && s.Text[s.Tokens[end-1].From] == ',' {
			first := end - 1
			for first > 0 && s.Tokens[first-1].kind == word && s.Tokens[first-1].capital && end-first < maxPhrase {
				first--
			}
			if first == 0 || s.Tokens[first-1].kind == mark {
				return first, end - 1
			}
		}
	}
	return 0, 0
}

// relative reports whether a word begins what is told of somebody on the way: the minister who has declared.
func relative(w string) bool { return w == "who" || w == "qui" || w == "quien" }

// passive reports whether a verb of speech has no subject that speaks: it stands behind "to", "let's" or a form of to be.
func (s *Statement) passive(verb int) bool {
	switch s.Word(verb - 1) {
	case "to", "let's", "let’s":
		return true
	}
	for i := verb - 1; i >= 0 && i >= verb-3; i-- {
		switch s.Word(i) {
		case "is", "are", "was", "were", "be", "been", "being":
			return true
		}
		if !s.Function(i) && !strings.HasSuffix(s.Word(i), "ly") {
			return false
		}
	}
	return false
}

// apposition returns the name that follows a noun phrase between commas, or else the phrase: says the mayor, Jonas Reet.
func (s *Statement) apposition(from, to int) (int, int) {
	if to >= len(s.Tokens) || s.Text[s.Tokens[to].From] != ',' {
		return from, to
	}
	for i := from; i < to; i++ {
		if s.Tokens[i].capital {
			return from, to // named already
		}
	}
	end := to + 1
	for end < len(s.Tokens) && end < to+4 && s.Tokens[end].kind == word && s.Tokens[end].capital && s.Tokens[end].word.Term != 0 {
		end++
	}
	if end > to+2 && (end == len(s.Tokens) || s.Mark(end)) {
		return to + 1, end
	}
	return from, to
}

// owns reports whether a mark is the apostrophe of a genitive: the insurers' association.
func (s *Statement) owns(i int) bool {
	t := s.Tokens[i]
	text := s.Text[t.From:t.To]
	return i > 0 && t.kind == mark && (text == "'" || text == "’") && s.glued(i) && strings.HasSuffix(s.Word(i-1), "s") && !s.glued(i+1)
}

// conjunction reports whether what is said begins with a word.
func conjunction(w string) bool {
	switch w {
	case "that", "dass", "que", "qu'", "che", "ch'":
		return true
	}
	return false
}

// phraseBefore returns the noun phrase that ends at a token, from its article or its first capital on.
func (v *Vocabulary) phraseBefore(s *Statement, start, end int) (from, to int) {
	from = end
	for from > start && end-from < maxPhrase {
		t := s.Tokens[from-1]
		if s.owns(from - 1) {
			from--
			continue
		}
		if t.kind != word {
			break
		}
		from--
		if t.word.has(Pronoun) {
			return from, from + 1
		}
		if t.word.has(Article) && s.means(from, end) && !s.linked(from) {
			break
		}
	}
	return from, end
}

// linked reports whether a token continues a noun phrase, as in the ministry of the interior.
func (s *Statement) linked(i int) bool {
	if i == 0 {
		return false
	}
	switch s.Word(i - 1) {
	case "of", "for", "de", "des", "du", "di", "del", "della", "von", "für", "per":
		return true
	}
	return false
}

// phraseAfter returns the noun phrase that begins at a token.
func (v *Vocabulary) phraseAfter(s *Statement, start int) (from, to int) {
	to = start
	named := false // a word with a capital has come
	for to < len(s.Tokens) && to-start < maxPhrase {
		t := s.Tokens[to]
		if t.kind != word || to == start && (t.word.has(Says) || possessive(t.word.Text)) || to > start && (t.word.has(Says) || t.word.has(According) || t.word.has(Up) || t.word.has(Down)) {
			break
		}
		small := !t.capital
		if small && named && (!s.joins(to) || to+1 >= len(s.Tokens) || !s.capitalSoon(to+1)) {
			break
		}
		if small && t.word.Term == 0 && s.means(start, to) && !s.joins(to) {
			break
		}
		named = named || t.capital && t.word.Term != 0
		to++
	}
	return start, to
}

// possessive reports whether a word says whose something is: according to its rules names no speaker.
func possessive(w string) bool {
	switch w {
	case "its", "their", "his", "her", "su", "sus", "ses", "son", "sa", "leur", "leurs", "suo", "sua", "suoi", "loro", "ihre", "ihrer", "seine", "seiner", "ihren", "seinen":
		return true
	}
	return false
}

// joins reports whether a word may stand within a name or a noun phrase.
func (s *Statement) joins(i int) bool {
	if i >= len(s.Tokens) {
		return false
	}
	switch s.Word(i) {
	case "of", "for", "the", "de", "des", "du", "d'", "la", "l'", "les", "el", "los", "las", "del", "di", "della", "dell'", "dei", "delle", "von", "für", "der", "und", "and", "et", "y", "e", "zu", "van":
		return true
	}
	return s.Tokens[i].word != nil && s.Tokens[i].word.has(Article)
}

func (s *Statement) capitalSoon(i int) bool {
	return s.Tokens[i].capital || s.joins(i) && i+1 < len(s.Tokens) && s.Tokens[i+1].capital
}

// trim cuts words off the end that name nobody.
func (s *Statement) trim(from, to int) (int, int) {
	for to > from+1 && (s.Tokens[to-1].word == nil || s.Tokens[to-1].word.Term == 0) {
		to--
	}
	if to-from > 1 && inflected(s.Word(from)) {
		from++
	}
	for from < to && (s.Tokens[from].word == nil || s.Tokens[from].word.Term == 0 && !s.Tokens[from].word.has(Article) && !s.pronoun(from) && (!s.Tokens[from].capital || s.Tokens[from].initial)) {
		if s.Tokens[from].word != nil && s.Tokens[from].word.has(Negation) {
			return from, from // no group said
		}
		from++
	}
	return from, to
}

// inflected reports whether an article is one that only stands behind a preposition: nach Angaben des Ministeriums.
func inflected(article string) bool {
	switch article {
	case "des", "dem", "den", "du", "del", "della", "dei", "delle":
		return true
	}
	return false
}

// doings marks the tokens that say what happens, and so not to whom.
func (s *Statement) doings() map[int]bool {
	marked := map[int]bool{}
	for _, h := range s.Hits {
		switch h.Sign {
		case Happens, Once, Cause, Negation, Study, Opinion, Comparison, Future:
			for i := h.From; i < h.To; i++ {
				marked[i] = true
			}
		}
	}
	return marked
}

// Negates reports whether the clause that holds most of the given weight of terms, or one that rules the whole sentence, denies.
func (s *Statement) Negates(weight func(term int) float64) bool {
	if !s.Has(Negation) {
		return false
	}
	clauses := map[int]float64{}
	for _, t := range s.Terms {
		clauses[s.Tokens[t.Token].Clause] += weight(t.Number)
	}
	main, most := 0, -1.0
	for _, t := range s.Tokens { // in order: of equal clauses the first
		if w := clauses[t.Clause]; w > most {
			main, most = t.Clause, w
		}
	}
	for _, h := range s.Hits {
		if h.Sign == Negation && (s.Tokens[h.From].Clause == main || ruling(s.Tokens[h.From].word.Text)) {
			return true
		}
	}
	return false
}

// rulingWords deny the whole of a sentence, wherever they stand in it.
var rulingWords = " denied denies false falsely untrue myth hoax refuted refutes debunked falsch unwahr widerlegt falschmeldung mythos dementierte dementiert bestritt bestreitet faux fausse démenti dément nié réfuté falso falsa bulo mentira desmintió desmiente negó niega bufala smentito smentisce negato nega "

func ruling(w string) bool { return strings.Contains(rulingWords, " "+w+" ") }
