package text

import (
	"slices"

	"autointel.example/schemas"
)

// Bounds of the topics.
const (
	maxTopics      = 6
	maxTopicTerms  = 6
	topicTerms     = 40  // the weightiest terms are grouped
	minTogether    = 0.2 // how often two terms must stand in the same paragraph, of the paragraphs with either
	manyParagraphs = 12  // a text of fewer is looked at sentence by sentence
	topicSentences = 20_000
)

// topics groups the weightiest terms by the paragraphs (of a short text, the sentences) in which they stand together: a term joins the group that it is nearest to on
// average, or begins one.
func topics(d Document, ranked []scoredTerm) []schemas.Topic {
	ranked = ranked[:min(len(ranked), topicTerms)]
	number := map[string]int{}
	for i, t := range ranked {
		number[t.key()] = i
	}
	l := LexiconOf(d.Language.Code)
	together := make([][]int, len(ranked)) // in which paragraphs, or sentences of a short text, each term stands, ascending
	sentences := make([][]int, len(ranked))
	for i, s := range d.Sentences[:min(len(d.Sentences), topicSentences)] {
		for _, p := range l.phrases(s) {
			for key := range p.runs() {
				if n, ok := number[key.text]; ok {
					where := i
					if len(d.Paragraphs) >= manyParagraphs {
						where = d.paragraph[i]
					}
					together[n] = appendOnce(together[n], where)
					sentences[n] = appendOnce(sentences[n], i)
				}
			}
		}
	}
	var groups [][]int
	for n := range ranked {
		best, nearest := -1, minTogether
		for g, group := range groups {
			sum := 0.0
			for _, other := range group {
				sum += overlap(together[n], together[other])
			}
			if mean := sum / float64(len(group)); mean >= nearest && len(group) < maxTopicTerms {
				best, nearest = g, mean
			}
		}
		if best < 0 {
			groups = append(groups, []int{n})
			continue
		}
		groups[best] = append(groups[best], n)
	}
	var out []schemas.Topic
	for _, group := range groups {
		if len(group) < 2 || len(out) == maxTopics {
			continue
		}
		var topic schemas.Topic
		var in []int
		for _, n := range group {
			topic.Terms = append(topic.Terms, ranked[n].text)
			in = append(in, sentences[n]...)
		}
		slices.Sort(in)
		topic.Share = round(float64(len(slices.Compact(in)))/float64(min(len(d.Sentences), topicSentences)), 3)
		out = append(out, topic)
	}
	return out
}

func appendOnce(list []int, n int) []int {
	if len(list) > 0 && list[len(list)-1] == n {
		return list
	}
	return append(list, n)
}

// overlap is the share of what two ascending lists have in common of what either has.
func overlap(a, b []int) float64 {
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both, i, j = both+1, i+1, j+1
		}
	}
	if either := len(a) + len(b) - both; either > 0 {
		return float64(both) / float64(either)
	}
	return 0
}
