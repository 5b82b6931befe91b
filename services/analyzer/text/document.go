package text

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"autointel.example/schemas"
)

// Document is a text in paragraphs and sentences, numbered as every quote of a report numbers them. Of one source and
// transcript it is always the same, so stages make it anew instead of handing it on.
type Document struct {
	Number     int    // 0: the source itself; n: the n-th document of the context
	Title      string // of the source; may be empty
	Language   schemas.Language
	Published  *time.Time // nil: unknown
	Paragraphs []Paragraph
	Sentences  []string
	paragraph  []int // of each sentence
}

// Paragraph is a paragraph with its sentences, From to From+Sentences-1.
type Paragraph struct {
	Text            string
	From, Sentences int
	Heading         *schemas.Heading // the last one that stands directly before it
	StartMS         *int64           // where it begins in the recording
}

// Read makes the document of what was read. Either may be nil. The text of the page comes first, then the recording's. Its
// language is found first: it decides where sentences end.
func Read(source *schemas.Source, transcript *schemas.Transcript) Document {
	var d Document
	page, recording, declared := "", "", ""
	if source != nil {
		page, declared, d.Published, d.Title = source.Text, source.Language, source.PublishedAt, source.Title
	}
	if transcript != nil {
		recording = transcript.Text
		declared = cmp.Or(declared, transcript.Language)
	}
	d.Language = Detect(cmp.Or(strings.TrimSpace(page), recording), declared)
	if source != nil {
		outline := source.Outline
		for i, p := range Paragraphs(page) {
			paragraph := Paragraph{Text: p}
			for len(outline) > 0 && outline[0].Paragraph <= i {
				paragraph.Heading, outline = &outline[0], outline[1:]
			}
			d.add(paragraph)
		}
	}
	if transcript != nil {
		for i, p := range Paragraphs(recording) {
			paragraph := Paragraph{Text: p}
			if i < len(transcript.Anchors) {
				paragraph.StartMS = &transcript.Anchors[i]
			}
			d.add(paragraph)
		}
	}
	return d
}

func (d *Document) add(p Paragraph) {
	p.From = len(d.Sentences)
	sentences := Sentences(p.Text, d.Language.Code)
	p.Sentences = len(sentences)
	d.Sentences = append(d.Sentences, sentences...)
	d.paragraph = append(d.paragraph, slices.Repeat([]int{len(d.Paragraphs)}, len(sentences))...)
	d.Paragraphs = append(d.Paragraphs, p)
}

// Text is the whole text, paragraphs with a blank line between them.
func (d Document) Text() string {
	parts := make([]string, len(d.Paragraphs))
	for i, p := range d.Paragraphs {
		parts[i] = p.Text
	}
	return strings.Join(parts, "\n\n")
}

// ParagraphOf returns the paragraph that a sentence stands in.
func (d Document) ParagraphOf(sentence int) Paragraph { return d.Paragraphs[d.paragraph[sentence]] }

// Quote quotes a sentence.
func (d Document) Quote(sentence int) schemas.Quote {
	return schemas.Quote{Document: d.Number, Sentence: sentence, Text: d.Sentences[sentence], StartMS: d.ParagraphOf(sentence).StartMS}
}

// Related makes the documents of the context, numbered from 1.
func Related(r *schemas.Related) []Document {
	if r == nil {
		return nil
	}
	documents := make([]Document, len(r.Documents))
	for i := range r.Documents {
		documents[i] = Read(&r.Documents[i].Source, nil)
		documents[i].Number = i + 1
	}
	return documents
}
