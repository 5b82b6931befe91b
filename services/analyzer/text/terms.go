package text

import (
	"cmp"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// maxTermWords is the longest phrase that is taken for a term.
const maxTermWords = 3

// term is a candidate: one to maxTermWords words that stand side by side in a phrase.
type term struct {
	text  string // as it stood the first time
	stems []string
	count int
}

// KeyTerms returns the n terms that characterise the text: RAKE (runs of words between stop words, each word weighed by
// the company it keeps), of those that stand in the text at least twice. Singular and plural are one, and a term that
// stands mostly within a longer one is left out.
func KeyTerms(sentences []string, n int) []schemas.KeyTerm {
	terms := map[string]*term{}
	degree, frequency := map[string]float64{}, map[string]float64{}
	for _, s := range sentences {
		for _, phrase := range phrasesOf(s) {
			stemmed := stems(phrase)
			for _, w := range stemmed {
				frequency[w]++
				degree[w] += float64(min(len(phrase), maxTermWords))
			}
			for size := 1; size <= maxTermWords; size++ {
				for i := 0; i+size <= len(phrase); i++ {
					key := strings.Join(stemmed[i:i+size], " ")
					if terms[key] == nil {
						terms[key] = &term{text: strings.Join(phrase[i:i+size], " "), stems: stemmed[i : i+size]}
					}
					terms[key].count++
				}
			}
		}
	}
	dropInner(terms)
	var out []schemas.KeyTerm
	for _, t := range terms {
		score := 0.0
		for _, w := range t.stems {
			score += degree[w] / frequency[w]
		}
		out = append(out, schemas.KeyTerm{Text: t.text, Count: t.count, Score: round(score*float64(t.count), 2)})
	}
	slices.SortFunc(out, func(a, b schemas.KeyTerm) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Text, b.Text))
	})
	return out[:min(n, len(out))]
}

// dropInner removes the terms that stand once, and those that stand within a longer one at least half of the time.
func dropInner(terms map[string]*term) {
	for key, t := range terms {
		if t.count < 2 {
			delete(terms, key)
		}
	}
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

// phrasesOf returns the runs of words between stop words and punctuation, in lower case.
func phrasesOf(sentence string) [][]string {
	var out [][]string
	for part := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return strings.ContainsRune(".,;:!?()[]{}\"“”„«»–—/", r) }) {
		var run []string
		flush := func() {
			if len(run) > 0 {
				out = append(out, run)
			}
			run = nil
		}
		for _, w := range Words(part) {
			w = strings.TrimSuffix(normal(w), "'s")
			if len([]rune(w)) < 3 || LexiconOf("").Stopwords[w] || strings.Trim(w, "0123456789") == "" {
				flush()
				continue
			}
			run = append(run, w)
		}
		flush()
	}
	return out
}

// stems makes singular and plural the same.
func stems(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = stem(w, "")
	}
	return out
}
