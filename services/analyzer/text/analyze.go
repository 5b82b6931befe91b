package text

import (
	"context"
	"math"

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
	sentences := d.Sentences
	words := Words(d.Text())
	a := schemas.Analysis{
		Language: d.Language, Words: len(words), Sentences: len(sentences), Paragraphs: len(d.Paragraphs),
		KeyTerms: KeyTerms(sentences, maxTerms), Method: schemas.MethodLocal,
	}
	var err error
	n := min(maxSummary, max(minSummary, int(math.Sqrt(float64(len(sentences)))/2)))
	if a.Summary, err = Summarize(ctx, sentences, n); err != nil {
		return a, err
	}
	if a.Language.Code == "en" {
		tone, err := Tone(ctx, sentences)
		if err != nil {
			return a, err
		}
		readability := Readability(words, len(sentences))
		a.Tone, a.Readability = &tone, &readability
	}
	return a, ctx.Err()
}
