package briefing

import (
	"fmt"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// voices are how the author, or each speaker, words things.
func (p *page) voices() {
	if p.Profile == nil || len(p.Profile.Voices) == 0 {
		return
	}
	p.part("Who speaks, and how", workflow.Profile)
	p.say("This describes wording. It is no judgement of a person.\n")
	for _, v := range p.Profile.Voices {
		p.say("### %s, %s\n", esc(v.Name), roleOf(v.Role))
		p.say("%s, %s.%s\n", plural(v.Sentences, "sentence"), plural(v.Words, "word"), course(v.Course))
		for _, m := range v.Measures {
			p.say("- %s: %s%s", esc(m.Name), measure(m), prefixed(". ", m.Why))
		}
		for _, s := range v.Patterns {
			p.statement(s)
		}
		if len(v.Measures)+len(v.Patterns) > 0 {
			p.say("")
		}
	}
}

func roleOf(role string) string {
	switch role {
	case "author":
		return "who wrote it"
	case "speaker":
		return "who speaks in the recording"
	}
	return "who is quoted"
}

func measure(m schemas.Measure) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", m.Value), "0"), ".") + prefixed(" ", m.Unit)
}

// course draws how the tone goes over the text, from left to right.
func course(steps []float64) string {
	if len(steps) < 2 {
		return ""
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	line := make([]rune, len(steps))
	for i, s := range steps {
		line[i] = bars[max(0, min(len(bars)-1, int((s+1)/2*float64(len(bars)))))]
	}
	return fmt.Sprintf(" Tone from beginning to end, low for negative and high for positive wording: %s", string(line))
}

// names are who and what the text names: people, words, figures and dates.
func (p *page) names() {
	a := p.Analysis
	if a == nil || len(a.Entities)+len(a.KeyTerms)+len(a.Topics)+len(a.Quotations)+len(a.Numbers)+len(a.Dates) == 0 {
		return
	}
	p.say("## Names, words and figures\n")
	for _, kind := range []struct{ code, says string }{
		{schemas.EntityPerson, "People"}, {schemas.EntityOrganization, "Organisations"}, {schemas.EntityPlace, "Places"}, {schemas.EntityOther, "Other names"},
	} {
		p.entities(kind.code, kind.says)
	}
	if len(a.KeyTerms) > 0 {
		var terms []string
		for _, t := range a.KeyTerms {
			terms = append(terms, fmt.Sprintf("%s (%d)", esc(t.Text), t.Count))
		}
		p.say("- **Key terms**, with how often they occur: %s", strings.Join(terms, ", "))
	}
	for i, t := range a.Topics {
		p.say("- **Topic %d**, in %.0f %% of the sentences: %s", i+1, 100*t.Share, esc(strings.Join(t.Terms, ", ")))
	}
	p.say("")
	if len(a.Quotations) > 0 {
		p.say("### Quoted\n")
		few(p, a.Quotations, 12, func(q schemas.Quotation) {
			p.say("- %s: “%s” *(%s)*", orUnnamed(q.Speaker), esc(clip(q.Text)), esc(place(p.Report, q.Where)))
		})
		p.say("")
	}
	if len(a.Numbers)+len(a.Dates) > 0 {
		p.say("### Figures and dates\n")
		few(p, a.Numbers, 20, func(n schemas.Number) { p.say("- %s *(sentence %d)*", esc(clip(n.Text)), n.Sentence+1) })
		few(p, a.Dates, 12, func(d schemas.Date) {
			p.say("- %s, that is %s *(sentence %d)*", esc(clip(d.Text)), esc(d.Date), d.Sentence+1)
		})
		p.say("")
	}
}

func (p *page) entities(kind, title string) {
	const shown = 12
	var names []string
	for _, e := range p.Analysis.Entities {
		if e.Kind == kind {
			names = append(names, fmt.Sprintf("%s (%d)", esc(e.Name), e.Count))
		}
	}
	if left := len(names) - shown; left > 0 {
		names = append(names[:shown], fmt.Sprintf("and %d more", left))
	}
	if len(names) > 0 {
		p.say("- **%s**, with how often they are named: %s", title, strings.Join(names, ", "))
	}
}

func orUnnamed(speaker string) string {
	if speaker == "" {
		return "Somebody the text does not name"
	}
	return "**" + esc(speaker) + "**"
}

// graph is how those that are named hang together, the strongest first.
func (p *page) graph() {
	g := p.Graph
	if g == nil || len(g.Edges) == 0 {
		return
	}
	p.part("How they hang together", workflow.Graph)
	names := map[string]string{}
	for _, n := range g.Nodes {
		names[n.ID] = n.Name
	}
	p.say("%s and %s between them; the JSON of this report holds them all, and a drawing.\n", plural(len(g.Nodes), "name"), plural(len(g.Edges), "relation"))
	for _, e := range g.Edges[:min(12, len(g.Edges))] {
		p.say("- **%s** – %s – **%s** (%s)", esc(names[e.From]), esc(strings.ReplaceAll(e.Relation, "_", " ")), esc(names[e.To]), plural(e.Weight, "time"))
		for _, q := range e.Quotes[:min(1, len(e.Quotes))] {
			p.say("  - %s", p.quote(q))
		}
	}
	p.say("")
}

// wording is the lexical tone, the readability and the structure.
func (p *page) wording() {
	a := p.Analysis
	if a == nil || a.Tone == nil && a.Readability == nil && len(a.Parts) < 2 {
		return
	}
	p.say("## How it is worded\n")
	if t := a.Tone; t != nil {
		p.say("- **Lexical tone: %s** (%+.2f on a scale from -1 to 1). %.0f %% of the sentences are worded positively, %.0f %% neutrally, %.0f %% negatively. This counts charged words and knows nothing of irony. *Method: %s.*",
			schemas.ToneWord(t.Compound), t.Compound, 100*t.Positive, 100*t.Neutral, 100*t.Negative, esc(t.Method))
	}
	if r := a.Readability; r != nil {
		p.say("- **Readability: %s** (reading ease %.0f on a scale up to 100, higher is easier; %.1f words a sentence; about %s to read). *Method: %s.*",
			ease(r.FleschReadingEase), r.FleschReadingEase, r.WordsPerSentence, minutes(r.ReadingTimeMinutes), esc(r.Method))
	}
	if len(a.Parts) > 1 {
		p.say("- **Structure**, %s:", plural(len(a.Parts), "section"))
		few(p, a.Parts, 15, func(s schemas.Part) {
			name := s.Heading
			if name == "" {
				name = "(without a heading)"
			}
			tone := ""
			if s.Tone != nil {
				tone = fmt.Sprintf(", tone %+.2f", *s.Tone)
			}
			p.say("  - %s: from sentence %d, %s%s", esc(name), s.From+1, plural(s.Words, "word"), tone)
		})
	}
	p.say("")
}

func ease(score float64) string {
	switch {
	case score >= 70:
		return "easy"
	case score >= 50:
		return "fairly demanding"
	case score >= 30:
		return "difficult"
	}
	return "very difficult"
}

func minutes(m float64) string {
	if m < 1 {
		return "a minute"
	}
	return plural(int(m+0.5), "minute")
}
