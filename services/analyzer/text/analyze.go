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
func Analyze(ctx context.Context, s, declaredLanguage string) (schemas.Analysis, error) {
	sentences := Sentences(s)
	words := Words(s)
	a := schemas.Analysis{
		Language: Detect(s, declaredLanguage), Words: len(words), Sentences: len(sentences), Paragraphs: len(Paragraphs(s)),
		KeyTerms: KeyTerms(sentences, maxTerms),
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
