package text

import (
	"context"
	"strings"
	"sync"

	"github.com/jonreiter/govader"

	"autointel.example/schemas"
)

// vader is built once: it parses its lexicon. It is only read afterwards.
var vader = sync.OnceValue(govader.NewSentimentIntensityAnalyzer)

// toneMethod says what the tone is, and what it is not.
const toneMethod = "VADER compound score of each sentence; counts words with a known charge and knows nothing of irony or context"

// SentenceTone returns the lexical tone of an English sentence, -1 (harsh) to 1 (friendly).
func SentenceTone(s string) float64 { return vader().PolarityScores(s).Compound }

// tones returns the lexical tone of each sentence.
func tones(ctx context.Context, sentences []string) ([]float64, error) {
	out := make([]float64, len(sentences))
	for i, s := range sentences {
		if i%100 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out[i] = SentenceTone(s)
	}
	return out, nil
}

// toneOf sums up the tones of a text's sentences. Against people's judgement the score correlates at .87 on short messages
// and .50 on editorials, so it is a description of the wording, never of what is meant.
func toneOf(tones []float64) schemas.Tone {
	t := schemas.Tone{Method: toneMethod}
	for _, c := range tones {
		t.Compound += c
		switch {
		case c >= 0.05:
			t.Positive++
		case c <= -0.05:
			t.Negative++
		default:
			t.Neutral++
		}
	}
	if n := float64(len(tones)); n > 0 {
		t.Compound, t.Positive, t.Neutral, t.Negative = round(t.Compound/n, 3), round(t.Positive/n, 3), round(t.Neutral/n, 3), round(t.Negative/n, 3)
	}
	return t
}

// Methods of the readability, by language.
var readabilityMethods = map[string]string{
	"en": "Flesch reading ease and Flesch-Kincaid grade; syllables are estimated from vowel groups; 238 words a minute",
	"de": "Flesch reading ease after Amstad; the grade is the fourth Wiener Sachtextformel; syllables are estimated from vowel groups; 238 words a minute",
}

// Readability returns two standard formulas for an English or German text; of any other, and of an empty one, nil.
func Readability(words []string, sentences int, language string) *schemas.Readability {
	method := readabilityMethods[language]
	if method == "" || len(words) == 0 || sentences == 0 {
		return nil
	}
	total, long := 0, 0
	for _, w := range words {
		n := syllables(normal(w), language)
		total += n
		if n >= 3 {
			long++
		}
	}
	count := float64(len(words))
	perSentence, perWord := count/float64(sentences), float64(total)/count
	r := &schemas.Readability{
		Method: method, WordsPerSentence: round(perSentence, 1), SyllablesPerWord: round(perWord, 2), ReadingTimeMinutes: round(count/238, 1),
		FleschReadingEase:  round(206.835-1.015*perSentence-84.6*perWord, 1),
		FleschKincaidGrade: round(0.39*perSentence+11.8*perWord-15.59, 1),
	}
	if language == "de" {
		r.FleschReadingEase = round(180-perSentence-58.5*perWord, 1)
		r.FleschKincaidGrade = round(0.2656*perSentence+0.2744*100*float64(long)/count-1.693, 1)
	}
	return r
}

// syllables estimates the syllables of a word: groups of vowels, in English without a silent e.
func syllables(word, language string) int {
	n, before := 0, false
	for _, r := range word {
		vowel := strings.ContainsRune("aeiouyäöü", r)
		if vowel && !before {
			n++
		}
		before = vowel
	}
	if language == "en" && strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") && n > 1 {
		n--
	}
	return max(n, 1)
}
