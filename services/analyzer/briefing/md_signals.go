package briefing

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// signals are the signs of deception and manipulation, the gravest first; those that say the same of several places together.
func (p *page) signals() {
	a := p.Assessment
	if a == nil || len(a.Findings) == 0 {
		return
	}
	p.part("Signs of manipulation", workflow.Assess)
	bold := slices.ContainsFunc(a.Findings, func(f schemas.Finding) bool { _, words := matched(f); return f.Matched != "" && words == "" })
	named := slices.ContainsFunc(a.Findings, func(f schemas.Finding) bool { return byModel(f.Method) })
	p.say("A sign is no proof: each is a place in the text to look at.%s%s\n", map[bool]string{true: " The words that gave it away are in bold."}[bold],
		map[bool]string{true: " Those that the language model named have no part in the trust score."}[named])
	for _, g := range schemas.GroupFindings(a.Findings) {
		p.sign(g)
	}
	p.say("")
}

// sign is a sign with its places. Where no single words gave it away, and the sentences stand among the claims, only where they are.
func (p *page) sign(g schemas.FindingGroup) {
	var quotes []schemas.Quote
	for _, f := range g.Findings {
		quotes = append(quotes, f.Quotes...)
	}
	times := ""
	if n := len(g.Findings); n > 1 {
		times = ", " + plural(n, "time")
	}
	if byModel(g.Findings[0].Method) {
		times += ", named by the language model"
	}
	why, words := g.Why, ""
	if len(g.Findings) == 1 {
		why, words = matched(g.Findings[0])
	}
	line := fmt.Sprintf("- **%s** (%s%s)", esc(g.Name), schemas.SeverityWord(g.Severity), times)
	if why != "" {
		line += ": " + upper(esc(sentenceOf(why))) + words
	}
	if p.isTold(quotes) && !slices.ContainsFunc(g.Findings, func(f schemas.Finding) bool { return f.Matched != "" }) {
		p.say("%s *(%s)*", line, esc(p.places(quotes)))
		return
	}
	p.say("%s", line)
	const shown = 6
	few(p, g.Findings, shown, func(f schemas.Finding) {
		if len(f.Quotes) == 0 && g.Why == "" {
			p.say("  - %s", upper(esc(sentenceOf(f.Why))))
		}
		for i, q := range f.Quotes {
			says := ""
			if i == 0 && g.Why == "" {
				says = " " + upper(esc(sentenceOf(f.Why)))
			}
			p.say("  - %s *(%s)*%s", marked(quoted(q.Text), f.Matched), esc(place(p.Report, q)), says)
		}
	})
}

// marked sets the words that gave a sign away in bold.
func marked(quote, words string) string {
	if words = esc(words); words == "" {
		return quote
	}
	return strings.Replace(quote, words, "**"+words+"**", 1)
}

// matched is the reason of a sign without the words that gave it away, where its quote shows them, and else a sentence that does.
func matched(f schemas.Finding) (why, words string) {
	if f.Matched == "" {
		return f.Why, ""
	}
	if slices.ContainsFunc(f.Quotes, func(q schemas.Quote) bool { return strings.Contains(quoted(q.Text), esc(f.Matched)) }) {
		return strings.TrimSuffix(f.Why, ": “"+f.Matched+"”."), ""
	}
	if strings.Contains(f.Why, f.Matched) {
		return f.Why, ""
	}
	return f.Why, " The words that gave it away: " + quoted(f.Matched) + "."
}

// trust is the score with its parts.
func (p *page) trust() {
	a := p.Assessment
	if a == nil {
		return
	}
	p.say("## Trust: %d of 100%s\n", a.Trust.Score, margin(a.Trust))
	p.say("The score describes the text as it stands: how it gives its sources, how it words things, what others say of its claims. It is no measure of truth. From %d a text reads as trustworthy, below %d it should not be relied on without checking.%s\n",
		schemas.TrustSolid, schemas.TrustMiddling, map[bool]string{true: " The figure after ± is the usual error of the score, found by calibration."}[a.Trust.Margin > 0])
	if len(a.Trust.Parts) == 0 {
		return
	}
	p.say("| part | points | of | why |\n|---|---:|---:|---|")
	for _, t := range a.Trust.Parts {
		p.say("| %s | %d | %d | %s |", esc(t.Name), t.Points, t.Of, esc(t.Why))
	}
	p.say("")
}
