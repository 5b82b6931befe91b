package briefing

import (
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// signals are the signs of deception and manipulation, the gravest first.
func (p *page) signals() {
	a := p.Assessment
	if a == nil || len(a.Findings) == 0 {
		return
	}
	p.part("Signs of manipulation", workflow.Assess)
	p.say("A sign is no proof: each is a place in the text to look at.\n")
	for _, f := range a.Findings {
		p.say("- **%s** (%s): %s%s", esc(f.Name), schemas.SeverityWord(f.Severity), esc(sentenceOf(f.Why)), matched(f))
		for _, q := range f.Quotes {
			p.say("  - %s", p.quote(q))
		}
	}
	p.say("")
}

// matched names the words that gave a sign away, where its reason does not have them already.
func matched(f schemas.Finding) string {
	if f.Matched == "" || strings.Contains(f.Why, f.Matched) {
		return ""
	}
	return " The words that gave it away: " + quoted(f.Matched) + "."
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
