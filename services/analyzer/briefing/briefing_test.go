package briefing

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

var update = flag.Bool("update", false, "write the golden files")

// golden returns a golden file, which -update writes.
func golden(t *testing.T, path string, got []byte) []byte {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// reports holds the reports as JSON; the cards are rendered from the same files.
const reports = "../../../schemas/testdata/reports"

func TestTheReportsReadAsWritten(t *testing.T) {
	for name, fixture := range fixtures {
		t.Run(name, func(t *testing.T) {
			r := Build(fixture(t))
			if want := golden(t, filepath.Join("testdata", name+".md"), []byte(r.Markdown)); r.Markdown != string(want) {
				t.Errorf("run with -update and look at the difference\n%s", r.Markdown)
			}
			raw, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			raw = append(raw, '\n')
			if want := golden(t, filepath.Join(reports, name+".json"), raw); !bytes.Equal(raw, want) {
				t.Error("the JSON is another: run with -update and look at the difference")
			}
			stagetest.Valid(t, workflow.Briefing, raw)
		})
	}
}

// TestNoHeadingStandsAlone: whatever is missing, no heading is followed by the next one of its own or a higher level.
func TestNoHeadingStandsAlone(t *testing.T) {
	alone := regexp.MustCompile(`(?m)^(#+) .*\n+(#+) .*|\n(#+ [^\n]*|---)\n*\z`)
	for name, fixture := range fixtures {
		whole := fixture(t)
		for i, without := range []func(*Input){
			func(*Input) {}, func(in *Input) { in.Analysis = nil }, func(in *Input) { in.Claims = nil }, func(in *Input) { in.Assessment = nil }, func(in *Input) { in.Research, in.Related = nil, nil },
			func(in *Input) { in.Source, in.Transcript = nil, nil }, func(in *Input) { *in = Input{} },
		} {
			in := whole
			without(&in)
			text := Build(in).Markdown
			for _, m := range alone.FindAllStringSubmatch(text, -1) {
				if m[3] != "" || len(m[2]) <= len(m[1]) {
					t.Errorf("%s, without %d: %q", name, i, m[0])
				}
			}
			if strings.Contains(text, "\n\n\n") || strings.Contains(text, "%!") {
				t.Errorf("%s, without %d: blank lines or a broken format\n%s", name, i, text)
			}
		}
	}
}

func TestTheVerdictFollowsFromWhatWasFound(t *testing.T) {
	for name, want := range map[string]string{
		"experimental.en":  "Do not rely on it without checking: trust 35 of 100 (±9); of its 6 claims, 2 are disputed elsewhere, one is supported and one has evidence both for and against it; one grave sign of manipulation (advertising that looks like an article); the page says that it is advertising; only a part of it could be read.",
		"deep.de":          "Reads as trustworthy: trust 86 of 100 (±9); both of its claims are supported elsewhere; no sign of manipulation was found; only a part of it could be read.",
		"standard.es":      "Read it with care: trust 48 of 100 (±11); its 3 claims could not be checked against other sources; 2 minor signs of manipulation.",
		"comprehensive.fr": "Not judged, only described: 28 words in French, mostly about sel.",
		"bare":             "The source could be fetched, but not analysed.",
	} {
		if got := Build(fixtures[name](t)).Headline; got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	in := solar(t)
	in.Claims.Claims[0].Verdict = schemas.VerdictDisputed
	if got := Build(in).Headline; !strings.HasPrefix(got, "Read it with care") {
		t.Errorf("a claim is disputed: %s", got)
	}
}

func TestTheCountOfTheClaimsReadsAsASentence(t *testing.T) {
	const supported, disputed, mixed, notFound, notChecked = schemas.VerdictSupported, schemas.VerdictDisputed, schemas.VerdictMixed, schemas.VerdictNotFound, schemas.VerdictNotChecked
	for _, c := range []struct {
		verdicts     []string
		clause, text string
	}{
		{nil, "it makes no claim that could be checked", "No sentence makes a claim that could be checked."},
		{[]string{notChecked}, "its one claim could not be checked against other sources", ""},
		{[]string{notChecked, notChecked}, "its 2 claims could not be checked against other sources", ""},
		{[]string{notFound}, "no evidence was found for its one claim", "1 claim was looked for in 3 other documents: not found elsewhere."},
		{[]string{notFound, notFound}, "no evidence was found for any of its 2 claims", "2 claims were looked for in 3 other documents: 2 not found elsewhere."},
		{[]string{disputed}, "its one claim is disputed elsewhere", "1 claim was looked for in 3 other documents: disputed."},
		{[]string{mixed}, "its one claim has evidence elsewhere both for and against it", "1 claim was looked for in 3 other documents: with evidence on both sides."},
		{[]string{mixed, mixed}, "both of its claims have evidence elsewhere both for and against them", "2 claims were looked for in 3 other documents: 2 with evidence on both sides."},
		{[]string{supported, supported, supported}, "all 3 of its claims are supported elsewhere", "3 claims were looked for in 3 other documents: 3 supported."},
		{[]string{mixed, notFound}, "of its 2 claims, one has evidence elsewhere both for and against it", "2 claims were looked for in 3 other documents: 1 with evidence on both sides and 1 not found elsewhere."},
		{[]string{supported, notFound}, "of its 2 claims, one is supported elsewhere", "2 claims were looked for in 3 other documents: 1 supported and 1 not found elsewhere."},
		{[]string{disputed, mixed, mixed, supported}, "of its 4 claims, one is disputed elsewhere, one is supported and 2 have evidence both for and against them", "4 claims were looked for in 3 other documents: 1 supported, 1 disputed and 2 with evidence on both sides."},
		{[]string{disputed, disputed, supported, supported, notChecked}, "of its 5 claims, 2 are disputed elsewhere and 2 are supported", "4 claims were looked for in 3 other documents: 2 supported and 2 disputed. 1 more was not checked."},
	} {
		r := schemas.Report{Claims: &schemas.Verification{Checked: 3}}
		for _, v := range c.verdicts {
			r.Claims.Claims = append(r.Claims.Claims, schemas.Claim{Verdict: v})
		}
		if clause, text := claimsBasis(r, tally(r.Claims)); clause != c.clause || text != c.text {
			t.Errorf("%q:\n%s\n%s\nwant\n%s\n%s", c.verdicts, clause, text, c.clause, c.text)
		}
	}
}

func TestForeignTextStaysText(t *testing.T) {
	in := harbour(t)
	hostile := "<b>x</b> [fast](http://evil) *rose* `code` | cell | # head ~~gone~~ &lt;i&gt; \x1b[31m\u202eevil\r\n- list"
	in.Source.Title, in.Source.SiteName, in.Source.Authors = hostile, hostile, []string{hostile}
	in.Analysis.Summary[0].Text, in.Analysis.KeyTerms[0].Text, in.Analysis.Entities[0].Name = hostile, hostile, hostile
	in.Claims.Claims[0].Where.Text, in.Claims.Claims[0].Evidence[0].Where.Text, in.Claims.Claims[0].Evidence[0].Why = hostile, hostile, hostile
	in.Assessment.Findings[0].Why, in.Assessment.Findings[0].Matched = hostile, hostile
	in.Related.Documents[0].Source.Title, in.Related.Documents[0].Source.FinalURL, in.Related.Skipped[0].Message = hostile, hostile, hostile
	in.Research.Overview[0].Text, in.Profile.Voices[0].Name, in.Graph.Nodes[0].Name, in.Knowledge.Entities[0].Name = hostile, hostile, hostile, hostile
	in.Sections[0].Status, in.Sections[0].Message, in.Depth, in.WorkflowID = "skipped", hostile, hostile, hostile
	text := Build(in).Markdown
	for _, bad := range []string{"<b>", "[fast](http", "*rose*", "~~gone", " `code", "| cell |", "\x1b", "\u202e", "\n- list", " &lt;i&gt;"} {
		if i := strings.Index(text, bad); i >= 0 {
			t.Errorf("%q came through: %q", bad, text[max(0, i-80):min(len(text), i+80)])
		}
	}
}

// TestALongSentenceIsCutVisibly: a source without a full stop does not make a report that nobody can open.
func TestALongSentenceIsCutVisibly(t *testing.T) {
	in := harbour(t)
	long := strings.Repeat("und so weiter ", 20_000)
	for i := range in.Claims.Claims {
		in.Claims.Claims[i].Where.Text = long
	}
	in.Analysis.Summary[0].Text, in.Assessment.Findings[0].Matched = long, long
	if text := Build(in).Markdown; len(text) > 40_000 || !strings.Contains(text, "[…]") && !strings.Contains(text, `\[…\]`) {
		t.Errorf("%d bytes", len(text))
	}
}

func BenchmarkBuild(b *testing.B) {
	in := harbour(b)
	for b.Loop() {
		_ = Build(in)
	}
}

// TestEveryStageHasItsPlaceInTheReport: what a stage found is read by the briefing.
func TestEveryStageHasItsPlaceInTheReport(t *testing.T) {
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		t.Fatal(err)
	}
	outputs := new(Input).Outputs()
	for _, p := range plan {
		if outputs[p.Stage] == nil && p.Stage != workflow.Briefing {
			t.Errorf("the output of %s goes nowhere: it wants a line in Outputs", p.Stage)
		}
	}
	if len(outputs) != len(plan)-1 {
		t.Errorf("%d places for %d stages", len(outputs), len(plan)-1)
	}
}
