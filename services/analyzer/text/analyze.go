package text

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"autointel.example/schemas"
)

// How much of a text stands in its analysis.
const (
	maxTerms   = 12
	minSummary = 3
	maxSummary = 8
)

// Analyze computes everything the package knows of a text. It ends with the context.
func Analyze(ctx context.Context, d Document) (schemas.Analysis, error) {
	code := d.Language.Code
	words := Words(d.Text())
	a := schemas.Analysis{
		Language: d.Language, Words: len(words), Sentences: len(d.Sentences), Paragraphs: len(d.Paragraphs), Method: schemas.MethodLocal,
		Readability: Readability(words, len(d.Sentences), code), Fingerprint: Fingerprint(words),
	}
	var err error
	n := min(maxSummary, max(minSummary, int(math.Sqrt(float64(len(d.Sentences)))/2)))
	a.Summary, a.KeyTerms = []schemas.Sentence{}, []schemas.KeyTerm{}
	if !unspaced(code) {
		if a.Summary, err = Summarize(ctx, d, n); err != nil {
			return a, err
		}
	}
	if !Supported(code) {
		a.Parts = parts(d, nil)
		a.Limits = limits(d, len(words))
		return a, ctx.Err()
	}
	ranked := rankTerms(sample(d.Sentences, maxTermSentences), code)
	for _, t := range ranked[:min(maxTerms, len(ranked))] {
		a.KeyTerms = append(a.KeyTerms, schemas.KeyTerm{Text: t.text, Count: t.count, Score: round(t.score, 2)})
	}
	a.Topics = topics(d, ranked)
	if err := findAll(ctx, d, &a); err != nil {
		return a, err
	}
	spellNames(&a)
	var toneOfEach []float64
	if code == "en" {
		if toneOfEach, err = tones(ctx, d.Sentences); err != nil {
			return a, err
		}
		tone := toneOf(toneOfEach)
		a.Tone = &tone
	}
	a.Parts = parts(d, toneOfEach)
	a.Limits = limits(d, len(words))
	return a, ctx.Err()
}

// spellNames writes the terms that are names as names are written; terms are compared in lower case.
func spellNames(a *schemas.Analysis) {
	written := map[string]string{}
	for _, e := range a.Entities {
		for _, form := range append([]string{e.Name}, e.Aliases...) {
			if key := strings.ToLower(form); written[key] == "" {
				written[key] = form
			}
		}
	}
	for i, t := range a.KeyTerms {
		a.KeyTerms[i].Text = cmp.Or(written[strings.ToLower(t.Text)], t.Text)
	}
	for _, topic := range a.Topics {
		for i, t := range topic.Terms {
			topic.Terms[i] = cmp.Or(written[strings.ToLower(t)], t)
		}
	}
}

// findAll reads each sentence once, for the names, figures and dates in it.
func findAll(ctx context.Context, d Document, a *schemas.Analysis) error {
	index := newNameIndex(d.Language.Code)
	for i, s := range d.Sentences {
		if i%200 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := read(s, d.Language.Code)
		index.add(i, r)
		if len(a.Numbers) >= maxNumbers && len(a.Dates) >= maxDates || !r.mayCount(d.Published != nil) {
			continue
		}
		dates := r.dates(d.Published)
		for _, n := range r.numbers(dates) {
			if n.Sentence = i; len(a.Numbers) < maxNumbers {
				a.Numbers = append(a.Numbers, n)
			}
		}
		for _, date := range dates {
			if date.Sentence = i; date.Date.Date != "" && len(a.Dates) < maxDates {
				a.Dates = append(a.Dates, date.Date)
			}
		}
	}
	a.Entities = index.entities()
	a.Quotations = quotations(d, index)
	return nil
}

// limits says what of the analysis this text cannot have.
func limits(d Document, words int) []schemas.Limit {
	var out []schemas.Limit
	code, name := d.Language.Code, d.Language.Name
	if !d.Language.Reliable {
		message := fmt.Sprintf("The language of the text could only be guessed: it has %d words.", words)
		if code == "" {
			message = "The language of the text is not known."
		}
		out = append(out, schemas.Limit{Code: "language_uncertain", Message: message})
	}
	if !Supported(code) {
		message := "Names, figures, dates, quotations, key terms and topics are read in English, German, French, Spanish, Italian, Dutch and Portuguese only. This text is in " + cmp.Or(name, "another language") + ", so they are left out."
		if unspaced(code) {
			message += " It is written without spaces between words, so its words are not counted right and it has no summary."
		}
		out = append(out, schemas.Limit{Code: "language_unsupported", Message: message})
	} else if code != "en" && code != "" {
		out = append(out, schemas.Limit{Code: "tone_english_only", Message: "The tone of the wording is measured in English texts only; this one is in " + name + "."})
	}
	if len(d.Sentences) > maxTermSentences {
		out = append(out, schemas.Limit{Code: "terms_sampled", Message: fmt.Sprintf("The text is very long: its key terms and topics are those of %d of its %d sentences.", maxTermSentences, len(d.Sentences))})
	}
	return out
}
