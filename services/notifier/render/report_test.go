package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

var update = flag.Bool("update", false, "write the golden files")

// reports are those that the briefing's own tests hold.
func reports(t testing.TB) map[string]schemas.Report {
	t.Helper()
	paths, err := filepath.Glob("../../../schemas/testdata/reports/*.json")
	if err != nil || len(paths) < 5 {
		t.Fatalf("%v, %v", paths, err)
	}
	all := map[string]schemas.Report{}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var r schemas.Report
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(p), ".json")] = r
	}
	return all
}

// drawn is a message as a person sees it, more or less.
func drawn(m discord.Message) []byte {
	var b bytes.Buffer
	if m.Content != "" {
		fmt.Fprintf(&b, "%s\n", m.Content)
	}
	for _, e := range m.Embeds {
		fmt.Fprintf(&b, "[#%06x] %s\n\n%s\n", e.Color, e.Title, e.Description)
		for _, f := range e.Fields {
			fmt.Fprintf(&b, "%s%s\n%s\n\n", f.Name, map[bool]string{true: " (beside the last)"}[f.Inline], f.Value)
		}
		fmt.Fprintf(&b, "(%s)\n", e.Footer.Text)
	}
	for _, c := range m.Components {
		for _, button := range c.(discordgo.ActionsRow).Components {
			fmt.Fprintf(&b, "<%s> ", button.(discordgo.Button).Label)
		}
	}
	for _, f := range m.Files {
		fmt.Fprintf(&b, "📎 %s", f.Name)
	}
	return append(bytes.TrimRight(b.Bytes(), " \n"), '\n')
}

func TestTheCardsLookAsDrawn(t *testing.T) {
	for name, r := range reports(t) {
		t.Run(name, func(t *testing.T) {
			m := Report(r, 0, false)
			check(t, m)
			got := drawn(m)
			path := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.MkdirAll("testdata", 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v; run with -update and look at the difference\n%s", err, got)
			}
		})
	}
}

// TestACardOfAHostileReportHasNoFormattingOfItsOwn: every text of the richest report is replaced by one that tries to format, link
// and mention.
func TestACardOfAHostileReportHasNoFormattingOfItsOwn(t *testing.T) {
	raw, err := os.ReadFile("../../../schemas/testdata/reports/experimental.en.json")
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	hostile := "@everyone <@1> [x](http://evil) **b** ||s|| `c` "
	for _, times := range []int{1, 300} {
		poisoned, err := json.Marshal(poison(tree, strings.Repeat(hostile, times)))
		if err != nil {
			t.Fatal(err)
		}
		var r schemas.Report
		if err := json.Unmarshal(poisoned, &r); err != nil {
			t.Fatal(err)
		}
		m := Report(r, 0, true)
		check(t, m)
		shown := string(drawn(m))
		for _, bad := range []string{"@everyone", "<@1>", "[x](", "**b**", "||s||", "`c`"} {
			if strings.Contains(strings.ReplaceAll(shown, `\`+bad[:1], ""), bad) {
				t.Errorf("%q came through:\n%s", bad, shown)
			}
		}
		if len(m.Mentions) != 0 {
			t.Error("somebody's mention rings")
		}
	}
}

// poison replaces every text under keys that hold foreign text.
func poison(v any, text string) any {
	switch x := v.(type) {
	case map[string]any:
		for k, child := range x {
			if _, is := child.(string); is && strings.Contains(" headline title site_name partner claim claimant rating reviewer was now title_was text name why matched speaker about message stage reason ", " "+k+" ") {
				x[k] = text
				continue
			}
			x[k] = poison(child, text)
		}
	case []any:
		for i, child := range x {
			x[i] = poison(child, text)
		}
	}
	return v
}

func TestTheColourIsThatOfTheTrust(t *testing.T) {
	for score, want := range map[int]int{0: discord.Red, 39: discord.Red, 40: discord.Orange, 69: discord.Orange, 70: discord.Green, 100: discord.Green} {
		if got := Report(schemas.Report{Assessment: &schemas.Assessment{Trust: schemas.Trust{Score: score}}}, 0, false).Embeds[0].Color; got != want {
			t.Errorf("%d: %06x", score, got)
		}
	}
	if got := Report(schemas.Report{}, 0, false).Embeds[0].Color; got != discord.Blue {
		t.Errorf("without a score: %06x", got)
	}
}

// TestASignThatAModelNamedIsMarked: beside one of the same kind that the text gave away.
func TestASignThatAModelNamedIsMarked(t *testing.T) {
	sign := schemas.Finding{Name: "Loaded language", Severity: 1, Why: "The wording judges: “gulls”.", Method: schemas.MethodLocal}
	named := sign
	named.Method = schemas.MethodModel + "tide-7b"
	_, value, _ := signs(schemas.Report{Assessment: &schemas.Assessment{Findings: []schemas.Finding{sign, named}}})
	lines := strings.Split(value, "\n")
	if len(lines) != 2 || strings.Contains(lines[0], "model") || !strings.HasPrefix(lines[1], "**Loaded language** (a hint, named by the language model): ") {
		t.Errorf("%q", lines)
	}
}
