package signals

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// Bounds of what a headline is compared by.
const (
	longWord         = 5   // letters from which on a word is compared: shorter ones stand in every text
	minHeadlineWords = 4   // fewer long words say too little to compare
	minBorneOut      = 0.2 // share of them that the text must have
	figureDigits     = 3   // from which on a figure is compared: smaller ones are written out, or are ages and lists
	stem             = 5   // letters by which words are compared: forms of a word differ at their end
	maxFigures       = 5   // that are looked for
)

// findHeadline compares the headline with the text below it. That of a recording names the programme, the guests and the occasion,
// which nobody says aloud, and people who speak hedge: it is held to its shares alone, and to what it holds back.
func (r *reading) findHeadline() {
	if r.headline == nil || r.headline.TooLong || len(r.Document.Sentences) == 0 {
		return
	}
	title := r.headline
	switch missing := r.missingFigures(); {
	case len(missing) > 0:
		r.add(schemas.Finding{
			Code: schemas.FindingHeadline, Severity: 2, Matched: missing[0], Why: fmt.Sprintf("The headline's figure “%s” does not stand in the text.", missing[0]),
			Quotes: []schemas.Quote{{Sentence: 0, Text: r.Document.Sentences[0]}},
		})
	case !r.spoken() && r.headlineShare() < minBorneOut:
		r.add(schemas.Finding{
			Code: schemas.FindingHeadline, Matched: title.Text, Why: "Hardly a word of the headline stands in the text: it may promise something else than the text tells.",
		})
	case r.hedgedBelow() != "":
		word := r.hedgedBelow()
		r.add(schemas.Finding{
			Code: schemas.FindingHeadline, Severity: 2, Matched: word, Why: fmt.Sprintf("The headline says “%s”; the text does not, and speaks of what may be.", word),
		}, r.firstHedged())
	}
	for _, m := range title.Matches {
		if m.Section == sectionBait && m.Own() {
			words := title.Words(m)
			r.add(schemas.Finding{Code: schemas.FindingHeadline, Matched: words, Why: fmt.Sprintf("The headline holds back what it is about to make people open it: “%s”.", words)})
			break
		}
	}
}

// spoken reports whether most of what was read was said in a recording.
func (r *reading) spoken() bool {
	if r.Transcript == nil {
		return false
	}
	return r.Source == nil || len(strings.Fields(r.Source.Text)) < len(strings.Fields(r.Transcript.Text))
}

// pageSentences is how many sentences are the page's own; those of its recording follow.
func (r *reading) pageSentences() int {
	if r.Transcript == nil || r.Source == nil {
		return len(r.Document.Sentences)
	}
	n := 0
	for i := range text.Paragraphs(r.Source.Text) {
		if i < len(r.Document.Paragraphs) {
			n += r.Document.Paragraphs[i].Sentences
		}
	}
	return n
}

// missingFigures returns the figures of the headline that the text does not have: shares, and those of figureDigits or more. Of a
// recording it returns shares alone, and only where its transcript has others in digits: an episode and a year are not said
// aloud, and what is said may be written out.
func (r *reading) missingFigures() []string {
	var missing []string
	spoken := r.spoken()
	for i, t := range r.headline.Tokens {
		if !isFigure(t.Norm) || len(missing) == maxFigures {
			continue
		}
		digits := strings.TrimSpace(digitsOf(t.Norm))
		isShare := i+1 < len(r.headline.Tokens) && shareWords[r.headline.Tokens[i+1].Norm]
		if !isShare && (spoken || len(digits) < figureDigits) {
			continue
		}
		if !slices.ContainsFunc(r.Document.Sentences, func(s string) bool { return strings.Contains(" "+digitsOf(s), " "+digits) }) && !r.writtenOut(t.Norm) && (!spoken || r.sharesInDigits()) {
			missing = append(missing, t.Norm)
		}
	}
	return missing
}

// writtenOut reports whether the text has the value of a figure in words: eighty percent.
func (r *reading) writtenOut(norm string) bool {
	value, err := strconv.ParseFloat(strings.ReplaceAll(norm, ",", "."), 64)
	return err == nil && slices.ContainsFunc(r.Document.Sentences, func(s string) bool {
		return slices.ContainsFunc(text.NumbersIn(s, r.Document.Language.Code), func(n schemas.Number) bool { return n.Value == value })
	})
}

// sharesInDigits reports whether the text writes shares in digits.
func (r *reading) sharesInDigits() bool {
	return slices.ContainsFunc(r.Document.Sentences, func(s string) bool {
		return slices.ContainsFunc(text.NumbersIn(s, r.Document.Language.Code), func(n schemas.Number) bool {
			return n.Unit == "percent" && isFigure(n.Text)
		})
	})
}

func isFigure(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

// digitsOf returns a text's digits without what groups them, other characters as one space: 1,500 and 1.500 are alike.
func digitsOf(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case (c == '.' || c == ',') && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// headlineShare returns which share of the headline's longer words the text has; of a short headline, 1.
func (r *reading) headlineShare() float64 {
	wanted := map[string]bool{}
	for _, t := range r.headline.Tokens {
		if utf8.RuneCountInString(t.Norm) >= longWord && !isFigure(t.Norm) {
			wanted[stemOf(t.Norm)] = false
		}
	}
	if len(wanted) < minHeadlineWords {
		return 1
	}
	found := 0
	body := strings.ToLower(r.body())
	for w := range wanted {
		if strings.Contains(body, w) {
			found++
		}
	}
	return float64(found) / float64(len(wanted))
}

// body is the text without a first line that is the headline once more.
func (r *reading) body() string {
	paragraphs := r.Document.Paragraphs
	if len(paragraphs) > 1 && strings.EqualFold(strings.TrimSpace(paragraphs[0].Text), strings.TrimSpace(r.headline.Text)) {
		paragraphs = paragraphs[1:]
	}
	var b strings.Builder
	for _, p := range paragraphs {
		b.WriteString(p.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

func stemOf(word string) string {
	runes := []rune(word)
	return string(runes[:min(stem, len(runes))])
}

// hedgedBelow returns a strong word of the headline that the text does not use, while the text hedges more than it asserts.
func (r *reading) hedgedBelow() string {
	if r.spoken() {
		return ""
	}
	hedged, strong := 0, 0
	for _, s := range r.sentences[:min(len(r.sentences), r.pageSentences())] {
		if s.hedged {
			hedged++
		}
		if s.strong {
			strong++
		}
	}
	if hedged < 2 || strong > 0 || r.headline.Has(sectionHedge) || strings.Contains(r.headline.Text, "?") {
		return ""
	}
	for _, m := range r.headline.Matches {
		if m.Section == sectionStrong && m.Own() {
			return r.headline.Words(m)
		}
	}
	return ""
}

func (r *reading) firstHedged() int {
	return slices.IndexFunc(r.sentences, func(s sentence) bool { return s.hedged })
}
