package briefing

import (
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// method says how the report was made, what is not in it, and why.
func (p *page) method() {
	p.say("## Method and limits\n")
	p.model()
	if q := p.Quality; q != nil {
		p.say("Over all, this report's confidence in itself is %.2f of 1. %s\n", q.Overall, esc(sentenceOf(q.Why)))
	}
	var done []string
	var left []schemas.Section
	for _, s := range p.Sections {
		if s.Status == workflow.Completed {
			done = append(done, esc(schemas.StageWord(s.Stage)))
		} else {
			left = append(left, s)
		}
	}
	if len(done) > 0 {
		p.say("Steps that were done: %s.\n", join(done))
	}
	if nothing := p.nothing(); len(nothing) > 0 {
		p.say("Done, with nothing to show: %s.\n", strings.Join(nothing, "; "))
	}
	if len(left) > 0 {
		p.say("Steps that have no result here:\n")
		for _, s := range left {
			p.say("- **%s** %s: %s", esc(upper(schemas.StageWord(s.Stage))), becameOf(s.Status), esc(sentenceOf(s.Message)))
		}
		p.say("")
	}
	if len(p.Limits) > 0 {
		p.say("What the steps that were done could not do:\n")
		for _, l := range p.Limits {
			p.say("- In %s: %s", esc(schemas.StageWord(l.Stage)), esc(sentenceOf(l.Message)))
		}
		p.say("")
	}
}

// nothing lists the steps that were done and found nothing, which leaves out their part of the report.
func (p *page) nothing() []string {
	var list []string
	for _, part := range []struct {
		empty bool
		says  string
	}{
		{p.Claims != nil && len(p.Claims.Claims)+len(p.Claims.Conflicts)+len(p.Claims.Reviews) == 0, "no claim that could be checked"},
		{p.Assessment != nil && len(p.Assessment.Findings) == 0, "no sign of manipulation"},
		{p.Knowledge != nil && p.Knowledge.Changed == nil && !p.knows(), earlierReports(p.Knowledge)},
		{p.Research != nil && !p.compares(), "nothing that the other documents have in common with this one"},
		{p.Profile != nil && len(p.Profile.Voices) == 0, "no voice that says enough to be described"},
		{p.Graph != nil && len(p.Graph.Edges) == 0, "no relation between those that are named"},
	} {
		if part.empty {
			list = append(list, part.says)
		}
	}
	return list
}

func earlierReports(k *schemas.Knowledge) string {
	if k == nil || k.Looked == 0 {
		return "no earlier report to compare with"
	}
	return "nothing in common with " + plural(k.Looked, "earlier report")
}

func becameOf(status string) string {
	switch status {
	case workflow.Skipped:
		return "was left out"
	case workflow.Failed:
		return "failed"
	}
	return "has no result"
}

// imprint says which workflow over which bytes this is.
func (p *page) imprint() {
	p.say("---\n")
	p.say("Workflow %s, depth %s, requested %s, finished %s.", code(p.WorkflowID), esc(p.Depth), stamp(p.RequestedAt), stamp(p.CreatedAt))
	if p.SourceHash != "" {
		p.say("SHA-256 of the source as it was read: %s.", code(p.SourceHash))
	}
}
