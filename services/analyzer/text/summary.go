package text

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"autointel.example/schemas"
)

// Bounds and weights of the summary.
const (
	maxCandidates = 400 // the comparison of all with each other grows with their square
	minWords      = 4   // shorter sentences are exclamations
	maxWords      = 60  // longer ones are tables and lists
	damping       = 0.85
	iterations    = 30
	minSimilarity = 0.1
	fullTerms     = 10  // a sentence with fewer words that mean something counts for less: short ones are alike by chance
	first         = 2.0 // what the first sentence counts more than one far below
	firstFew      = 1.5 // sentences after which that has fallen to a third
	figures       = 1.5 // what a sentence with a figure counts more, the first one
	figuresFade   = 20  // sentences after which that has fallen to a third: far down a figure is a detail
	titled        = 0.5 // what a sentence with all the words of the title counts more
	partial       = 0.7 // what a question or a quotation counts
	leaning       = 0.2 // what a sentence counts that needs the one before it, where that is not chosen
	again         = 0.8 // likeness from which a sentence only says again what another says, as a caption that a page shows twice
	diversity     = 0.7 // of MMR: how much a sentence's own weight counts against its likeness to those chosen
)

// Summarize returns the n sentences that speak for the text, word for word and in its order: LexRank (the sentences most
// alike to the others; the first ones, and those with figures or words of the title, before the rest, and last those that point back
// to a sentence which is not chosen) with MMR (none that repeats another). Of a long text only the 400 sentences are compared that hold most of its frequent words. It ends with the
// context.
func Summarize(ctx context.Context, d Document, n int) ([]schemas.Sentence, error) {
	all := d.Sentences
	terms, err := eligible(ctx, d, n)
	if err != nil {
		return nil, err
	}
	candidates := candidatesOf(terms)
	vectors := vectorsOf(terms, candidates)
	likeness, err := compare(ctx, vectors)
	summary := []schemas.Sentence{} // of a text of headings and exclamations, it stays empty
	if err != nil || len(candidates) == 0 {
		return summary, err
	}
	score := rank(likeness)
	title := Terms(d.Title, d.Language.Code)
	lexicon, leans := LexiconOf(d.Language.Code), make([]bool, len(candidates))
	for i, place := range candidates {
		leans[i] = lexicon.leans(all[place])
		score[i] *= min(1, float64(len(vectors[i]))/fullTerms) * standing(all[place], i) * (1 + titled*shared(title, terms[place]))
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
			own := score[i]
			if leans[i] && !slices.ContainsFunc(chosen, func(c int) bool { return candidates[c] == candidates[i]-1 }) {
				own *= leaning
			}
			value := diversity*own - (1-diversity)*nearest
			if nearest >= again {
				value -= 100 // only where there is nothing else
			}
			if value > bestValue {
				best, bestValue = i, value
			}
		}
		chosen = append(chosen, best)
	}
	slices.Sort(chosen)
	for _, c := range chosen {
		summary = append(summary, schemas.Sentence{Index: candidates[c], Text: all[candidates[c]], Score: round(score[c], 4)})
	}
	return summary, nil
}

// eligible returns the terms of each sentence that can stand in a summary, nil for the others. A line without a full stop is a heading
// or a button, unless the text has hardly any.
func eligible(ctx context.Context, d Document, n int) ([][]string, error) {
	terms := make([][]string, len(d.Sentences))
	complete := 0
	for i, s := range d.Sentences {
		if i%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if words := len(strings.Fields(s)); words >= minWords && words <= maxWords && !advert(s) {
			terms[i] = Terms(s, d.Language.Code)
			if ends(s) {
				complete++
			}
		}
	}
	for i, s := range d.Sentences {
		if complete >= n && !ends(s) {
			terms[i] = nil
		}
	}
	return terms, nil
}

// ends reports whether a sentence ends with a mark that ends one, quotation marks aside.
func ends(sentence string) bool {
	return strings.ContainsRune(".!?…。！？؟।", lastRune(strings.TrimRight(sentence, "\"”“’'»«›‹)] ")))
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// shared returns what share of the title's terms stands in a sentence.
func shared(title, terms []string) float64 {
	if len(title) == 0 {
		return 0
	}
	n := 0
	for _, t := range title {
		if slices.Contains(terms, t) {
			n++
		}
	}
	return float64(n) / float64(len(title))
}

// adverts are the labels of advertisements that stand among the paragraphs of a page.
var adverts = []string{"advertisement", "advert", "ad", "sponsored", "promoted", "anzeige", "werbung", "publicité", "annonce", "publicidad", "anuncio", "pubblicità", "annuncio"}

// advert reports whether a sentence is labelled as an advertisement, and so speaks for nothing: “ANZEIGE: Billige Flüge”.
func advert(sentence string) bool {
	label, _, found := strings.Cut(sentence, ":")
	return found && len(label) < 20 && slices.Contains(adverts, strings.ToLower(strings.TrimSpace(label)))
}

// standing is how well a sentence can stand in a summary, for its place among those that can and for what it is: authors say first what
// matters, a figure says something that could be checked, and a question or somebody's words need what stands around them.
func standing(sentence string, place int) float64 {
	weight := 1 + first*math.Exp(-float64(place)/firstFew)
	switch {
	case strings.HasSuffix(sentence, "?"):
		weight *= partial
	case strings.ContainsAny(sentence, "“”„«»\""):
		weight *= partial
	}
	if strings.ContainsAny(sentence, "0123456789") {
		weight *= 1 + figures*math.Exp(-float64(place)/figuresFade)
	}
	return weight
}

// leans reports whether a sentence begins with a word that points back ("But he", "This"), or ends a quotation that begins before it.
func (l *Lexicon) leans(sentence string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(sentence, "\"“”„«‘'–— -"), " ")
	word := normal(strings.TrimRight(first, ",:;"))
	if strings.HasSuffix(sentence, "”") && !strings.ContainsAny(sentence, "“„") || strings.HasSuffix(sentence, "\"") && strings.Count(sentence, "\"")%2 == 1 {
		return true
	}
	return l.leaning[word] || l.leaning[strings.TrimSuffix(word, "'s")]
}

// candidatesOf returns the places of the sentences that can stand in a summary, in order: at most maxCandidates, those whose
// words are frequent in the text.
func candidatesOf(terms [][]string) []int {
	frequency := map[string]float64{}
	var places []int
	for i, words := range terms {
		if len(words) == 0 {
			continue
		}
		places = append(places, i)
		for _, w := range words {
			frequency[w]++
		}
	}
	if len(places) <= maxCandidates {
		return places
	}
	weight := make([]float64, len(terms))
	for _, i := range places {
		for _, w := range terms[i] {
			weight[i] += math.Log(frequency[w])
		}
		weight[i] /= float64(max(len(terms[i]), fullTerms))
	}
	slices.SortStableFunc(places, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	places = places[:maxCandidates]
	slices.Sort(places)
	return places
}

type weighted struct {
	word   int
	weight float64
}

// vectorsOf returns each candidate as a sparse vector of tf-idf weights of length one, sorted by word.
func vectorsOf(terms [][]string, candidates []int) [][]weighted {
	number := map[string]int{}
	var frequency []float64 // in how many sentences a word stands
	counts := make([]map[int]float64, len(candidates))
	for i, place := range candidates {
		counts[i] = map[int]float64{}
		for _, w := range terms[place] {
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
		for _, n := range slices.Sorted(maps.Keys(c)) {
			vectors[i] = append(vectors[i], weighted{n, c[n] * math.Log(1+float64(len(candidates))/frequency[n])})
		}
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
