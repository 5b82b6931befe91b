package briefing

import (
	"slices"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// research is what the documents of the context say together.
func (p *page) research() {
	r := p.Research
	if r == nil {
		return
	}
	disagree, agree, only := p.unclaimed(r.Disagreements), p.unclaimed(r.Agreements), slices.DeleteFunc(slices.Clone(r.OnlyHere), p.isClaim)
	if len(r.Overview)+len(disagree)+len(agree)+len(only)+len(r.OnlyThere)+len(r.Documents) == 0 {
		return
	}
	p.part("What others say", workflow.Research)
	for _, s := range r.Overview {
		p.statement(s)
	}
	if len(r.Overview) > 0 {
		p.say("")
	}
	p.points("Where others disagree", "they say otherwise", disagree)
	p.points("Where others agree", "they say the same", agree)
	p.quotes("Only in this source", "No other document that was read has these claims.", only)
	p.quotes("What the source leaves out", "Several of the other documents say this.", r.OnlyThere)
	if len(r.Documents) == 0 {
		return
	}
	p.say("### The other documents in brief\n")
	for _, d := range r.Documents {
		p.say("- **%s**: %.0f %% alike in wording%s", esc(document(p.Report, d.Document)), 100*d.Likeness, shared(d.Shared))
		for _, q := range d.Summary {
			p.say("  - %s *(its sentence %d)*", quoted(q.Text), q.Sentence+1)
		}
	}
	p.say("")
}

// compares reports whether the research has anything to show.
func (p *page) compares() bool {
	r := p.Research
	return len(r.Overview)+len(r.Agreements)+len(r.Disagreements)+len(r.OnlyHere)+len(r.OnlyThere)+len(r.Documents) > 0
}

func shared(terms []string) string {
	if len(terms) == 0 {
		return ""
	}
	list := make([]string, len(terms))
	for i, t := range terms {
		list[i] = esc(t)
	}
	return "; both speak of " + join(list)
}

// isClaim reports whether the part on claims shows a sentence of the source already, with its evidence or with the lack of any.
func (p *page) isClaim(q schemas.Quote) bool {
	return p.Claims != nil && q.Document == 0 && slices.ContainsFunc(p.Claims.Claims, func(c schemas.Claim) bool { return c.Where.Sentence == q.Sentence })
}

// unclaimed leaves out the points that stand among the claims.
func (p *page) unclaimed(list []schemas.Point) []schemas.Point {
	return slices.DeleteFunc(slices.Clone(list), func(point schemas.Point) bool { return p.isClaim(point.Claim) })
}

// points are claims of the source beside what other documents say of them.
func (p *page) points(title, what string, list []schemas.Point) {
	if len(list) == 0 {
		return
	}
	p.say("### %s\n", title)
	for _, point := range list {
		p.say("- %s %s:", p.quote(point.Claim), what)
		for _, e := range point.Evidence {
			p.say("  - %s: %s", p.quote(e.Where), esc(e.Why))
		}
	}
	p.say("")
}

func (p *page) quotes(title, why string, list []schemas.Quote) {
	const shown = 12
	if len(list) == 0 {
		return
	}
	p.say("### %s\n\n%s\n", title, why)
	few(p, list, shown, func(q schemas.Quote) { p.say("- %s", p.quote(q)) })
	p.say("")
}

// sources are the documents of the context by their numbers, and the links that were not read.
func (p *page) sources() {
	if len(p.Documents)+len(p.NotRead) == 0 {
		return
	}
	p.say("## Sources\n")
	for i, d := range p.Documents {
		var parts []string
		if d.Title != "" {
			parts = append(parts, "“"+esc(d.Title)+"”")
		}
		if d.SiteName != "" {
			parts = append(parts, esc(d.SiteName))
		}
		if d.PublishedAt != nil {
			parts = append(parts, d.PublishedAt.UTC().Format("2006-01-02"))
		}
		parts = append(parts, plural(d.Words, "word"), relation(d.Relation), link(d.URL))
		p.say("%d. %s", i+1, strings.Join(parts, ", "))
	}
	if len(p.Documents) > 0 {
		p.say("")
	}
	if len(p.NotRead) > 0 {
		const shown = 20
		p.say("Links that were not read:\n")
		few(p, p.NotRead, shown, func(l schemas.SkippedLink) { p.say("- %s: %s", link(l.URL), esc(sentenceOf(l.Message))) })
		p.say("")
	}
}

func relation(r string) string {
	switch r {
	case "cited":
		return "cited for a claim"
	case "same_feed":
		return "of the same feed"
	}
	return "linked"
}
