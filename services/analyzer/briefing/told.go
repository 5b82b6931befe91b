package briefing

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// spot is a sentence of the source or of another document.
type spot struct{ document, sentence int }

// tell remembers that the report has shown sentences word for word, or said that its JSON has them: a part further down need not
// repeat them.
func (p *page) tell(quotes ...schemas.Quote) {
	for _, q := range quotes {
		p.told[spot{q.Document, q.Sentence}] = true
	}
}

// isTold reports whether the report has shown all of these sentences already.
func (p *page) isTold(quotes []schemas.Quote) bool {
	return len(quotes) > 0 && !slices.ContainsFunc(quotes, func(q schemas.Quote) bool { return !p.told[spot{q.Document, q.Sentence}] })
}

// statement is a sentence of ours with what it stands on: the quotes, or only where they stand if they were shown before.
func (p *page) statement(s schemas.Statement) {
	if p.isTold(s.Quotes) {
		p.say("- %s *(%s)*", esc(s.Text), esc(p.places(s.Quotes)))
		return
	}
	p.say("- %s", esc(s.Text))
	for _, q := range s.Quotes {
		p.say("  - %s", p.quote(q))
	}
}

// places says where quotes stand, document by document.
func (p *page) places(quotes []schemas.Quote) string {
	var documents []int
	sentences := map[int][]int{}
	for _, q := range quotes {
		if !slices.Contains(documents, q.Document) {
			documents = append(documents, q.Document)
		}
		if n := q.Sentence + 1; !slices.Contains(sentences[q.Document], n) {
			sentences[q.Document] = append(sentences[q.Document], n)
		}
	}
	slices.Sort(documents)
	says := make([]string, len(documents))
	for i, d := range documents {
		slices.Sort(sentences[d])
		list := make([]string, len(sentences[d]))
		for j, n := range sentences[d] {
			list[j] = fmt.Sprint(n)
		}
		says[i] = map[bool]string{true: "sentence ", false: "sentences "}[len(list) == 1] + join(list)
		if d > 0 {
			says[i] = document(p.Report, d) + ", " + says[i]
		}
	}
	return strings.Join(says, "; ")
}
