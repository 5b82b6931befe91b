package profile

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// When something is called a pattern.
const (
	maxSteps     = 20   // of the course of the tone
	perStep      = 3    // sentences of a step at least: of fewer the tone is that of a sentence
	toneSample   = 100  // sentences of a step at most, evenly
	toneBytes    = 2000 // of a sentence at most
	maxQuotes    = 3
	minTimes     = 3   // what happens less often is no pattern
	often        = 0.2 // share of sentences from which on something is done often
	phraseWords  = 4   // of a phrase that comes back
	inARow       = 3   // sentences that begin alike
	minTurn      = 0.5 // difference in tone between neighbouring steps
	minHalf      = 6   // sentences of a half, to compare halves
	halfTimes    = 2.5 // how many times as often in one half as in the other
	minDifferent = 3   // different words of a phrase that comes back
)

// patterns makes statements of what a voice does again and again, each with sentences that show it.
func patterns(d text.Document, c counts, v *voice) []schemas.Statement {
	n := len(v.says)
	var all []schemas.Statement
	add := func(places []int, format string, args ...any) {
		all = append(all, schemas.Statement{Text: fmt.Sprintf(format, args...), Quotes: quotes(d, v, places)})
	}
	frequent := func(places []int) bool { return len(places) >= minTimes && float64(len(places)) >= often*float64(n) }
	if p := c.certainWithoutSource; len(p) >= minTimes {
		add(p, "Is certain without naming a source: %d of the %d sentences with a word of certainty name nobody.", len(p), c.with["certain"])
	}
	if p := c.usAndThem; len(p) >= minTimes {
		add(p, "Sets “we” and “they” side by side in %d of %d sentences.", len(p), n)
	}
	if p := c.places["address"]; frequent(p) {
		add(p, "Addresses somebody directly in %d of %d sentences.", len(p), n)
	}
	if p := c.places["loaded_language"]; len(p) >= minTimes {
		add(p, "Uses words that judge in %d of %d sentences.", len(p), n)
	}
	if p := c.questions; frequent(p) {
		add(p, "Asks a question in %d of %d sentences.", len(p), n)
	}
	if p := c.exclamations; frequent(p) {
		add(p, "Exclaims in %d of %d sentences.", len(p), n)
	}
	if p := c.places["hedge"]; frequent(p) {
		add(p, "Leaves room for doubt in %d of %d sentences.", len(p), n)
	}
	for _, h := range []struct{ section, does string }{{"hedge", "Hedges"}, {"certain", "Is certain"}, {"self", "Speaks in the first person"}} {
		if s, ok := halves(d, v, c.places[h.section], h.does); ok {
			all = append(all, s)
		}
	}
	if s, ok := anaphora(d, v, c.openings); ok {
		all = append(all, s)
	}
	if s, ok := refrain(d, v); ok {
		all = append(all, s)
	}
	return all
}

func quotes(d text.Document, v *voice, places []int) []schemas.Quote {
	var all []schemas.Quote
	for _, p := range places {
		q := d.Quote(v.says[p].sentence)
		if len(all) < maxQuotes && (len(all) == 0 || all[len(all)-1].Sentence != q.Sentence) {
			all = append(all, q)
		}
	}
	return all
}

// halves compares how often something stands in the first and in the second half.
func halves(d text.Document, v *voice, places []int, does string) (schemas.Statement, bool) {
	half := len(v.says) / 2
	if half < minHalf {
		return schemas.Statement{}, false
	}
	middle, _ := slices.BinarySearch(places, half)
	first, second := middle, len(places)-middle
	words, few, many, shown := "more often towards the end", first, second, places[middle:]
	if first > second {
		words, few, many, shown = "more often at the beginning", second, first, places[:middle]
	}
	if many < minTimes || float64(many) < halfTimes*float64(few) {
		return schemas.Statement{}, false
	}
	text := fmt.Sprintf("%s %s: in %d sentences of the first half and in %d of the second.", does, words, first, second)
	return schemas.Statement{Text: text, Quotes: quotes(d, v, shown)}, true
}

// anaphora finds the longest row of sentences that begin alike.
func anaphora(d text.Document, v *voice, openings []string) (schemas.Statement, bool) {
	best, from, run := 0, 0, 0
	for i, o := range openings {
		run++
		if o == "" || i > 0 && o != openings[i-1] {
			run = 1
		}
		if o != "" && run > best {
			best, from = run, i-run+1
		}
	}
	if best < inARow {
		return schemas.Statement{}, false
	}
	places := make([]int, best)
	for i := range places {
		places[i] = from + i
	}
	return schemas.Statement{Text: fmt.Sprintf("Begins %d sentences in a row with “%s”.", best, openings[from]), Quotes: quotes(d, v, places)}, true
}

// refrain finds the phrase that comes back in most sentences.
func refrain(d text.Document, v *voice) (schemas.Statement, bool) {
	in := map[string][]int{}
	best := ""
	for i, u := range v.says {
		words := text.Words(strings.ToLower(u.text))
		for j := 0; j+phraseWords <= len(words) && j < 400; j++ {
			four := words[j : j+phraseWords]
			if different(four) < minDifferent {
				continue
			}
			phrase := strings.Join(four, " ")
			if p := in[phrase]; len(p) > 0 && p[len(p)-1] == i {
				continue
			}
			in[phrase] = append(in[phrase], i)
			if len(in[phrase]) > len(in[best]) {
				best = phrase
			}
		}
	}
	if len(in[best]) < minTimes {
		return schemas.Statement{}, false
	}
	return schemas.Statement{Text: fmt.Sprintf("Comes back to the words “%s” in %d sentences.", best, len(in[best])), Quotes: quotes(d, v, in[best])}, true
}

func different(words []string) int {
	n := 0
	for i, w := range words {
		if !slices.Contains(words[:i], w) {
			n++
		}
	}
	return n
}

// course returns the tone over the text in even steps, each the mean of its sentences.
func course(ctx context.Context, says []utterance) ([]float64, error) {
	steps := min(maxSteps, len(says)/perStep)
	if steps < 2 {
		return nil, nil
	}
	tones := make([]float64, steps)
	for i := range tones {
		from, to := i*len(says)/steps, (i+1)*len(says)/steps
		n := min(toneSample, to-from)
		for j := range n {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			s := says[from+j*(to-from)/n].text
			tones[i] += text.SentenceTone(strings.ToValidUTF8(s[:min(len(s), toneBytes)], "")) / float64(n)
		}
		tones[i] = math.Round(tones[i]*1000) / 1000
	}
	return tones, nil
}

// turn finds where the tone changes most from one step to the next.
func turn(d text.Document, v *voice, course []float64) (schemas.Statement, bool) {
	at, most := 0, 0.0
	for i := 1; i < len(course); i++ {
		if diff := math.Abs(course[i] - course[i-1]); diff > most {
			at, most = i, diff
		}
	}
	if most < minTurn {
		return schemas.Statement{}, false
	}
	to := "brighter"
	if course[at] < course[at-1] {
		to = "darker"
	}
	place := at * len(v.says) / len(course)
	text := fmt.Sprintf("The wording turns %s at about %d percent of the text: from %.2f to %.2f on a scale from -1 to 1.", to, 100*at/len(course), course[at-1], course[at])
	return schemas.Statement{Text: text, Quotes: quotes(d, v, []int{place - 1, place})}, true
}
