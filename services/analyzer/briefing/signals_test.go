package briefing

import (
	"fmt"
	"strings"
	"testing"

	"autointel.example/schemas"
)

// part is a part of a report's text, from its heading to the next of its level.
func part(t *testing.T, markdown, heading string) string {
	t.Helper()
	_, after, found := strings.Cut(markdown, "\n## "+heading)
	if !found {
		t.Fatalf("there is no %s:\n%s", heading, markdown)
	}
	text, _, _ := strings.Cut(after, "\n## ")
	return text
}

// TestSignsOfOneKindAreToldTogether: what they have in common once, and of each the sentence with the words that gave it away, even
// if that stands among the claims; without such words a sentence that was shown is only named.
func TestSignsOfOneKindAreToldTogether(t *testing.T) {
	in := agua(t)
	q := quoting(t, &in)
	sign := func(code, why, matched string, quotes ...schemas.Quote) schemas.Finding {
		return schemas.Finding{Code: code, Name: "Name of " + code, Severity: 2, Why: why, Matched: matched, Quotes: quotes}
	}
	in.Assessment.Findings = []schemas.Finding{
		sign("a", "It says so without a source: “ha bajado”.", "ha bajado", q(0, "14 %")),
		sign("b", "14 first, 60 then.", "", q(0, "14 %"), q(0, "60 euros")),
		sign("a", "It says so without a source: “mentían”.", "mentían", q(0, "mentían")),
		sign("b", "14 first, 8.200 then.", "", q(0, "14 %"), q(0, "8.200")),
		sign("c", "Nobody is named", ""),
		sign("c", "No date is given", ""),
		sign("d", "first this", "", q(0, "14 %")),
		sign("d", "then that", "", q(0, "Teresa")),
	}
	got := part(t, Build(in).Markdown, "Signs of manipulation")
	for _, want := range []string{
		"- **Name of a** (notable, 2 times): It says so without a source.\n  - “El consumo de agua en Valdemora **ha bajado** un 14 % desde enero.” *(sentence 1)*\n  - “Todo el mundo sabe que los contadores viejos **mentían**.” *(sentence 5)*\n",
		"- **Name of b** (notable, 2 times) *(sentences 1, 2 and 4)*\n",
		"- **Name of c** (notable, 2 times)\n  - Nobody is named.\n  - No date is given.\n",
		"- **Name of d** (notable, 2 times)\n  - “El consumo de agua en Valdemora ha bajado un 14 % desde enero.” *(sentence 1)* First this.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestTheLongTailIsNamed: of many claims without evidence the worthiest are shown, in the source's order, and of the others it is said where they stand.
func TestTheLongTailIsNamed(t *testing.T) {
	in := agua(t)
	in.Claims.Claims = nil
	for i := range 14 {
		in.Claims.Claims = append(in.Claims.Claims, schemas.Claim{ID: fmt.Sprintf("c%d", i+1), Where: schemas.Quote{Sentence: i, Text: fmt.Sprintf("Claim %d.", i+1)}, Verdict: schemas.VerdictNotChecked, Score: float64(i % 7)})
	}
	got := part(t, Build(in).Markdown, "Claims")
	if n := strings.Count(got, "\n- **c"); n != 10 || !strings.Contains(got, "The 10 most worth checking:") {
		t.Errorf("%d claims are shown:\n%s", n, got)
	}
	if !strings.Contains(got, "4 more *(sentences 1, 2, 8 and 9)* stand word for word") {
		t.Errorf("the others are not named:\n%s", got)
	}
}

// TestATextThatClaimsNothingIsNotJudgedByItsClaims: a poem is nothing to read with care.
func TestATextThatClaimsNothingIsNotJudgedByItsClaims(t *testing.T) {
	in := agua(t)
	in.Claims.Claims = nil
	if got := Build(in).Headline; !strings.HasPrefix(got, "Little to judge by: trust 48 of 100") {
		t.Errorf("%s", got)
	}
	in.Assessment.Findings[0].Severity = 3
	if got := Build(in).Headline; !strings.HasPrefix(got, "Read it with care: ") {
		t.Errorf("with a grave sign: %s", got)
	}
}
