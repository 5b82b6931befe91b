package briefing

import (
	"strings"

	"autointel.example/schemas"
)

// model says what a language model had to do with it: which parts are its, what it was asked, and what it might have used.
func (p *page) model() {
	m := p.Model
	if m == nil {
		p.say("Everything above was computed from the texts themselves; no language model had a part in it. What stands in quotation marks is word for word.\n")
		return
	}
	used := plural(m.Requests, "request") + ", " + plural(m.InputTokens, "token") + " read and " + plural(m.OutputTokens, "token") + " written"
	if m.BudgetTokens > 0 {
		used += ", of " + plural(m.BudgetTokens, "token") + " that this depth allows"
	}
	if m.CostUSD > 0 {
		used += ", " + dollars(m.CostUSD)
	}
	if m.BudgetUSD > 0 {
		used += ", of " + figure(m.BudgetUSD) + " at most"
	}
	parts := p.ofModel()
	if len(parts) == 0 {
		p.say("The language model %s was asked (%s), but nothing of it stands in this report: all of it was computed from the texts themselves, and why is said below.%s What stands in quotation marks is word for word.\n", esc(m.Model), used, refused(m.Refused))
		return
	}
	p.say("The language model %s had a part in this report: %s. Everything else was computed from the texts themselves. It was asked this much: %s. What it answered was checked: a quote that does not stand in the source was thrown away.%s What stands in quotation marks is word for word.\n",
		esc(m.Model), join(parts), used, refused(m.Refused))
}

// ofModel lists the parts of the report that a language model had a hand in.
func (p *page) ofModel() []string {
	var parts []string
	add := func(n int, before, thing string) {
		if n > 0 {
			parts = append(parts, before+plural(n, thing))
		}
	}
	if a := p.Analysis; a != nil {
		if a.Abstract != nil && len(a.Abstract.Statements) > 0 {
			parts = append(parts, "the summary in its own words")
		}
		typed := 0
		for _, e := range a.Entities {
			if byModel(e.Method) {
				typed++
			}
		}
		add(typed, "the kind of ", "name")
	}
	if v := p.Claims; v != nil {
		chosen, compared := 0, 0
		for _, c := range v.Claims {
			if byModel(c.Method) {
				chosen++
			}
			if len(c.Evidence) > 0 && byModel(c.Evidence[0].Method) {
				compared++
			}
		}
		add(chosen, "the choice or the reading of ", "claim")
		add(compared, "the verdict on ", "claim")
	}
	if a := p.Assessment; a != nil {
		named := 0
		for _, f := range a.Findings {
			if byModel(f.Method) {
				named++
			}
		}
		add(named, "the naming of ", "sign")
	}
	return parts
}

func byModel(method string) bool { return strings.HasPrefix(method, schemas.MethodModel) }

// why is what agrees or differs, and who says so.
func why(e schemas.Evidence) string {
	if byModel(e.Method) {
		return e.Why + " (so says the language model)"
	}
	return e.Why
}

func dollars(usd float64) string {
	if usd < 0.01 {
		return "less than a US cent"
	}
	return "about " + figure(usd) + " US dollars"
}

func refused(n int) string {
	if n == 0 {
		return ""
	}
	return " " + upper(were(n, "answer")) + " refused and the local result taken instead."
}
