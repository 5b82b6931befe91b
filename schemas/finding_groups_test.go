package schemas_test

import (
	"testing"

	"autointel.example/schemas"
)

func TestFindingsThatSayTheSameAreOneOfSeveralPlaces(t *testing.T) {
	groups := schemas.GroupFindings([]schemas.Finding{
		{Code: "a", Name: "A", Severity: 2, Why: "It is said: “x”."},
		{Code: "b", Name: "B", Severity: 1, Why: "Another."},
		{Code: "a", Name: "A", Severity: 2, Why: "It is said: “y”."},
		{Code: "a", Name: "A", Severity: 1, Why: "It is said: “z”."},
		{Code: "b", Name: "B", Severity: 1, Why: "Something else."},
		{Code: "b", Name: "B", Severity: 1, Why: "Another."},
		{Code: "a", Name: "A", Severity: 1, Why: "It is said: “w”.", Method: schemas.MethodModel + "m"},
	})
	want := []struct {
		why string
		n   int
	}{{"It is said.", 2}, {"", 3}, {"It is said: “z”.", 1}, {"It is said: “w”.", 1}}
	if len(groups) != len(want) {
		t.Fatalf("%d groups: %+v", len(groups), groups)
	}
	for i, w := range want {
		if groups[i].Why != w.why || len(groups[i].Findings) != w.n {
			t.Errorf("group %d: %q of %d, want %q of %d", i, groups[i].Why, len(groups[i].Findings), w.why, w.n)
		}
	}
}
