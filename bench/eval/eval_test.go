package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestScores(t *testing.T) {
	if got := overlap(tokens("The sea rose, the sea fell."), tokens("The sea rose.")); got != (tally{right: 3, wrong: 3}) {
		t.Errorf("words: %+v", got)
	}
	got := match([]string{"The sea rose by two metres", "It rained.", "It rained."}, []string{"“The sea rose by two metres.”", "It rained.", "The wall fell."})
	if got != (tally{right: 2, wrong: 1, missed: 1}) || math.Abs(got.f1()-2.0/3) > 1e-9 {
		t.Errorf("sentences: %+v, F1 %g", got, got.f1())
	}
	if nothing := (tally{}); nothing.precision() != 1 || nothing.recall() != 1 || nothing.f1() != 1 {
		t.Error("where there is nothing to find, finding nothing is right")
	}
	if missed := (tally{missed: 2}); missed.precision() != 0 || missed.f1() != 0 {
		t.Errorf("all missed: %g", missed.precision())
	}
	// Five words, four of them in the reference of six; two of four pairs; the longest sequence has three words.
	r := rouge("the keeper wrote heights down", "the keeper down there wrote heights")
	if want := [3]float64{10.0 / 11, 4.0 / 9, 8.0 / 11}; math.Abs(r[0]-want[0]) > 1e-9 || math.Abs(r[1]-want[1]) > 1e-9 || math.Abs(r[2]-want[2]) > 1e-9 {
		t.Errorf("ROUGE %v, want %v", r, want)
	}
}

func TestTheCorpusIsWhole(t *testing.T) {
	items, err := load(filepath.Join("testdata", "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, i := range items {
		count[i.Language]++
		count[i.format()]++
		count[i.Kind]++
	}
	if len(items) < 40 {
		t.Errorf("%d items", len(items))
	}
	for _, need := range []string{"en", "de", "fr", "es", "it", "html", "pdf", "md", "txt", "xml", "vtt", "srt", "news", "opinion", "advertising", "science", "press release", "interview", "talk"} {
		if count[need] < 2 {
			t.Errorf("only %d items of %s", count[need], need)
		}
	}
}

func TestMistakesInTheCorpusAreTold(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"a/expected.json": `{"kind":"news","language":"en","text":["It rained."],"claims":["It snowed."],"findings":[],"summary":"Rain."}`, "a/page.txt": "It rained.",
		"b/expected.json": `{"kind":"news","langage":"en"}`, "b/page.txt": "x",
		"c/expected.json": `{"kind":"news","language":"en","text":["It rained."],"claims":[],"findings":[],"summary":"Rain."}`,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := load(dir)
	for _, want := range []string{`item a: the claim does not stand in the text: "It snowed."`, "item b: json: unknown field", "item c: it has no document"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

// TestARunIsJudged takes a few items through the stages, twice: the figures are the same, and one that was better before fails.
func TestARunIsJudged(t *testing.T) {
	corpus, dir := t.TempDir(), t.TempDir()
	for _, name := range []string{"en-news-court", "de-vortrag-fluss-vtt", "fr-communique-feed"} {
		if err := os.CopyFS(filepath.Join(corpus, name), os.DirFS(filepath.Join("testdata", "corpus", name))); err != nil {
			t.Fatal(err)
		}
	}
	baseline, document := filepath.Join(dir, "baseline.json"), filepath.Join(dir, "evaluation.md")
	if err := os.WriteFile(document, []byte("# Evaluation\n"+tableBegins+tableEnds+"End.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-corpus", corpus, "-baseline", baseline, "-document", document}
	var out, complaint bytes.Buffer
	if code := run(t.Context(), args, &out, &complaint); code != 1 || !strings.Contains(complaint.String(), "-update writes one") {
		t.Fatalf("without a baseline: %d %s", code, complaint.String())
	}
	if code := run(t.Context(), append(slices.Clone(args), "-update"), &out, &complaint); code != 0 {
		t.Fatal(complaint.String())
	}
	out.Reset()
	if code := run(t.Context(), args, &out, &complaint); code != 0 {
		t.Fatalf("the same run is worse: %s", complaint.String())
	}
	written, err := os.ReadFile(document)
	if err != nil || string(written) != "# Evaluation\n"+tableBegins+out.String()+tableEnds+"End.\n" {
		t.Errorf("%v: the document does not hold the table:\n%s", err, written)
	}
	f, err := readFigures(baseline)
	if err != nil || f["extraction.f1"] < 0.9 || f["language.accuracy"] != 1 {
		t.Fatalf("%v %v", err, f)
	}
	f["claims.f1"] = 1.5
	if err := f.save(baseline); err != nil {
		t.Fatal(err)
	}
	complaint.Reset()
	if code := run(t.Context(), args, &out, &complaint); code != 1 || !strings.Contains(complaint.String(), "claims.f1 is ") {
		t.Errorf("a drop: %d %s", code, complaint.String())
	}
	if code := run(t.Context(), []string{"more"}, &out, &complaint); code != 2 {
		t.Errorf("wrong use: %d", code)
	}
}
