package briefing

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// claims are what the source says that can be checked, those first that are disputed, each beside its evidence.
func (p *page) claims() {
	v := p.Claims
	if v == nil {
		return
	}
	if len(v.Claims)+len(v.Conflicts)+len(v.Reviews) == 0 {
		return // the verdict says that there is none
	}
	p.part("Claims", workflow.Verify)
	if len(v.Claims) > 0 {
		n := tally(v)
		p.say("%s of fact that could be checked %s found. %s\n", plural(n.all, "statement"), map[bool]string{true: "was", false: "were"}[n.all == 1], looked(v))
	}
	for _, verdict := range []string{schemas.VerdictDisputed, schemas.VerdictMixed, schemas.VerdictSupported} {
		if list := ofVerdict(v.Claims, verdict); len(list) > 0 {
			p.say("### %s\n", upper(schemas.VerdictWord(verdict)))
			for _, c := range list {
				p.claim(c)
			}
		}
	}
	p.beside(v.Claims)
	unspoken := slices.DeleteFunc(slices.Clone(v.Claims), func(c schemas.Claim) bool { return len(c.Beside) > 0 })
	p.without("No evidence found", "None of the documents that were read speaks of these.", unspoken, schemas.VerdictNotFound)
	p.without("Not checked", "There was nothing to compare these with.", v.Claims, schemas.VerdictNotChecked)
	p.conflicts(v.Conflicts)
	p.reviews(v.Reviews)
}

func looked(v *schemas.Verification) string {
	if v.Checked == 0 {
		return "No other document was read, so none of them could be checked."
	}
	return fmt.Sprintf("They were looked for in %s: “supported” and “disputed” mean what those documents say, and are no proof.", plural(v.Checked, "other document"))
}

// claim puts a claim and its evidence side by side.
func (p *page) claim(c schemas.Claim) {
	p.say("%s%s\n", map[bool]string{true: "**" + esc(c.ID) + "** "}[c.ID != ""], p.about(c))
	p.say("| what | word for word | where |\n|---|---|---|")
	p.say("| the claim | %s | %s |", quoted(c.Where.Text), esc(place(p.Report, c.Where)))
	for _, against := range []bool{true, false} {
		for _, e := range c.Evidence {
			if e.Against == against {
				p.say("| **%s**: %s | %s | %s |", schemas.EvidenceWord(c, e), esc(why(e)), quoted(e.Where.Text), esc(place(p.Report, e.Where)))
			}
		}
	}
	p.besides(c)
	for _, v := range p.reviewsOf(c) {
		p.say("| **reviewed**: %s | “%s” | %s |", judged(v), esc(clip(v.Claim)), link(v.URL))
	}
	p.say("")
}

// beside are the claims for and against which nothing was found, but another figure of another time to put beside them.
func (p *page) beside(claims []schemas.Claim) {
	list := slices.DeleteFunc(ofVerdict(claims, schemas.VerdictNotFound), func(c schemas.Claim) bool { return len(c.Beside) == 0 })
	if len(list) == 0 {
		return
	}
	p.say("### Beside another figure\n\nOther documents speak of the same change, over another time or against another measure: neither for nor against, but worth a look.\n")
	for _, c := range list {
		p.claim(c)
	}
}

// besides are the rows of the figures that stand beside a claim.
func (p *page) besides(c schemas.Claim) {
	for _, e := range c.Beside {
		p.say("| **beside**: %s | %s | %s |", esc(e.Why), quoted(e.Where.Text), esc(place(p.Report, e.Where)))
	}
}

// about says what kind of claim it is, who makes it, and how.
func (p *page) about(c schemas.Claim) string {
	parts := []string{kindOf(c.Kind)}
	if c.Speaker != "" {
		parts = append(parts, "by "+esc(c.Speaker))
	}
	if c.About != "" {
		parts = append(parts, "about "+esc(c.About))
	}
	parts = append(parts, certaintyOf(c.Certainty), map[bool]string{true: "with a source named", false: "with no source named"}[c.Sourced])
	return upper(strings.Join(parts, ", ")) + "."
}

func kindOf(kind string) string {
	switch kind {
	case "figure":
		return "a figure"
	case "comparison":
		return "a comparison"
	case "cause":
		return "a cause and its effect"
	case "event":
		return "an event"
	case "attribution":
		return "what somebody is said to have said"
	}
	return "a statement"
}

func certaintyOf(certainty string) string {
	switch certainty {
	case "reported":
		return "passed on as reported"
	case "hedged":
		return "worded with caution"
	}
	return "worded as a fact"
}

func ofVerdict(claims []schemas.Claim, verdict string) []schemas.Claim {
	return slices.DeleteFunc(slices.Clone(claims), func(c schemas.Claim) bool { return c.Verdict != verdict })
}

// without lists the claims that have no evidence.
func (p *page) without(title, why string, claims []schemas.Claim, verdict string) {
	const shown = 10
	list := ofVerdict(claims, verdict)
	if len(list) == 0 {
		return
	}
	p.say("### %s\n\n%s\n", title, why)
	few(p, list, shown, func(c schemas.Claim) {
		p.say("- %s%s %s", map[bool]string{true: "**" + esc(c.ID) + "** "}[c.ID != ""], p.quote(c.Where), p.about(c))
		for _, v := range p.reviewsOf(c) {
			p.say("  - “%s” was %s%s", esc(clip(v.Claim)), judged(v), address(v.URL))
		}
	})
	p.say("")
}

// conflicts are places where the source contradicts itself.
func (p *page) conflicts(list []schemas.Conflict) {
	if len(list) == 0 {
		return
	}
	p.say("### Where the source does not agree with itself\n")
	for _, c := range list {
		p.say("- **%s**: %s", upper(esc(conflictOf(c.Kind))), esc(sentenceOf(c.Why)))
		for _, q := range c.Quotes {
			p.say("  - %s", p.quote(q))
		}
	}
	p.say("")
}

func conflictOf(kind string) string {
	switch kind {
	case "sum":
		return "figures that do not add up"
	case "percentage":
		return "a percentage that does not fit"
	case "date":
		return "dates that do not fit"
	}
	return "contradiction"
}

// reviews are other people's published reviews of claims; they are quoted and not judged.
func (p *page) reviews(list []schemas.ClaimReview) {
	if len(list) == 0 {
		return
	}
	p.say("### Reviewed by others\n")
	for i, v := range list {
		p.say("- “%s”%s, %s%s%s", esc(clip(v.Claim)), prefixed(" of ", v.Claimant), judged(v), p.reviewOf(i), address(v.URL))
	}
	p.say("")
}

// judged says how a review came out, in the reviewer's own words, and whose it is.
func judged(v schemas.ClaimReview) string {
	who := "an unnamed reviewer"
	if v.Reviewer != "" {
		who = esc(v.Reviewer)
	}
	if strings.TrimSpace(v.Rating) == "" {
		return "reviewed by " + who + ", without a rating"
	}
	return "rated **“" + esc(clip(v.Rating)) + "”** by " + who
}

// reviewOf names the claims above that a review is of.
func (p *page) reviewOf(review int) string {
	var of []string
	for _, c := range p.Claims.Claims {
		if c.ID != "" && slices.Contains(c.Reviews, review) {
			of = append(of, esc(c.ID))
		}
	}
	if len(of) == 0 {
		return ""
	}
	return " (of " + join(of) + ")"
}

// reviewsOf are the reviews of a claim.
func (p *page) reviewsOf(c schemas.Claim) []schemas.ClaimReview {
	var of []schemas.ClaimReview
	for _, i := range c.Reviews {
		if i >= 0 && i < len(p.Claims.Reviews) {
			of = append(of, p.Claims.Reviews[i])
		}
	}
	return of
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + esc(s)
}

func address(u string) string {
	if u == "" {
		return ""
	}
	return ": " + link(u)
}
