package text

import (
	"time"

	"autointel.example/schemas"
)

// likeness is the share of hashes that two fingerprints have in common, an estimate of the share of word pairs that both texts
// have: 1 for the same text. Texts without a fingerprint are like nothing.
func likeness(a, b []uint32) float64 {
	if len(a) != len(b) || len(a) == 0 {
		return 0
	}
	same := 0
	for i := range a {
		if a[i] == b[i] {
			same++
		}
	}
	return float64(same) / float64(len(a))
}

// keyTerms returns the n terms that characterise the text: RAKE (runs of words between stop words, each word weighed by
// the company it keeps), of those that stand in the text at least twice. Singular and plural are one, and a term that
// stands mostly within a longer one is left out.
func keyTerms(sentences []string, language string, n int) []schemas.KeyTerm {
	ranked := rankTerms(sample(sentences, maxTermSentences), language)
	out := make([]schemas.KeyTerm, 0, n)
	for _, t := range ranked[:min(n, len(ranked))] {
		out = append(out, schemas.KeyTerm{Text: t.text, Count: t.count, Score: round(t.score, 2)})
	}
	return out
}

// datesIn returns the dates of a sentence in its order, as exact as it gives them. A day without its year, and "yesterday", are
// dates only when it is known when the text was published; the year is then the one that brings the day nearest to it.
func datesIn(sentence, language string, published *time.Time) []schemas.Date {
	var out []schemas.Date
	for _, d := range read(sentence, language).dates(published) {
		if d.Date.Date != "" {
			out = append(out, d.Date)
		}
	}
	return out
}
