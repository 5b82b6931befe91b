package main

import (
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"autointel.example/services/analyzer/signals"
)

func measured(t *testing.T, half string) []result {
	t.Helper()
	texts, err := load(os.DirFS("../testdata"), half)
	if err != nil {
		t.Fatal(err)
	}
	results, err := measure(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// TestTheMarginIsTheErrorOnTheHeldOutTexts: what every report says beside its score was measured, and is measured again here.
func TestTheMarginIsTheErrorOnTheHeldOutTexts(t *testing.T) {
	results := measured(t, heldOut)
	if e := meanError(results); int(math.Round(e)) != signals.Margin {
		t.Errorf("the mean absolute error on the held-out texts is %.1f points, and signals.Margin is %d", e, signals.Margin)
	}
	// Precision goes before recall: a sign that is none costs more than one that is missed.
	if c := total(count(results)); c.precision() < 0.9 || c.recall() < 0.7 {
		t.Errorf("held-out findings: precision %.2f, recall %.2f", c.precision(), c.recall())
	}
}

func TestNoSignIsSeenInWhatHasNone(t *testing.T) {
	for _, half := range []string{calibration, heldOut} {
		for _, r := range measured(t, half) {
			if len(r.findings) == 0 && len(r.found) > 0 {
				t.Errorf("%s: %v", r.name, r.found)
			}
		}
	}
}

func TestTheHalvesAreTwo(t *testing.T) {
	seen := map[string]bool{}
	for _, half := range []string{calibration, heldOut} {
		for _, r := range measured(t, half) {
			if seen[r.source.Text] {
				t.Errorf("%s stands in both halves", r.name)
			}
			seen[r.source.Text] = true
		}
	}
	if len(seen) < 60 {
		t.Errorf("%d texts", len(seen))
	}
}

func TestWhatIsPrinted(t *testing.T) {
	files := fstest.MapFS{}
	for _, half := range []string{calibration, heldOut} {
		files[half+"/news.txt"] = &fstest.MapFile{Data: []byte("=== a bridge\nlanguage: en\ntrust: 40\nfindings: vague_authority\n---\nExperts say so.\n")}
	}
	for args, want := range map[string]string{
		"":                  "vague_authority                1     0      0      1.00   1.00",
		"-each heldout":     "judged  40  news: a bridge",
		"-each calibration": "vague_authority (1)",
		"-fit":              "fitted:",
	} {
		var out strings.Builder
		if err := run(t.Context(), strings.Fields(args), files, &out); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v\n%s", args, err, out.String())
		}
	}
}

func TestALabelThatCannotBeReadSaysWhere(t *testing.T) {
	for record, want := range map[string]string{
		"a\nlanguage: en\nno end":                              "the line --- between headers and text is missing",
		"a\nlanguage: en\n---\nx":                              "a: language, trust and findings must be given",
		"a\ncolour: red\n---\nx":                               `a: header "colour: red": unknown`,
		"a\nlanguage: en\ntrust: much\nfindings: none\n---\nx": `a: header "trust: much": strconv.Atoi`,
		"a\nlanguage: en\npublished: today\ntrust: 4\n---\nx":  `a: header "published: today"`,
	} {
		if _, err := parse(record); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", record, err, want)
		}
	}
	if _, err := load(fstest.MapFS{}, heldOut); err == nil {
		t.Error("a half without texts is no error")
	}
}
