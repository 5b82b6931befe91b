package text

import (
	"cmp"
	"slices"
	"strings"
)

// Bounds of the key terms.
const (
	maxTermWords     = 3      // the longest phrase that is taken for a term
	maxTermSentences = 20_000 // of a longer text an even sample is read
	longText         = 30     // sentences from which on a phrase of three words must stand three times
	enoughTerms      = 5      // with fewer, names that stand once are terms too
)

// term is a candidate: one to maxTermWords words that stand side by side in a phrase.
type term struct {
	text  string // as it stood the first time
	stems []string
	count int
	named bool // all its words are capitalised
}

// key is how the term is found again.
func (t *term) key() string { return strings.Join(t.stems, " ") }

type scoredTerm struct {
	*term
	score float64
}

// rankTerms returns all terms, the weightiest first.
func rankTerms(sentences []string, language string) []scoredTerm {
	l := LexiconOf(language)
	terms := map[string]*term{}
	degree, frequency, capitals := map[string]float64{}, map[string]float64{}, map[string]spelling{}
	for _, s := range sentences {
		for _, phrase := range l.phrases(s) {
			for i, w := range phrase.stems {
				capitals[w] = capitals[w].add(phrase, i)
				frequency[w]++
				degree[w] += float64(min(len(phrase.stems), maxTermWords))
			}
			for key, from := range phrase.runs() {
				if l.cutsName(phrase, from, from+key.size) {
					continue
				}
				t := terms[key.text]
				if t == nil {
					t = &term{text: strings.Join(phrase.words[from:from+key.size], " "), stems: phrase.stems[from : from+key.size], named: !slices.Contains(phrase.capital[from:from+key.size], false)}
					terms[key.text] = t
				}
				t.count++
			}
		}
	}
	once := dropRare(terms, len(sentences) >= longText)
	dropInner(terms)
	if len(terms) < enoughTerms {
		for _, t := range once {
			if len(t.stems) > 1 && !within(t, terms) {
				terms[t.key()] = t
			}
		}
	}
	out := make([]scoredTerm, 0, len(terms))
	for _, t := range terms {
		score := 0.0
		for _, w := range t.stems {
			score += degree[w] / frequency[w]
		}
		if language != "de" {
			t.text = l.spelled(t, capitals)
		}
		out = append(out, scoredTerm{t, score * float64(t.count)})
	}
	slices.SortFunc(out, func(a, b scoredTerm) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.text, b.text))
	})
	return out
}

// spelling is how a word is written in a text, first words of sentences aside.
type spelling struct {
	as             string // with its capital
	capital, small int
}

func (s spelling) add(p phrase, i int) spelling {
	switch {
	case p.opens && i == 0:
	case p.capital[i]:
		if s.as == "" || len(p.written[i]) < len(s.as) {
			s.as = p.written[i] // of the forms that are compared as one, that without an ending
		}
		s.capital++
	default:
		s.small++
	}
	return s
}

// spelled writes a term as the text does, most often with or without a capital. Titles have one only before names.
func (l *Lexicon) spelled(t *term, as map[string]spelling) string {
	words := strings.Fields(t.text)
	for i, w := range t.stems {
		if s := as[w]; i < len(words) && s.capital > s.small && !l.titles[words[i]] && strings.EqualFold(s.as, words[i]) {
			words[i] = s.as
		}
	}
	return strings.Join(words, " ")
}

// cutsName reports whether words of a phrase, from one to another, end between somebody's first name and surname, or begin with the title
// or hold it with the name: "minister Ada", "minister Ada Marsh".
func (l *Lexicon) cutsName(p phrase, from, to int) bool {
	if l.Code == "de" || to-from < 2 {
		return false
	}
	if to < len(p.words) && p.capital[to-1] && p.capital[to] && l.firstNames[p.words[to-1]] {
		return true
	}
	for i := from; i+1 < to; i++ {
		if l.titles[p.words[i]] && p.capital[i+1] && !l.titles[p.words[i+1]] && !l.organizations[p.words[to-1]] {
			return true
		}
	}
	return false
}

// dropRare removes the terms that stand once, of a long text also those of three words that stand twice and are no names, which most often are
// a sentence that is quoted again; and returns the names among them, the longest first.
func dropRare(terms map[string]*term, long bool) []*term {
	var once []*term
	for key, t := range terms {
		if t.count < 2 || long && t.count < 3 && len(t.stems) == maxTermWords && !t.named {
			if t.count < 2 && t.named && len(t.stems) > 1 && len(once) < 2000 {
				once = append(once, t)
			}
			delete(terms, key)
		}
	}
	slices.SortFunc(once, func(a, b *term) int {
		return cmp.Or(cmp.Compare(len(b.stems), len(a.stems)), cmp.Compare(a.text, b.text))
	})
	return once
}

// within reports whether a term shares a word with one of the terms.
func within(t *term, terms map[string]*term) bool {
	for _, other := range terms {
		for _, w := range t.stems {
			if slices.Contains(other.stems, w) {
				return true
			}
		}
	}
	return false
}

// dropInner removes the terms that stand within a longer one at least half of the time.
func dropInner(terms map[string]*term) {
	inner := map[string]bool{}
	for _, t := range terms {
		for size := 1; size < len(t.stems); size++ {
			for i := 0; i+size <= len(t.stems); i++ {
				key := strings.Join(t.stems[i:i+size], " ")
				if short := terms[key]; short != nil && 2*t.count >= short.count {
					inner[key] = true
				}
			}
		}
	}
	for key := range inner {
		delete(terms, key)
	}
}

// phrase is a run of words between stop words and punctuation.
type phrase struct {
	words, stems, written []string
	capital               []bool // whether each was capitalised
	opens                 bool   // the first one opens the sentence
}

// dropVerb takes away the last word of a phrase that a figure follows, which is most often a verb (the wall cost 31 million), unless it
// is capitalised.
func (p *phrase) dropVerb() {
	if n := len(p.words) - 1; n > 0 && !p.capital[n] {
		p.words, p.stems, p.capital, p.written = p.words[:n], p.stems[:n], p.capital[:n], p.written[:n]
	}
}

type runKey struct {
	text string
	size int
}

// runs yields the terms in a phrase with where they begin.
func (p phrase) runs() func(yield func(runKey, int) bool) {
	return func(yield func(runKey, int) bool) {
		for size := 1; size <= maxTermWords; size++ {
			for i := 0; i+size <= len(p.stems); i++ {
				if !yield(runKey{strings.Join(p.stems[i:i+size], " "), size}, i) {
					return
				}
			}
		}
	}
}

// phrases returns the runs of words of a sentence that can be terms, in lower case; in German as they are written.
func (l *Lexicon) phrases(sentence string) []phrase {
	var out []phrase
	first := true // nothing of the sentence has come yet
	for part := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return strings.ContainsRune(".,;:!?()[]{}\"“”„«»–—/", r) }) {
		var run phrase
		flush := func() {
			if len(run.words) > 0 {
				out = append(out, run)
			}
			run = phrase{}
		}
		for _, word := range Words(part) {
			w, capital := normal(word), capitalised(word)
			opening := first
			first = false
			if bare := l.withoutArticle(w); bare != w {
				if !strings.HasSuffix(w, "'s") {
					flush() // "le gardien de l'eau": the article divides
					_, noun, _ := strings.Cut(strings.ReplaceAll(word, "’", "'"), "'")
					capital = capitalised(noun)
				}
				w, word = bare, bare
			}
			if l.numerals[w] > 0 || strings.Trim(w, "0123456789-") == "" {
				run.dropVerb()
				flush()
				continue
			}
			if len([]rune(w)) < 3 || len(w) > 60 || l.Stopwords[w] || l.Said[w] || l.multipliers[w] > 0 || l.units[w] != "" || l.counting[w] && !capital || l.noTerms[w] && (!capital || l.notNames[w]) {
				flush()
				continue
			}
			written := strings.TrimSuffix(strings.ReplaceAll(word, "’", "'"), "'s")
			if l.Code != "de" {
				word = w
			}
			if len(run.words) == 0 {
				run.opens = opening
			}
			run.written = append(run.written, written)
			run.words, run.stems, run.capital = append(run.words, word), append(run.stems, stem(w, l.Code)), append(run.capital, capital)
		}
		flush()
	}
	return out
}

// sample returns at most n of a list, evenly spread.
func sample[T any](all []T, n int) []T {
	if len(all) <= n {
		return all
	}
	out := make([]T, n)
	for i := range out {
		out[i] = all[i*len(all)/n]
	}
	return out
}
