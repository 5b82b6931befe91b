package knowledge

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// edit is a sentence that reads otherwise than before, by its numbers in both texts.
type edit struct{ was, now int }

// Bounds of looking for sentences that only read otherwise: everything is looked at that a person could still read.
const (
	mostCompared = 4000 // sentences of each text
	mostWords    = 200  // of a sentence
	commonWord   = 40   // a word that stands in more sentences leads nowhere
	mostLikely   = 16   // sentences that one is compared with, word by word
	likeEnough   = 0.5  // share of their words that two sentences have in common
)

// pair finds which of the removed sentences were replaced by which of the added: those with half of their words in common, the
// most alike first, each once. The pairs are in the order of the text.
func pair(ctx context.Context, was, now []string, removed, added []int) ([]edit, error) {
	removed, added = removed[:min(len(removed), mostCompared)], added[:min(len(added), mostCompared)]
	places := map[string][]int{} // of a word: positions in added
	sets := make([][]string, len(added))
	for i, n := range added {
		sets[i] = wordSet(now[n])
		for _, w := range sets[i] {
			if len(places[w]) <= commonWord {
				places[w] = append(places[w], i)
			}
		}
	}
	type candidate struct {
		edit
		score float64
	}
	var candidates []candidate
	for k, o := range removed {
		if k&0x3F == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		set := wordSet(was[o])
		for _, i := range likeliest(set, places) {
			if score := jaccard(set, sets[i]); score >= likeEnough {
				candidates = append(candidates, candidate{edit{o, added[i]}, score})
			}
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.now, b.now), cmp.Compare(a.was, b.was))
	})
	usedOld, usedNew := map[int]bool{}, map[int]bool{}
	var out []edit
	for _, c := range candidates {
		if !usedOld[c.was] && !usedNew[c.now] {
			usedOld[c.was], usedNew[c.now] = true, true
			out = append(out, c.edit)
		}
	}
	slices.SortFunc(out, func(a, b edit) int { return cmp.Compare(a.now, b.now) })
	return out, nil
}

// likeliest are the positions of the sentences that share the most uncommon words with a set, at most mostLikely.
func likeliest(set []string, places map[string][]int) []int {
	shared := map[int]int{}
	for _, w := range set {
		if list := places[w]; len(list) <= commonWord {
			for _, i := range list {
				shared[i]++
			}
		}
	}
	positions := slices.SortedFunc(maps.Keys(shared), func(a, b int) int { return cmp.Or(cmp.Compare(shared[b], shared[a]), cmp.Compare(a, b)) })
	return positions[:min(len(positions), mostLikely)]
}

// jaccard is the share of their words that two sets have in common.
func jaccard(a, b []string) float64 {
	in := make(map[string]bool, len(a))
	for _, w := range a {
		in[w] = true
	}
	common := 0
	for _, w := range b {
		if in[w] {
			common++
		}
	}
	return float64(common) / float64(max(len(a)+len(b)-common, 1))
}

// wordSet are the words of a sentence, each once, in order.
func wordSet(s string) []string {
	words := strings.Fields(fold(s))
	words = words[:min(len(words), mostWords)]
	seen := make(map[string]bool, len(words))
	return slices.DeleteFunc(words, func(w string) bool {
		known := seen[w]
		seen[w] = true
		return known
	})
}

// figures are the figures of two readings of a sentence that differ, was and now, each with the word behind it. They are compared in
// order; where there are more in one than in the other, none is said to have become another.
func figures(was, now string) [][2]string {
	a, b := numbers(was), numbers(now)
	if len(a) != len(b) {
		return nil
	}
	var out [][2]string
	for i := range a {
		if a[i].digits != b[i].digits {
			out = append(out, [2]string{a[i].text, b[i].text})
		}
	}
	return out
}

// numeral is a number in a text.
type numeral struct {
	digits string // as it is compared
	text   string // with the sign or word behind it, and a currency before it
}

// mostNumbers is how many numbers of a sentence are looked at.
const mostNumbers = 100

// numbers reads the numbers of a sentence.
func numbers(s string) []numeral {
	var out []numeral
	for i := 0; i < len(s) && len(out) < mostNumbers; {
		if s[i] < '0' || s[i] > '9' {
			i++
			continue
		}
		end := i
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			next, _ := utf8.DecodeRuneInString(s[min(len(s), end+size):])
			if unicode.IsDigit(r) || strings.ContainsRune(".,:'’\u00a0\u202f", r) && unicode.IsDigit(next) {
				end += size
				continue
			}
			break
		}
		n := numeral{digits: s[i:end], text: s[i:end]}
		if before, size := utf8.DecodeLastRuneInString(s[:i]); unicode.Is(unicode.Sc, before) {
			n.text = s[i-size:i] + n.text
		}
		n.text += behind(s[end:])
		out = append(out, n)
		i = end
	}
	return out
}

// behind is the sign or the word that stands behind a number: its unit, or what is counted.
func behind(s string) string {
	rest := strings.TrimLeft(s, " \u00a0\u202f")
	space := s[:len(s)-len(rest)]
	end := 0
	for i, r := range rest {
		sign := i == 0 && (strings.ContainsRune("%‰°", r) || unicode.Is(unicode.Sc, r))
		if !sign && !unicode.IsLetter(r) || i > 40 {
			break
		}
		if end = i + utf8.RuneLen(r); sign {
			break
		}
	}
	if end == 0 {
		return ""
	}
	return space + rest[:end]
}
