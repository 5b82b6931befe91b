package briefing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// verdict is the report in one sentence, with what it was computed from. Its first words follow the trust score; a claim that is
// disputed elsewhere, or a grave sign, takes "reads as trustworthy" down to "read it with care"; a text that claims nothing is not
// one to read with care.
func verdict(r schemas.Report) (string, []schemas.Basis) {
	if r.Analysis == nil && r.Claims == nil && r.Assessment == nil {
		return "The source could be fetched, but not analysed.", nil
	}
	n := tally(r.Claims)
	grave := graveOf(r.Assessment)
	sentence := lead(r, n, len(grave))
	var says []string
	var basis []schemas.Basis
	add := func(stage, clause, text string) {
		if clause != "" {
			says = append(says, clause)
		}
		if text != "" {
			basis = append(basis, schemas.Basis{Stage: stage, Text: text})
		}
	}
	if a := r.Assessment; a != nil {
		add(workflow.Assess, fmt.Sprintf("trust %d of 100%s", a.Trust.Score, margin(a.Trust)), trustBasis(a.Trust))
	}
	if r.Claims != nil {
		clause, text := claimsBasis(r, n)
		add(workflow.Verify, clause, text)
		for _, c := range r.Claims.Claims {
			if c.Verdict == schemas.VerdictDisputed {
				add(workflow.Verify, "", disputedBasis(r, c))
			}
		}
		for _, c := range r.Claims.Claims {
			if len(c.Beside) > 0 && len(c.Evidence) == 0 {
				add(workflow.Verify, "", besideBasis(r, c))
			}
		}
		for _, review := range r.Claims.Reviews {
			add(workflow.Verify, "", reviewBasis(review))
		}
	}
	if r.Assessment != nil {
		add(workflow.Assess, signsClause(grave, len(r.Assessment.Findings)), "")
		for _, f := range grave[:min(3, len(grave))] {
			add(workflow.Assess, "", "A grave sign: "+strings.ToLower(f.Name)+". "+sentenceOf(f.Why))
		}
	}
	if k := r.Knowledge; k != nil && k.Changed != nil {
		add(workflow.Integrate, "", changedFigures(*k.Changed, r))
	}
	if r.Sponsored != "" {
		add(workflow.Acquire, "the page says that it is advertising", "The page marks itself as advertising: “"+clip(r.Sponsored)+"”.")
	}
	if r.Partner != "" && r.Sponsored == "" {
		add(workflow.Acquire, "", "The page says who had a part in it: “"+clip(r.Partner)+"”. Such a label may stand for advertising.")
	}
	if l, partial := partly(r.Limits); partial {
		add(l.Stage, "only a part of it could be read", sentenceOf(l.Message))
	}
	if len(says) == 0 {
		return withoutJudgement(r), basis
	}
	return sentence + ": " + strings.Join(says, "; ") + ".", basis
}

// lead is the verdict's first words.
func lead(r schemas.Report, n counts, grave int) string {
	if r.Assessment == nil {
		return "No trust score could be given"
	}
	switch score := r.Assessment.Trust.Score; {
	case score < schemas.TrustMiddling:
		return "Do not rely on it without checking"
	case r.Claims != nil && n.all == 0 && grave == 0 && score < schemas.TrustSolid:
		return "Little to judge by"
	case score < schemas.TrustSolid || n.disputed > 0 || grave > 0:
		return "Read it with care"
	}
	return "Reads as trustworthy"
}

// withoutJudgement is the sentence of a report that has neither claims nor an assessment: what the text is.
func withoutJudgement(r schemas.Report) string {
	a := r.Analysis
	var b strings.Builder
	fmt.Fprintf(&b, "Not judged, only described: %s", plural(a.Words, "word"))
	if a.Language.Name != "" {
		b.WriteString(" in " + a.Language.Name)
	}
	if a.Tone != nil {
		b.WriteString(", " + schemas.ToneWord(a.Tone.Compound) + " in wording")
	}
	var terms []string
	for _, t := range a.KeyTerms[:min(3, len(a.KeyTerms))] {
		terms = append(terms, t.Text)
	}
	if len(terms) > 0 {
		b.WriteString(", mostly about " + join(terms))
	}
	return b.String() + "."
}

// counts are how many claims have which verdict.
type counts struct {
	all, supported, disputed, mixed, notFound, notChecked int
	beside                                                int // of notFound, those that stand beside another figure
}

func (n counts) checked() int { return n.all - n.notChecked }

func tally(v *schemas.Verification) counts {
	var n counts
	if v == nil {
		return n
	}
	for _, c := range v.Claims {
		n.all++
		switch c.Verdict {
		case schemas.VerdictSupported:
			n.supported++
		case schemas.VerdictDisputed:
			n.disputed++
		case schemas.VerdictMixed:
			n.mixed++
		case schemas.VerdictNotFound:
			n.notFound++
			if len(c.Beside) > 0 {
				n.beside++
			}
		default:
			n.notChecked++
		}
	}
	return n
}

func margin(t schemas.Trust) string {
	if t.Margin <= 0 {
		return ""
	}
	return fmt.Sprintf(" (±%d)", t.Margin)
}

// trustBasis names the part that takes the most points away.
func trustBasis(t schemas.Trust) string {
	text := fmt.Sprintf("The trust score is %d of 100%s, the sum of %s.", t.Score, map[bool]string{true: fmt.Sprintf(", give or take %d", t.Margin)}[t.Margin > 0], plural(len(t.Parts), "part"))
	if len(t.Parts) == 0 {
		return text
	}
	worst := slices.MaxFunc(t.Parts, func(a, b schemas.TrustPart) int { return cmp.Compare(a.Of-a.Points, b.Of-b.Points) })
	if worst.Of == worst.Points {
		return text
	}
	return text + fmt.Sprintf(" It loses most for %s (%d of %d): %s", lower(worst.Name), worst.Points, worst.Of, sentenceOf(strings.TrimPrefix(worst.Why, "Taken off: ")))
}

// claimsBasis says how many claims came out how; the clause is the one that matters most.
func claimsBasis(r schemas.Report, n counts) (clause, text string) {
	switch {
	case n.all == 0:
		return "it makes no claim that could be checked", "No sentence makes a claim that could be checked."
	case n.checked() == 0:
		return map[bool]string{true: "its one claim", false: "its " + plural(n.all, "claim")}[n.all == 1] + " could not be checked against other sources", ""
	case n.disputed+n.mixed+n.supported == 0:
		clause = "no evidence was found for " + map[bool]string{true: "its one claim", false: "any of its " + plural(n.all, "claim")}[n.all == 1]
	default:
		clause = elsewhere(n)
	}
	var came []string
	for _, c := range []struct {
		n    int
		says string
	}{{n.supported, "supported"}, {n.disputed, "disputed"}, {n.mixed, "with evidence on both sides"}, {n.beside, "beside another figure"}, {n.notFound - n.beside, "not found elsewhere"}} {
		switch {
		case n.checked() == 1 && c.n == 1:
			came = append(came, c.says)
		case c.n > 0:
			came = append(came, fmt.Sprintf("%d %s", c.n, c.says))
		}
	}
	text = fmt.Sprintf("%s looked for in %s: %s.", were(n.checked(), "claim"), plural(r.Claims.Checked, "other document"), join(came))
	if n.notChecked > 0 {
		text += fmt.Sprintf(" %s not checked.", were(n.notChecked, "more"))
	}
	return clause, text
}

// allOf names the claims of a source that all came out alike.
func allOf(n int) string {
	switch n {
	case 1:
		return "its one claim"
	case 2:
		return "both of its claims"
	}
	return "all " + thousands(n) + " of its claims"
}

// inWords is how many of a kind there are, as it stands before a verb: one is hard to read as a figure.
func inWords(n int) string {
	if n == 1 {
		return "one"
	}
	return thousands(n)
}

// elsewhere says how many claims others have spoken of, and how; the first says where.
func elsewhere(n counts) string {
	came := []struct {
		n         int
		one, many string
	}{
		{n.disputed, "is disputed%s", "are disputed%s"},
		{n.supported, "is supported%s", "are supported%s"},
		{n.mixed, "has evidence%s both for and against it", "have evidence%s both for and against them"},
	}
	var list []string
	for _, c := range came {
		says := map[bool]string{true: c.one, false: c.many}[c.n == 1]
		where := map[bool]string{true: " elsewhere"}[len(list) == 0]
		switch {
		case c.n == n.all:
			return allOf(n.all) + " " + fmt.Sprintf(says, where)
		case c.n > 0:
			list = append(list, inWords(c.n)+" "+fmt.Sprintf(says, where))
		}
	}
	return "of its " + plural(n.all, "claim") + ", " + join(list)
}

// disputedBasis puts a disputed claim beside the first evidence against it.
func disputedBasis(r schemas.Report, c schemas.Claim) string {
	for _, e := range c.Evidence {
		if e.Against {
			return fmt.Sprintf("Disputed: “%s” (%s). Against it: “%s” (%s).", clip(c.Where.Text), place(r, c.Where), clip(e.Where.Text), place(r, e.Where))
		}
	}
	return ""
}

// besideBasis puts a claim beside the figure of another time that others give.
func besideBasis(r schemas.Report, c schemas.Claim) string {
	e := c.Beside[0]
	return fmt.Sprintf("Beside another figure: “%s” (%s). Others say, of another time or against another measure: “%s” (%s).", clip(c.Where.Text), place(r, c.Where), clip(e.Where.Text), place(r, e.Where))
}

func reviewBasis(v schemas.ClaimReview) string {
	who := v.Reviewer
	if who == "" {
		who = "somebody"
	}
	if strings.TrimSpace(v.Rating) == "" {
		return fmt.Sprintf("Reviewed by %s, without a rating: “%s”.", who, clip(v.Claim))
	}
	return fmt.Sprintf("Reviewed by %s: “%s” was rated “%s”.", who, clip(v.Claim), clip(v.Rating))
}

func graveOf(a *schemas.Assessment) []schemas.Finding {
	if a == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.Findings), func(f schemas.Finding) bool { return f.Severity < 3 })
}

// signsClause says how many signs of manipulation there are.
func signsClause(grave []schemas.Finding, all int) string {
	switch {
	case len(grave) == 1:
		return "one grave sign of manipulation (" + lower(grave[0].Name) + ")"
	case len(grave) > 1:
		return plural(len(grave), "grave sign") + " of manipulation"
	case all > 0:
		return plural(all, "minor sign") + " of manipulation"
	}
	return "no sign of manipulation was found"
}

// changedFigures names the figures that the page gave otherwise when it was last read: the first of them, and how many there are.
func changedFigures(c schemas.Change, r schemas.Report) string {
	if len(c.Figures) == 0 {
		return ""
	}
	f := c.Figures[0]
	text := fmt.Sprintf("Since %s the page has changed a figure: “%s” stood where “%s” stands now (%s).", c.Since.UTC().Format(time.DateOnly), clip(f.Was), clip(f.Now), place(r, f.Where))
	if n := len(c.Figures) - 1; n > 0 {
		text += fmt.Sprintf(" %s.", were(n, "more")+" changed as well")
	}
	return text
}

// partly reports whether only a part of the source was read.
func partly(limits []schemas.StageLimit) (schemas.StageLimit, bool) {
	for _, l := range limits {
		if l.Stage == workflow.Acquire && slices.Contains([]string{"paywall", "truncated", "script_only", "cookie_wall"}, l.Code) {
			return l, true
		}
	}
	return schemas.StageLimit{}, false
}
