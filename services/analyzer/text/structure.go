package text

import "autointel.example/schemas"

// Bounds of the parts.
const (
	maxParts      = 100
	evenParts     = 12 // of a text without headings
	evenSentences = 10 // the least that such a part holds
)

// parts returns the sections of a document: by its headings, or, where it has none, about even ones between paragraphs.
func parts(d Document, tones []float64) []schemas.Part {
	var out []schemas.Part
	headings := 0
	for _, p := range d.Paragraphs {
		if p.Heading != nil {
			headings++
		}
	}
	least := max(evenSentences, (len(d.Sentences)+evenParts-1)/evenParts)
	for _, p := range d.Paragraphs {
		begins := len(out) == 0 || headings > 0 && p.Heading != nil || headings == 0 && out[len(out)-1].Sentences >= least
		if begins && len(out) < maxParts {
			part := schemas.Part{From: p.From, StartMS: p.StartMS}
			if p.Heading != nil {
				part.Heading, part.Level = p.Heading.Text, p.Heading.Level
			}
			out = append(out, part)
		}
		last := &out[len(out)-1]
		last.Sentences += p.Sentences
		last.Words += len(Words(p.Text))
	}
	if tones == nil {
		return out
	}
	for i := range out {
		if n := out[i].Sentences; n > 0 {
			sum := 0.0
			for _, tone := range tones[out[i].From : out[i].From+n] {
				sum += tone
			}
			mean := round(sum/float64(n), 3)
			out[i].Tone = &mean
		}
	}
	return out
}
