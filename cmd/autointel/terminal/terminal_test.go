package terminal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAReportIsReadable(t *testing.T) {
	markdown := "# The wall \\*that\\* held\n\n**Read it with care: trust 48 of 100.**\n\n- Address: <https://a.example/x>\n  - “It &lt;rose&gt; by 3 &amp;lt; 4 metres, said somebody who had seen it with his own eyes” *(sentence 1)*\n\n## Claims\n\n" +
		"| what | word for word | where |\n|---|---|---|\n| the claim | “It cost 31 million \\| more” | sentence 2 |\n| **against**: 36 there | “It cost 36 million pounds, as everybody knows” | Tribune, source 2 |\n\n> “Quoted *as* it stands”\n\n12. “A source”, `wf_1_2`\n\n---\n"
	want := `The wall *that* held
════════════════════════════════════════════════════════════

Read it with care: trust 48 of 100.

• Address: https://a.example/x
  • “It <rose> by 3 &lt; 4 metres, said somebody who had
    seen it with his own eyes” (sentence 1)

Claims
────────────────────────────────────────────────────────────

what               word for word           where
the claim          “It cost 31 million |   sentence 2
                   more”
against: 36 there  “It cost 36 million     Tribune, source 2
                   pounds, as everybody
                   knows”

  │ “Quoted as it stands”

12. “A source”, wf_1_2

────────────────────────────────────────────────────────────
`
	if got := Render(markdown, 60, false); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := Render(markdown, 60, true); !strings.Contains(got, "\x1b[1;36mThe wall *that* held\x1b[0m\n") || !strings.Contains(got, "\x1b[1;31magainst\x1b[0m\x1b[31m: 36 there\x1b[0m") {
		t.Errorf("%q", got)
	}
}

// TestEveryReportFitsItsWidth: but for words that are longer than a line, such as addresses.
func TestEveryReportFitsItsWidth(t *testing.T) {
	paths, err := filepath.Glob("../../../services/analyzer/briefing/testdata/*.md")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, columns := range []int{MinWidth, 80, MaxWidth} {
			shown := Render(string(raw), columns, false)
			for line := range strings.Lines(shown) {
				if line = strings.TrimSuffix(line, "\n"); width(line) > columns && !strings.Contains(line, "://") && !strings.Contains(line, "wf_") {
					t.Errorf("%s at %d: %d columns: %s", filepath.Base(path), columns, width(line), line)
				}
			}
			for _, mark := range []string{"**", "\\", "&lt;", "|---"} {
				if strings.Contains(shown, mark) {
					t.Errorf("%s: %q was not read", filepath.Base(path), mark)
				}
			}
		}
	}
}

func TestWhatIsNoTerminalHasNoColour(t *testing.T) {
	if columns, colour := Of(&bytes.Buffer{}); columns != DefaultWidth || colour {
		t.Error(columns, colour)
	}
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, colour := Of(file); colour {
		t.Error("a file is no terminal")
	}
}

func TestAnythingCanBeRendered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"|", "\n", "*", "**", "`", "\\", "<", ">", "# ", "- ", "> ", "x", " ", "語", "1. ", "---"})
		text := strings.Join(rapid.SliceOf(piece).Draw(t, "text"), "")
		_ = Render(text, rapid.IntRange(-1, 200).Draw(t, "width"), true)
	})
}
