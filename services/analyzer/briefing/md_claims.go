package briefing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// claims are what the source says that can be checked, those first that are disputed, each with its evidence beneath it.
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
		p.say("%s %s%s\n", counted(v.Claims), looked(v), usual(v.Claims))
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
	p.without("No evidence found", "None of the documents that were read speaks of %s.", ofVerdict(unspoken, schemas.VerdictNotFound))
	p.without("Not checked", "There was nothing to compare %s with.", ofVerdict(v.Claims, schemas.VerdictNotChecked))
	p.conflicts(v.Conflicts)
	p.reviews(v.Reviews)
}

// counted says how many claims there are, and how many of them name a source.
func counted(claims []schemas.Claim) string {
	sourced := 0
	for _, c := range claims {
		if c.Sourced {
			sourced++
		}
	}
	switch n := len(claims); {
	case n == 1:
		return "One statement of fact that could be checked was found; it names " + map[bool]string{true: "a", false: "no"}[sourced == 1] + " source."
	case sourced == 0:
		return plural(n, "statement") + " of fact that could be checked were found; none of them names a source."
	case sourced == n:
		return plural(n, "statement") + " of fact that could be checked were found; " + map[bool]string{true: "both", false: "all"}[n == 2] + " of them name a source."
	case sourced == 1:
		return plural(n, "statement") + " of fact that could be checked were found; one of them names a source."
	default:
		return fmt.Sprintf("%s of fact that could be checked were found; %d of them name a source.", plural(n, "statement"), sourced)
	}
}

func looked(v *schemas.Verification) string {
	if v.Checked == 0 {
		return "No other document was read, so nothing could be checked."
	}
	return fmt.Sprintf("%s looked for in %s: “supported” and “disputed” mean what those documents say, and are no proof.",
		map[bool]string{true: "It was", false: "They were"}[len(v.Claims) == 1], plural(v.Checked, "other document"))
}

// usual says how to read a claim with nothing beside it, if there is such a one among several.
func usual(claims []schemas.Claim) string {
	if len(claims) < 2 || !slices.ContainsFunc(claims, func(c schemas.Claim) bool { return manner(c) == "" }) {
		return ""
	}
	return " Where nothing else is said, a claim is worded as a fact and names no source."
}

// claim is a claim with its evidence, that against it first.
func (p *page) claim(c schemas.Claim) {
	p.tell(c.Where)
	p.say("%s\n", p.claimed(c))
	for _, against := range []bool{true, false} {
		for _, e := range c.Evidence {
			if e.Against == against {
				p.tell(e.Where)
				p.say("- **%s**: %s. %s", upper(schemas.EvidenceWord(c, e)), p.quote(e.Where), upper(sentenceOf(esc(why(e)))))
			}
		}
	}
	for _, e := range c.Beside {
		p.tell(e.Where)
		p.say("- **Beside it**: %s. %s", p.quote(e.Where), upper(sentenceOf(esc(e.Why))))
	}
	for _, v := range p.reviewsOf(c) {
		p.say("- **Reviewed**: “%s”, %s%s", esc(clip(v.Claim)), judged(v), address(v.URL))
	}
	p.say("")
}

// claimed is a claim word for word, with where it stands, and who says it how.
func (p *page) claimed(c schemas.Claim) string {
	at := place(p.Report, c.Where)
	if how := manner(c); how != "" {
		at += "; " + how
	}
	return fmt.Sprintf("%s%s *(%s)*", map[bool]string{true: "**" + esc(c.ID) + "** "}[c.ID != ""], quoted(c.Where.Text), esc(at))
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

// manner says who makes a claim and how, where that is not the usual: as a fact, without a source.
func manner(c schemas.Claim) string {
	var says []string
	switch {
	case c.Sourced && c.Speaker != "":
		says = append(says, "source named: "+clip(c.Speaker))
	case c.Sourced:
		says = append(says, "a source is named")
	case c.Speaker != "":
		says = append(says, "said by "+clip(c.Speaker))
	case c.Certainty == "reported":
		says = append(says, "passed on as reported, no source named")
	}
	if c.Certainty == "hedged" {
		says = append(says, "worded with caution")
	}
	return strings.Join(says, "; ")
}

func ofVerdict(claims []schemas.Claim, verdict string) []schemas.Claim {
	return slices.DeleteFunc(slices.Clone(claims), func(c schemas.Claim) bool { return c.Verdict != verdict })
}

// without lists the claims that have no evidence: those most worth checking word for word, in the source's order, and of the others
// where they stand.
func (p *page) without(title, why string, list []schemas.Claim) {
	const shown = 10
	if len(list) == 0 {
		return
	}
	p.say("### %s\n\n%s%s\n", title, fmt.Sprintf(why, map[bool]string{true: "this", false: "these"}[len(list) == 1]),
		map[bool]string{true: fmt.Sprintf(" The %d most worth checking:", shown)}[len(list) > shown])
	top, others := worthiest(list, shown)
	for _, c := range top {
		p.tell(c.Where)
		p.say("- %s", p.claimed(c))
		for _, v := range p.reviewsOf(c) {
			p.say("  - “%s” was %s%s", esc(clip(v.Claim)), judged(v), address(v.URL))
		}
	}
	p.say("")
	if len(others) > 0 {
		quotes := make([]schemas.Quote, len(others))
		for i, c := range others {
			quotes[i] = c.Where
		}
		p.say("%d more *(%s)* %s word for word in the JSON of this report.\n", len(others), esc(p.places(quotes)), map[bool]string{true: "stands", false: "stand"}[len(others) == 1])
	}
}

// worthiest are the n claims most worth checking and the others, both in the order of the list.
func worthiest(list []schemas.Claim, n int) (top, others []schemas.Claim) {
	if len(list) <= n {
		return list, nil
	}
	byWorth := make([]int, len(list))
	for i := range list {
		byWorth[i] = i
	}
	slices.SortStableFunc(byWorth, func(a, b int) int { return cmp.Compare(list[b].Score, list[a].Score) })
	for i, c := range list {
		if slices.Contains(byWorth[:n], i) {
			top = append(top, c)
		} else {
			others = append(others, c)
		}
	}
	return top, others
}

// conflicts are places where the source contradicts itself.
func (p *page) conflicts(list []schemas.Conflict) {
	if len(list) == 0 {
		return
	}
	const shown = 6
	p.say("### Where the source does not agree with itself\n")
	few(p, list, shown, func(c schemas.Conflict) {
		p.say("- **%s**: %s", upper(esc(conflictOf(c.Kind))), esc(sentenceOf(c.Why)))
		for _, q := range c.Quotes {
			p.say("  - %s", p.quote(q))
		}
	})
	for _, c := range list {
		p.tell(c.Quotes...)
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
