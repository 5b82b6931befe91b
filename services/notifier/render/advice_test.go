package render

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestWhoAskedIsToldWhatToDoAboutEveryReasonOfASource(t *testing.T) {
	page, err := os.ReadFile("../../../docs/sources.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "## When a source cannot be read")
	table, _, _ = strings.Cut(table, "\n\n`")
	reasons := regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(table, -1)
	if !found || len(reasons) < 15 {
		t.Fatalf("%d reasons in docs/sources.md", len(reasons))
	}
	for _, r := range reasons {
		if advice(r[1]) == advice("something else") {
			t.Errorf("%s has none of its own", r[1])
		}
	}
}
