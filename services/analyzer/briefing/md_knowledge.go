package briefing

import (
	"fmt"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// knowledge is what earlier reports say of this source, and of those it names.
func (p *page) knowledge() {
	k := p.Knowledge
	if k == nil || k.Changed == nil && !p.knows() {
		return
	}
	p.part("What is known from earlier", workflow.Integrate)
	p.say("Compared with %s that may be shown to who asked for this one.\n", plural(k.Looked, "earlier report"))
	p.change(k.Changed)
	p.earlier("This address was looked into before", k.SameURL)
	p.earlier("Nearly the same text elsewhere", k.Duplicates)
	p.earlier("From the same site", k.SameSource)
	p.earlier("By the same author", k.SameAuthor)
	if len(k.Entities) > 0 {
		const shown = 12
		p.say("### Named in earlier reports too\n")
		few(p, k.Entities, shown, func(e schemas.Known) {
			p.say("- **%s**:", esc(e.Name))
			for _, r := range e.Reports {
				p.say("  - %s", report(r))
			}
		})
		p.say("")
	}
}

// knows reports whether an earlier report has to do with this one.
func (p *page) knows() bool {
	k := p.Knowledge
	return len(k.SameURL)+len(k.Duplicates)+len(k.SameSource)+len(k.SameAuthor)+len(k.Entities) > 0
}

// change says what became of the text since it was last read.
func (p *page) change(c *schemas.Change) {
	if c == nil {
		return
	}
	p.say("### What changed since %s\n", c.Since.UTC().Format(time.DateOnly))
	if c.Same {
		p.say("Not a word.\n")
		return
	}
	const shown = 12
	p.say("Sentences reworded: %d, added: %d, removed: %d, unchanged: %d.\n",
		max(c.EditedCount, len(c.Edited)), max(c.AddedCount, len(c.Added)), max(c.RemovedCount, len(c.Removed)), c.Unchanged)
	if c.TitleWas != "" {
		p.say("- The title was: “%s”", esc(clip(c.TitleWas)))
	}
	few(p, c.Figures, shown, func(f schemas.Figure) {
		p.say("- Another figure: **%s**, where **%s** stood *(%s)*", esc(clip(f.Now)), esc(clip(f.Was)), esc(place(p.Report, f.Where)))
	})
	few(p, c.Edited, shown, func(e schemas.Edit) { p.say("- Reworded: %s\n  - It read: %s", p.quote(e.Now), quoted(e.Was)) })
	few(p, c.Added, shown, func(q schemas.Quote) { p.say("- Added: %s", p.quote(q)) })
	few(p, c.Removed, shown, func(s string) { p.say("- Removed: %s", quoted(s)) })
	p.say("")
}

func (p *page) earlier(title string, list []schemas.Earlier) {
	const shown = 8
	if len(list) == 0 {
		return
	}
	p.say("### %s\n", title)
	few(p, list, shown, func(e schemas.Earlier) { p.say("- %s", report(e)) })
	p.say("")
}

// report names an earlier report.
func report(e schemas.Earlier) string {
	name := link(e.URL)
	if e.Title != "" {
		name = "“" + esc(clip(e.Title)) + "”, " + name
	}
	s := fmt.Sprintf("%s: %s", e.EndedAt.UTC().Format(time.DateOnly), name)
	if e.Trust != nil {
		s += fmt.Sprintf(", trust %d of 100", *e.Trust)
	}
	if e.Likeness > 0 {
		s += fmt.Sprintf(", %.0f %% alike", 100*e.Likeness)
	}
	return s + fmt.Sprintf(" (%s)", code(e.WorkflowID))
}
