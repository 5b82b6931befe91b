package briefing

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

const (
	maxVoices = 5 // that stand beside each other
	enough    = 4 // sentences of a voice from which on its figures mean something
)

// voices are how the author, and each speaker, word things, side by side.
func (p *page) voices() {
	if p.Profile == nil || len(p.Profile.Voices) == 0 {
		return
	}
	p.part("Who speaks, and how", workflow.Profile)
	legend := ""
	if slices.ContainsFunc(p.Profile.Voices, func(v schemas.Voice) bool { return course(v.Course) != "" }) {
		legend = " The bars are the tone from beginning to end: low for negative wording, high for positive."
	}
	p.say("This describes wording. It is no judgement of a person.%s\n", legend)
	list := p.Profile.Voices[:min(maxVoices, len(p.Profile.Voices))]
	few(p, p.Profile.Voices, maxVoices, func(v schemas.Voice) {
		p.say("- **%s**, %s: %s, %s.%s", esc(upper(v.Name)), roleOf(v), plural(v.Sentences, "sentence"), plural(v.Words, "word"), course(v.Course))
	})
	p.say("")
	p.measures(slices.DeleteFunc(slices.Clone(list), func(v schemas.Voice) bool { return v.Sentences < enough }))
	for _, v := range list {
		for _, s := range v.Patterns {
			p.say("- **%s**: %s", esc(upper(v.Name)), esc(s.Text))
			for _, q := range s.Quotes[:min(3, len(s.Quotes))] {
				p.say("  - %s", p.quote(q))
			}
		}
	}
	if slices.ContainsFunc(list, func(v schemas.Voice) bool { return len(v.Patterns) > 0 }) {
		p.say("")
	}
}

// measures are a table of those measures that are not zero for every voice.
func (p *page) measures(list []schemas.Voice) {
	head, line := "| measure |", "|---|"
	for _, v := range list {
		head, line = head+" "+esc(upper(v.Name))+" |", line+"---:|"
	}
	var rows []string
	seen := map[string]bool{}
	for _, v := range list {
		for _, m := range v.Measures {
			if seen[m.Code] {
				continue
			}
			seen[m.Code] = true
			row, any := fmt.Sprintf("| %s, %s |", esc(m.Name), esc(m.Unit)), false
			for _, other := range list {
				cell := ""
				if i := slices.IndexFunc(other.Measures, func(o schemas.Measure) bool { return o.Code == m.Code }); i >= 0 {
					cell, any = figure(other.Measures[i].Value), any || other.Measures[i].Value != 0
				}
				row += " " + cell + " |"
			}
			if any {
				rows = append(rows, row)
			}
		}
	}
	if len(rows) > 0 {
		p.say("%s\n%s\n%s\n", head, line, strings.Join(rows, "\n"))
	}
}

// roleOf says where a voice speaks, and under which other name the recording has it.
func roleOf(v schemas.Voice) string {
	switch v.Role {
	case "author":
		if v.Name == "the author" {
			return "who is not named"
		}
		return "who wrote it"
	case "speaker":
		says := "who speaks in the recording"
		if v.MarkedAs != "" {
			says += " (marked there as “" + esc(v.MarkedAs) + "”)"
		}
		if v.Quoted > 0 {
			says += " and is quoted"
		}
		return says
	}
	return "who is quoted"
}

// figure is a value without more digits than it needs.
func figure(v float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), ".")
}

// course draws how the tone goes over the text, from left to right. Of fewer than four steps there is no course.
func course(steps []float64) string {
	if len(steps) < 4 {
		return ""
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	line := make([]rune, len(steps))
	for i, s := range steps {
		line[i] = bars[max(0, min(len(bars)-1, int((s+1)/2*float64(len(bars)))))]
	}
	return fmt.Sprintf(" Tone: %s", string(line))
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
			terms = append(terms, often(t.Text, t.Count))
		}
		p.say("- **Key terms**: %s", strings.Join(terms, ", "))
	}
	if topics := a.Topics[:min(4, len(a.Topics))]; len(topics) > 0 {
		p.say("- **Topics**, by the words that stand together:")
		for _, t := range topics {
			p.say("  - %s (%.0f %% of the sentences)", esc(strings.Join(t.Terms, ", ")), 100*t.Share)
		}
	}
	p.figures("Figures", listed(slices.DeleteFunc(slices.Clone(a.Numbers), bareDigit), 25, func(n schemas.Number) string { return fmt.Sprintf("%s (%d)", esc(clip(n.Text)), n.Sentence+1) }))
	p.figures("Dates", listed(a.Dates, 15, func(d schemas.Date) string { return fmt.Sprintf("%s (%d)", esc(clip(d.Text)), d.Sentence+1) }))
	p.say("")
	if len(a.Quotations) > 0 {
		p.say("### Quoted\n")
		few(p, a.Quotations, 12, func(q schemas.Quotation) {
			p.say("- %s: “%s” *(%s)*", orUnnamed(q.Speaker), esc(clip(q.Text)), esc(place(p.Report, q.Where)))
		})
		p.say("")
	}
}

// bareDigit reports whether a number is a digit of nothing, such as that of a heading: not worth a place in a list.
func bareDigit(n schemas.Number) bool { return n.Unit == "" && len(n.Text) == 1 }

// listed writes the first n items of a list.
func listed[T any](list []T, n int, item func(T) string) []string {
	var all []string
	for _, v := range list[:min(n, len(list))] {
		all = append(all, item(v))
	}
	if left := len(list) - n; left > 0 {
		all = append(all, fmt.Sprintf("and %d more", left))
	}
	return all
}

func (p *page) figures(title string, list []string) {
	if len(list) > 0 {
		p.say("- **%s**, with the sentence each stands in: %s", title, strings.Join(list, ", "))
	}
}

func (p *page) entities(kind, title string) {
	const shown = 12
	var names []string
	for _, e := range p.Analysis.Entities {
		if e.Kind == kind {
			names = append(names, often(e.Name, e.Count))
		}
	}
	if left := len(names) - shown; left > 0 {
		names = append(names[:shown], fmt.Sprintf("and %d more", left))
	}
	if len(names) > 0 {
		p.say("- **%s**: %s", title, strings.Join(names, ", "))
	}
}

// often is a name or a term with how often it stands in the text, where that is more than once.
func often(name string, n int) string {
	if n < 2 {
		return esc(name)
	}
	return fmt.Sprintf("%s ×%s", esc(name), thousands(n))
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
	names, documents := map[string]string{}, map[string]bool{}
	for _, n := range g.Nodes {
		names[n.ID] = n.Name
		if n.Kind == "document" {
			documents[n.ID] = true
		}
	}
	listed := []string{plural(len(g.Nodes)-len(documents), "name")}
	if len(documents) > 0 {
		listed = append(listed, plural(len(documents), "document"))
	}
	p.say("%s between them; the JSON of this report holds them all, and a drawing.\n", join(append(listed, plural(len(g.Edges), "relation"))))
	var others []schemas.GraphEdge // that only name somebody in a document
	named := 0
	for _, e := range g.Edges {
		switch {
		case documents[e.To] && e.Relation == "mentioned_with":
			others = append(others, e)
		case named < maxRelations:
			named++
			p.say("- **%s** %s **%s**%s", esc(names[e.From]), esc(relationOf(e)), esc(names[e.To]), map[bool]string{true: ", " + plural(e.Weight, "time")}[e.Weight > 1])
			for _, q := range e.Quotes[:min(1, len(e.Quotes))] {
				p.say("  - %s", p.quote(q))
			}
		}
	}
	p.alsoNamed(others, names)
	p.say("")
}

// maxRelations is how many relations are written out, the strongest first.
const maxRelations = 12

// alsoNamed says of those that other documents name too, where.
func (p *page) alsoNamed(edges []schemas.GraphEdge, names map[string]string) {
	var order []string
	quotes := map[string][]schemas.Quote{}
	for _, e := range edges {
		if quotes[e.From] == nil {
			order = append(order, e.From)
		}
		quotes[e.From] = append(quotes[e.From], e.Quotes...)
	}
	for _, from := range order {
		if len(quotes[from]) > 0 {
			p.say("- **%s** is also named by others: *(%s)*", esc(names[from]), esc(p.places(quotes[from])))
		}
	}
}

// relationOf says how two are related.
func relationOf(e schemas.GraphEdge) string {
	switch e.Relation {
	case "mentioned_with":
		return "is mentioned with"
	case "says":
		return "speaks of"
	}
	return strings.ReplaceAll(e.Relation, "_", " ")
}

// wording is the lexical tone, the readability and the structure.
func (p *page) wording() {
	a := p.Analysis
	if a == nil || a.Tone == nil && a.Readability == nil && len(a.Parts) < 2 {
		return
	}
	p.say("## How it is worded\n")
	if t := a.Tone; t != nil {
		p.say("- **Lexical tone: %s** (%+.2f on a scale from -1 to 1). %.0f %% of the sentences are worded positively, %.0f %% neutrally, %.0f %% negatively. *Method: %s.*",
			schemas.ToneWord(t.Compound), t.Compound, 100*t.Positive, 100*t.Neutral, 100*t.Negative, esc(t.Method))
	}
	if r := a.Readability; r != nil {
		p.say("- **Readability: %s** (reading ease %.0f on a scale up to 100, higher is easier; %.1f words a sentence; about %s to read). *Method: %s.*",
			ease(r.FleschReadingEase), r.FleschReadingEase, r.WordsPerSentence, minutes(r.ReadingTimeMinutes), esc(r.Method))
	}
	if len(a.Parts) > 1 && slices.ContainsFunc(a.Parts, func(s schemas.Part) bool { return s.Heading != "" }) {
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
