package schemas

import "slices"

// Words are how a person reads the codes of a report: the same in every rendering.

// VerdictWord says a verdict of a claim in a word or two.
func VerdictWord(verdict string) string {
	switch verdict {
	case VerdictSupported:
		return "supported"
	case VerdictDisputed:
		return "disputed"
	case VerdictMixed:
		return "mixed evidence"
	case VerdictNotFound:
		return "no evidence found"
	}
	return "not checked"
}

// EvidenceWord says on which side a piece of evidence of a claim is. Where one alone makes the evidence mixed, it is on both.
func EvidenceWord(c Claim, e Evidence) string {
	switch {
	case !e.Against:
		return "for"
	case c.Verdict == VerdictMixed && !slices.ContainsFunc(c.Evidence, func(o Evidence) bool { return !o.Against }):
		return "partly for, partly against"
	}
	return "against"
}

// SeverityWord says how grave a finding is.
func SeverityWord(severity int) string {
	switch {
	case severity >= 3:
		return "grave"
	case severity == 2:
		return "notable"
	}
	return "a hint"
}

// ToneWord names a compound score of the lexical tone. The bounds are those that are usual for a sentence, widened for a mean over
// many.
func ToneWord(compound float64) string {
	switch {
	case compound >= 0.3:
		return "positive"
	case compound >= 0.1:
		return "mildly positive"
	case compound <= -0.3:
		return "negative"
	case compound <= -0.1:
		return "mildly negative"
	}
	return "neutral"
}

// Bands of trust: from TrustSolid a text reads as trustworthy, from TrustMiddling with care, below it should not be relied on.
const (
	TrustSolid    = 70
	TrustMiddling = 40
)
