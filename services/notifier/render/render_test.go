package render

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
	"pgregory.net/rapid"

	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// check fails if Discord would refuse a message.
func check(t interface{ Fatalf(string, ...any) }, m discord.Message) {
	total := 0
	for _, e := range m.Embeds {
		n := utf8.RuneCountInString(e.Title) + utf8.RuneCountInString(e.Description)
		if utf8.RuneCountInString(e.Title) > discord.MaxTitle || utf8.RuneCountInString(e.Description) > discord.MaxDescription || len(e.Fields) > discord.MaxFields {
			t.Fatalf("an embed is too long: %+v", e)
		}
		for _, f := range e.Fields {
			n += utf8.RuneCountInString(f.Name) + utf8.RuneCountInString(f.Value)
			if f.Name == "" || f.Value == "" || utf8.RuneCountInString(f.Value) > discord.MaxFieldValue {
				t.Fatalf("a field is refused: %+v", f)
			}
		}
		if e.Footer != nil {
			n += utf8.RuneCountInString(e.Footer.Text)
		}
		total += n
	}
	if total > discord.MaxEmbedsTotal || utf8.RuneCountInString(m.Content) > discord.MaxContent {
		t.Fatalf("%d characters of embeds, %d of content", total, utf8.RuneCountInString(m.Content))
	}
	for _, c := range m.Components {
		for _, b := range c.(discordgo.ActionsRow).Components {
			if id := b.(discordgo.Button).CustomID; id == "" || len(id) > discord.MaxCustomID {
				t.Fatalf("custom id %q", id)
			}
		}
	}
}

func TestWhateverIsFoundFitsDiscordsLimits(t *testing.T) {
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		t.Fatal(err)
	}
	const id = "wf_0123456789abcdef0123456789abcdef"
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.String().Draw(t, "s"), rapid.IntRange(1, 500).Draw(t, "n"))
		})
		r := schemas.Report{
			WorkflowID: id, URL: text.Draw(t, "url"), Title: text.Draw(t, "title"), Headline: text.Draw(t, "headline"), Markdown: text.Draw(t, "markdown"), Depth: text.Draw(t, "depth"),
			Analysis: &schemas.Analysis{Summary: []schemas.Sentence{{Text: text.Draw(t, "summary")}}, KeyTerms: []schemas.KeyTerm{{Text: text.Draw(t, "term")}}},
			Sections: []schemas.Section{{Stage: text.Draw(t, "stage"), Status: "skipped", Reason: text.Draw(t, "reason")}},
		}
		check(t, Report(r, 0, false))
		wc := schemas.Context{URL: r.URL, Depth: r.Depth, Plan: plan, Requester: schemas.Requester{UserID: "1"}}
		check(t, Draw(Progress{Workflow: id, Context: wc, Elapsed: time.Hour, Expiring: true, Findings: []string{r.Title, r.Headline}}))
		check(t, Failure(id, wc, schemas.Ended{Stage: r.Title, Message: r.Headline, Reason: r.Depth}))
		check(t, Notice(id, wc, schemas.ResultArchived{Title: r.Title, RetrievalCommand: schemas.RetrievalCommand(id), Uncertain: true}, discord.MessageLink("1", "2", "3")))
		check(t, Reminder(id, wc, schemas.ResultExpiring{Title: r.Title, RetrievalCommand: schemas.RetrievalCommand(id)}))
		check(t, Refusal(r.Depth, id))
		check(t, Cancelled(id, wc))
	})
}

func TestABarShowsItsShare(t *testing.T) {
	for _, c := range []struct {
		done, total int
		want        string
	}{{0, 4, "▱▱▱▱▱▱▱▱▱▱▱▱ 0/4 (0 %)"}, {1, 4, "▰▰▰▱▱▱▱▱▱▱▱▱ 1/4 (25 %)"}, {4, 4, "▰▰▰▰▰▰▰▰▰▰▰▰ 4/4 (100 %)"}, {0, 0, ""}} {
		if got := Bar(c.done, c.total); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestMentionsInASourceAreDefused(t *testing.T) {
	m := Report(schemas.Report{Title: "@everyone <@1> [x](http://evil)", Headline: "**@here**"}, 0, false)
	text := m.Embeds[0].Title + m.Embeds[0].Description
	for _, bad := range []string{"@everyone", "<@1>", "[x](", "@here"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q in %q", bad, text)
		}
	}
	if len(m.Mentions) != 0 {
		t.Error("somebody's mention rings")
	}
}

// What a page can say of itself to break a message, at a size that no message has.
func TestHostileTextsOfTenMegabytesFit(t *testing.T) {
	for name, piece := range map[string]string{
		"letters": "x", "emoji": "👩‍👩‍👧‍👦", "right to left": "\u202eשלום\u202c", "mentions": "@everyone <@1> <@&2> ", "markdown": "**[x](http://e.vil)** ```\n> # ~~||", "no UTF-8": "\xff\xfe",
		"controls": "\x00\x1b[31m\n\r\n", "combining": "e\u0301\u0301\u0301",
	} {
		text := strings.Repeat(piece, 10<<20/len(piece))
		wc := schemas.Context{URL: text, Depth: text, Plan: schemas.Plan{{Stage: "acquire"}}, Usually: 4 * time.Minute}
		r := schemas.Report{WorkflowID: "wf_0123456789abcdef0123456789abcdef", URL: text, Title: text, Headline: text, Markdown: text, Depth: text}
		for _, m := range []discord.Message{
			Report(r, 0, true), Draw(Progress{Context: wc, Expiring: true, Findings: []string{text}}), Failure("wf_1", wc, schemas.Ended{Message: text}),
			Notice("wf_1", wc, schemas.ResultArchived{Title: text}, ""), Reminder("wf_1", wc, schemas.ResultExpiring{Title: text}),
		} {
			check(t, m)
			for _, e := range m.Embeds {
				if shown := e.Title + e.Description; strings.Contains(shown, "@everyone") || strings.Contains(shown, "[x](") {
					t.Errorf("%s: %.80q", name, shown)
				}
			}
		}
	}
}

func TestProgressSaysHowLongItUsuallyTakes(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "so far.", 40 * time.Second: "usually less than a minute.", 250 * time.Second: "usually about 4m."} {
		if got := Draw(Progress{Context: schemas.Context{Usually: d}}).Embeds[0].Description; !strings.Contains(got, want) {
			t.Errorf("%v: %q", d, got)
		}
	}
}

// TestStepsAreNamedInWords: nobody outside knows what integrate is.
func TestStepsAreNamedInWords(t *testing.T) {
	plan, err := workflow.PlanFor(workflow.Experimental)
	if err != nil {
		t.Fatal(err)
	}
	drawn := Draw(Progress{Context: schemas.Context{Plan: plan}, Stages: map[string]schemas.Progress{workflow.Integrate: {State: "running", Done: 1, Total: 4}}}).Embeds[0].Description
	if !strings.Contains(drawn, "⏳ Comparing with earlier reports (25 %)\n") {
		t.Errorf("%q", drawn)
	}
	for _, p := range plan {
		if strings.Contains(strings.ToLower(drawn), " "+p.Stage+"\n") {
			t.Errorf("%s is named by its code: %q", p.Stage, drawn)
		}
	}
	if got := Failure("wf_1", schemas.Context{}, schemas.Ended{Stage: workflow.Acquire}).Embeds[0].Fields[1].Value; got != "Reading the source" {
		t.Errorf("%q", got)
	}
}
