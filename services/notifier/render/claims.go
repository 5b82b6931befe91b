package render

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// verdicts are the marks of claims, in the order in which they are shown.
var verdicts = []struct{ verdict, mark string }{
	{schemas.VerdictDisputed, "🔴"}, {schemas.VerdictMixed, "🟡"}, {schemas.VerdictSupported, "🟢"}, {schemas.VerdictNotFound, "⚪"}, {schemas.VerdictNotChecked, "▫️"},
}

func claimsCounted(r schemas.Report) (name, value string, inline bool) {
	if r.Claims == nil || len(r.Claims.Claims) == 0 {
		return "", "", true
	}
	var parts []string
	for _, v := range verdicts {
		n := 0
		for _, c := range r.Claims.Claims {
			if c.Verdict == v.verdict {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d %s", v.mark, n, schemas.VerdictWord(v.verdict)))
		}
	}
	return "Claims", strings.Join(parts, "\n"), true
}

// spokenOf shows the claims of which others say something: those first that are disputed, each beside its evidence, those last
// that are supported. Between them stand those that only another figure or a published review can be put beside.
func spokenOf(r schemas.Report) (name, value string, inline bool) {
	if r.Claims == nil {
		return "", "", false
	}
	var list []string
	add := func(c schemas.Claim) {
		i := slices.IndexFunc(verdicts, func(v struct{ verdict, mark string }) bool { return v.verdict == c.Verdict })
		list = append(list, fmt.Sprintf("%s %s%s%s%s", verdicts[max(0, i)].mark, quoted(c.Where.Text, maxQuote), against(r, c), beside(r, c), rated(r, c)))
	}
	for _, rank := range []func(schemas.Claim) bool{
		func(c schemas.Claim) bool { return c.Verdict == schemas.VerdictDisputed },
		func(c schemas.Claim) bool { return c.Verdict == schemas.VerdictMixed },
		func(c schemas.Claim) bool { return unspoken(c) && len(c.Beside) > 0 },
		func(c schemas.Claim) bool { return unspoken(c) && len(c.Beside) == 0 && len(c.Reviews) > 0 },
		func(c schemas.Claim) bool { return c.Verdict == schemas.VerdictSupported },
	} {
		for _, c := range r.Claims.Claims {
			if rank(c) {
				add(c)
			}
		}
	}
	top := min(topClaims, len(list))
	return "What others say of its claims", lines(list[:top], len(list)-top), false
}

// unspoken reports whether no evidence of a claim was found, or looked for.
func unspoken(c schemas.Claim) bool {
	return c.Verdict == schemas.VerdictNotFound || c.Verdict == schemas.VerdictNotChecked
}

// against is the first evidence of a claim, that against it before that for it.
func against(r schemas.Report, c schemas.Claim) string {
	i := slices.IndexFunc(c.Evidence, func(e schemas.Evidence) bool { return e.Against })
	if i < 0 && len(c.Evidence) > 0 {
		i = 0
	}
	if i < 0 {
		return ""
	}
	e := c.Evidence[i]
	return fmt.Sprintf("\n　%s: %s (%s)", schemas.EvidenceWord(c, e), quoted(e.Where.Text, maxQuote), site(r, e.Where.Document))
}

// beside is the first figure that stands beside a claim, neither for nor against it.
func beside(r schemas.Report, c schemas.Claim) string {
	if len(c.Beside) == 0 {
		return ""
	}
	e := c.Beside[0]
	why, _, _ := strings.Cut(e.Why, ": ") // the report has what is another in it
	return fmt.Sprintf("\n　beside: %s (%s), %s", quoted(e.Where.Text, maxQuote), site(r, e.Where.Document), escape(why, maxWhy))
}

// rated is how the first published review of a claim came out.
func rated(r schemas.Report, c schemas.Claim) string {
	for _, i := range c.Reviews {
		if i >= 0 && i < len(r.Claims.Reviews) {
			return "\n　review: " + strings.TrimPrefix(judged(r.Claims.Reviews[i]), "reviewed ")
		}
	}
	return ""
}

// reviewed shows the published reviews that are of none of the claims above them.
func reviewed(r schemas.Report) (name, value string, inline bool) {
	if r.Claims == nil {
		return "", "", false
	}
	var list []string
	for i, v := range r.Claims.Reviews {
		if slices.ContainsFunc(r.Claims.Claims, func(c schemas.Claim) bool { return slices.Contains(c.Reviews, i) }) {
			continue
		}
		of := ""
		if v.Claimant != "" {
			of = " of " + escape(v.Claimant, maxName)
		}
		list = append(list, fmt.Sprintf("%s%s, %s", quoted(v.Claim, maxQuote), of, judged(v)))
	}
	top := min(topReviews, len(list))
	return "Reviewed by others", lines(list[:top], len(list)-top), false
}

// maxName is how much of a reviewer, a claimant or a rating is shown, in characters.
const maxName = 80

// judged says how a review came out, in the reviewer's own words, and whose it is.
func judged(v schemas.ClaimReview) string {
	who := "an unnamed reviewer"
	if v.Reviewer != "" {
		who = escape(v.Reviewer, maxName)
	}
	if strings.TrimSpace(v.Rating) == "" {
		return "reviewed by " + who + ", without a rating"
	}
	return "rated **“" + escape(v.Rating, maxName) + "”** by " + who
}
