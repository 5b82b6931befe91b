package schemas

import "testing"

func TestEveryStageHasItsWords(t *testing.T) {
	for _, stage := range OutputStages() {
		if words := StageWord(stage); words == stage || words == "" {
			t.Errorf("%s has none", stage)
		}
	}
	if got := StageWord("guess"); got != "guess" {
		t.Error(got)
	}
}

func TestWordsFollowTheirBounds(t *testing.T) {
	for compound, want := range map[float64]string{-1: "negative", -0.3: "negative", -0.1: "mildly negative", 0: "neutral", 0.099: "neutral", 0.1: "mildly positive", 0.3: "positive"} {
		if got := ToneWord(compound); got != want {
			t.Errorf("%v: %s", compound, got)
		}
	}
	for severity, want := range map[int]string{0: "a hint", 1: "a hint", 2: "notable", 3: "grave", 9: "grave"} {
		if got := SeverityWord(severity); got != want {
			t.Errorf("%d: %s", severity, got)
		}
	}
	for verdict, want := range map[string]string{VerdictSupported: "supported", VerdictDisputed: "disputed", VerdictMixed: "mixed evidence", VerdictNotFound: "no evidence found", VerdictNotChecked: "not checked", "": "not checked"} {
		if got := VerdictWord(verdict); got != want {
			t.Errorf("%q: %s", verdict, got)
		}
	}
}

func TestEvidenceIsNamedByItsSide(t *testing.T) {
	against, support := Evidence{Against: true}, Evidence{}
	for _, c := range []struct {
		claim Claim
		e     Evidence
		want  string
	}{
		{Claim{Verdict: VerdictDisputed, Evidence: []Evidence{against}}, against, "against"},
		{Claim{Verdict: VerdictSupported, Evidence: []Evidence{support}}, support, "for"},
		{Claim{Verdict: VerdictMixed, Evidence: []Evidence{support, against}}, against, "against"},
		{Claim{Verdict: VerdictMixed, Evidence: []Evidence{against}}, against, "partly for, partly against"},
	} {
		if got := EvidenceWord(c.claim, c.e); got != c.want {
			t.Errorf("%s: %q, want %q", c.claim.Verdict, got, c.want)
		}
	}
}
