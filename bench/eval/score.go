package main

import (
	"slices"
	"strings"
	"unicode"
)

// tally counts what was found rightly, what was found too much, and what was missed.
type tally struct{ right, wrong, missed int }

func (t *tally) add(other tally) {
	t.right += other.right
	t.wrong += other.wrong
	t.missed += other.missed
}

// precision is the share of what was found that is right; of nothing found, 1 if there was nothing to find.
func (t tally) precision() float64 { return share(t.right, t.wrong, t.missed == 0) }

// recall is the share of what there is that was found.
func (t tally) recall() float64 { return share(t.right, t.missed, t.wrong == 0) }

// f1 is the harmonic mean of both.
func (t tally) f1() float64 {
	return share(2*t.right, t.wrong+t.missed, true)
}

func share(part, rest int, ofNothing bool) float64 {
	if part+rest == 0 {
		if ofNothing {
			return 1
		}
		return 0
	}
	return float64(part) / float64(part+rest)
}

// tokens are the words of a text in lower case.
func tokens(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// overlap compares two lists as bags: how often each element stands in both.
func overlap(found, expected []string) tally {
	count := map[string]int{}
	for _, w := range expected {
		count[w]++
	}
	right := 0
	for _, w := range found {
		if count[w] > 0 {
			count[w]--
			right++
		}
	}
	return tally{right: right, wrong: len(found) - right, missed: len(expected) - right}
}

// same reports whether two sentences are the same but for where they were cut and how they are punctuated: they share 80 % of their
// words.
func same(a, b string) bool {
	return overlap(tokens(a), tokens(b)).f1() >= 0.8
}

// match compares two lists of sentences, each of which counts once.
func match(found, expected []string) tally {
	left := slices.Clone(expected)
	var t tally
	for _, f := range found {
		if i := slices.IndexFunc(left, func(e string) bool { return same(f, e) }); i >= 0 {
			left = slices.Delete(left, i, i+1)
			t.right++
		} else {
			t.wrong++
		}
	}
	t.missed = len(left)
	return t
}

// rouge compares a summary with the reference: single words, pairs of words, and the longest sequence of words that both
// have in this order (ROUGE-1, ROUGE-2 and ROUGE-L, as F1).
func rouge(summary, reference string) [3]float64 {
	a, b := tokens(summary), tokens(reference)
	n := longest(a, b)
	return [3]float64{
		overlap(a, b).f1(), overlap(pairs(a), pairs(b)).f1(), tally{right: n, wrong: len(a) - n, missed: len(b) - n}.f1(),
	}
}

func pairs(words []string) []string {
	var out []string
	for i := 1; i < len(words); i++ {
		out = append(out, words[i-1]+" "+words[i])
	}
	return out
}

// longest is the length of the longest common subsequence.
func longest(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
