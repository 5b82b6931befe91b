package text

import (
	"context"
	"math"
	"slices"

	"autointel.example/schemas"
)

// Bounds of the summary. The comparison of all sentences with each other grows with their square, so of a longer text
// an even sample is compared.
const (
	maxSentences  = 1500
	minWords      = 8  // shorter sentences are headings and exclamations
	maxWords      = 60 // longer ones are tables and lists
	damping       = 0.85
	iterations    = 30
	minSimilarity = 0.1
	fullTerms     = 10  // a sentence with fewer words that mean something counts for less: short ones are alike by chance
	diversity     = 0.7 // of MMR: how much a sentence's own weight counts against its likeness to those chosen
)

// Summarize returns the n sentences that speak for the text, word for word and in its order: LexRank (the sentences most
// alike to the others) with MMR (none that repeats another).
func Summarize(ctx context.Context, all []string, n int) ([]schemas.Sentence, error) {
	candidates := candidatesOf(all)
	vectors := vectorsOf(all, candidates)
	likeness, err := compare(ctx, vectors)
	if err != nil || len(candidates) == 0 {
		return nil, err
	}
	score := rank(likeness)
	for i := range score {
		score[i] *= min(1, float64(len(vectors[i]))/fullTerms)
	}
	var chosen []int
	for len(chosen) < min(n, len(candidates)) {
		best, bestValue := -1, math.Inf(-1)
		for i := range candidates {
			if slices.Contains(chosen, i) {
				continue
			}
			nearest := 0.0
			for _, c := range chosen {
				nearest = max(nearest, likeness[i][c])
			}
			if value := diversity*score[i] - (1-diversity)*nearest; value > bestValue {
				best, bestValue = i, value
			}
		}
		chosen = append(chosen, best)
	}
	slices.Sort(chosen)
	var summary []schemas.Sentence
	for _, c := range chosen {
		summary = append(summary, schemas.Sentence{Index: candidates[c], Text: all[candidates[c]], Score: round(score[c], 4)})
	}
	return summary, nil
}

// candidatesOf returns the places of the sentences that can stand in a summary, at most maxSentences of them, evenly.
func candidatesOf(all []string) []int {
	var places []int
	for i, s := range all {
		if n := len(Words(s)); n >= minWords && n <= maxWords {
			places = append(places, i)
		}
	}
	if len(places) <= maxSentences {
		return places
	}
	sample := make([]int, maxSentences)
	for i := range sample {
		sample[i] = places[i*len(places)/maxSentences]
	}
	return sample
}

type weighted struct {
	word   int
	weight float64
}

// vectorsOf returns each candidate as a sparse vector of tf-idf weights of length one, sorted by word.
func vectorsOf(all []string, candidates []int) [][]weighted {
	number := map[string]int{}
	var frequency []float64 // in how many sentences a word stands
	counts := make([]map[int]float64, len(candidates))
	for i, place := range candidates {
		counts[i] = map[int]float64{}
		for _, w := range Words(all[place]) {
			w = normal(w)
			if w == "" || LexiconOf("").Stopwords[w] {
				continue
			}
			n, known := number[w]
			if !known {
				n = len(number)
				number[w] = n
				frequency = append(frequency, 0)
			}
			if counts[i][n] == 0 {
				frequency[n]++
			}
			counts[i][n]++
		}
	}
	vectors := make([][]weighted, len(candidates))
	for i, c := range counts {
		length := 0.0
		for n, count := range c {
			w := count * math.Log(1+float64(len(candidates))/frequency[n])
			vectors[i] = append(vectors[i], weighted{n, w})
		}
		slices.SortFunc(vectors[i], func(a, b weighted) int { return a.word - b.word })
		for _, v := range vectors[i] {
			length += v.weight * v.weight
		}
		for j := range vectors[i] {
			vectors[i][j].weight /= math.Sqrt(length)
		}
	}
	return vectors
}

// compare returns the cosine of every pair of vectors.
func compare(ctx context.Context, vectors [][]weighted) ([][]float64, error) {
	likeness := make([][]float64, len(vectors))
	for i := range vectors {
		likeness[i] = make([]float64, len(vectors))
	}
	for i := range vectors {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for j := range i {
			c := cosine(vectors[i], vectors[j])
			likeness[i][j], likeness[j][i] = c, c
		}
	}
	return likeness, nil
}

func cosine(a, b []weighted) float64 {
	sum := 0.0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].word < b[0].word:
			a = a[1:]
		case a[0].word > b[0].word:
			b = b[1:]
		default:
			sum += a[0].weight * b[0].weight
			a, b = a[1:], b[1:]
		}
	}
	return sum
}

// rank is the stationary distribution of a walk over alike sentences, scaled so that the highest is one.
func rank(likeness [][]float64) []float64 {
	n := len(likeness)
	degree := make([]float64, n)
	for i := range likeness {
		for _, l := range likeness[i] {
			if l >= minSimilarity {
				degree[i] += l
			}
		}
	}
	score := make([]float64, n)
	for i := range score {
		score[i] = 1 / float64(n)
	}
	for range iterations {
		next := make([]float64, n)
		for i := range next {
			sum := 0.0
			for j, l := range likeness[i] {
				if l >= minSimilarity {
					sum += l / degree[j] * score[j]
				}
			}
			next[i] = (1-damping)/float64(n) + damping*sum
		}
		score = next
	}
	if top := slices.Max(score); top > 0 {
		for i := range score {
			score[i] /= top
		}
	}
	return score
}

func round(f float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(f*p) / p
}
