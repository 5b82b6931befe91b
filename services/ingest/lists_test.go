package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// archive answers in the archiver's place until the test ends; what was asked is handed on.
type archive struct {
	entries   []schemas.ArchiveEntry
	estimated schemas.ArchiveEstimated
	err       error
	hold      chan struct{} // if not nil, an answer waits until it is closed
	asked     chan string
}

func (d *desk) archive(t *testing.T, a *archive) {
	t.Helper()
	a.asked = make(chan string, 100)
	answer := func(value func() any) func(context.Context, []byte) (any, error) {
		return func(_ context.Context, question []byte) (any, error) {
			if string(question) == `{"depth":""}` {
				return schemas.ArchiveEstimated{}, nil // by this function, to see whether it answers
			}
			a.asked <- string(question)
			if a.hold != nil {
				<-a.hold
			}
			return value(), a.err
		}
	}
	found := answer(func() any { return schemas.ArchiveFound{Entries: a.entries} })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- d.client.Serve(ctx, jetstream.Answering{Name: schemas.ServiceArchive, Within: time.Second, Endpoints: []jetstream.Endpoint{
			{Name: "search", Subject: schemas.SubjectArchiveSearch, Answer: found},
			{Name: "suggest", Subject: schemas.SubjectArchiveSuggest, Answer: found},
			{Name: "estimate", Subject: schemas.SubjectArchiveEstimate, Answer: answer(func() any { return a.estimated })},
		}})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for {
		var nobody *jetstream.NobodyAnswersError
		if _, err := d.client.Estimate(t.Context(), ""); !errors.As(err, &nobody) {
			return
		}
		<-time.After(time.Millisecond)
	}
}

const kept = "wf_0123456789abcdef0123456789abcdef"

func TestWorkflowsShowsWhatRunsAndWhatHasEnded(t *testing.T) {
	d := open(t)
	running, _ := d.start(t, ann, "https://example.org/now")
	done, m := d.start(t, ann, "https://example.org/done")
	if _, err := d.Press(t.Context(), ann, m.ID, "cancel:"+done); err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	if _, m := d.use(t, ann, "workflows", nil); !strings.Contains(text(m), "archive cannot be asked") || !strings.Contains(text(m), running) {
		t.Errorf("without an archive: %q", text(m))
	}
	a := &archive{entries: []schemas.ArchiveEntry{
		{Workflow: kept, URL: "https://example.org/b", Depth: "deep", Outcome: workflow.Completed, Title: "*Tides*", EndedAt: time.Now().Add(-time.Hour)},
		{Workflow: done, URL: "https://example.org/done", Depth: "deep", Outcome: workflow.Cancelled, EndedAt: time.Now()},
	}}
	d.archive(t, a)
	_, m = d.use(t, ann, "workflows", nil)
	if !m.Ephemeral() || m.For != ann.ID {
		t.Error("everybody sees it")
	}
	for _, want := range []string{running, "example.org/now", "deep", "since <t:", kept, `\*Tides\*`, "completed", done, "cancelled"} {
		if !strings.Contains(text(m), want) {
			t.Errorf("%q is missing in %q", want, text(m))
		}
	}
	if !slices.Equal(m.Buttons(), []string{"cancel:" + running, "retrieve:" + kept}) {
		t.Errorf("%v", m.Buttons())
	}
	var asked schemas.ArchiveSearch
	if err := json.Unmarshal([]byte(<-a.asked), &asked); err != nil || asked.Requester.UserID != ann.ID || asked.Guild {
		t.Errorf("%+v, %v", asked, err)
	}
	if _, m := d.use(t, sandbox.User{ID: "99", GuildID: "22", ChannelID: "33"}, "workflows", nil); strings.Contains(text(m), running) || !strings.Contains(text(m), "Nothing is running") {
		t.Errorf("somebody else: %q", text(m))
	}
}

func TestAListOfManyWorkflowsKeepsToDiscordsLimits(t *testing.T) {
	var leases []jetstream.Lease
	var entries []schemas.ArchiveEntry
	for range 40 {
		leases = append(leases, jetstream.Lease{Workflow: kept, URL: "https://example.org/" + strings.Repeat("a", 2000), Depth: "experimental"})
		entries = append(entries, schemas.ArchiveEntry{Workflow: kept, Title: strings.Repeat("*", 3000), Outcome: workflow.Completed})
	}
	m := lists(leases, entries[:maxRecent], true)
	if len(m.Embeds) != 2 || len(m.Components) != 3 || len([]rune(m.Embeds[0].Description)) > discord.MaxDescription {
		t.Errorf("%d embeds, %d rows", len(m.Embeds), len(m.Components))
	}
	if !strings.Contains(m.Embeds[0].Description, "and 35 more") || strings.Count(m.Embeds[1].Description, kept) != maxRecent {
		t.Errorf("%q", m.Embeds[1].Description)
	}
}

func TestCancellingByCommand(t *testing.T) {
	d := open(t)
	id, _ := d.start(t, ann, "https://example.org")
	for _, c := range []struct {
		who      sandbox.User
		id, want string
	}{
		{ann, "", "not a workflow id"},
		{ann, kept, "no such workflow"},
		{sandbox.User{ID: "12", GuildID: "22", ChannelID: "33"}, id, "no such workflow"},
		{sandbox.User{ID: "13", GuildID: "22", ChannelID: "33", ManageGuild: true}, id, "was cancelled"},
		{ann, id, "already ended"},
	} {
		if _, m := d.use(t, c.who, "cancel", map[string]any{"workflow_id": c.id}); !m.Ephemeral() || !strings.Contains(text(m), c.want) {
			t.Errorf("%s of %s: %q, want %q", c.id, c.who.ID, text(m), c.want)
		}
	}
}

func TestButtonsOfAReport(t *testing.T) {
	d := open(t)
	i, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/a", "depth": "comprehensive", "private": true})
	id, _ := schemas.WorkflowID(i.ID)
	press := func(u sandbox.User, customID string) (sandbox.Interaction, sandbox.Message) {
		t.Helper()
		b, err := d.Press(t.Context(), u, m.ID, customID)
		if err != nil {
			t.Fatal(err)
		}
		d.intake.Wait()
		answer, ok := d.Original(b.ID)
		if !ok {
			t.Fatalf("%s was never answered", customID)
		}
		return b, answer
	}
	b, _ := press(ann, "report:"+id)
	rt, _ := schemas.RetrievalID(b.ID)
	if e, found, err := d.client.Last(t.Context(), "autointel."+rt+".retrieval.requested"); err != nil || !found || e.Data.(schemas.RetrievalRequested).Workflow != id {
		t.Errorf("the full report is a retrieval: %+v, %v", e, err)
	}
	b, answer := press(ann, "deeper:"+id)
	deeper, _ := schemas.WorkflowID(b.ID)
	s, err := d.client.State(t.Context(), deeper)
	if err != nil || s.Context.Depth != workflow.Experimental || s.Context.URL != "https://example.org/a" || !s.Context.Requester.Private || !answer.Ephemeral() {
		t.Errorf("%+v, %v, %q", s.Context, err, text(answer))
	}
	if _, answer = press(ann, "deeper:"+deeper); !strings.Contains(text(answer), "no greater depth") {
		t.Errorf("%q", text(answer))
	}
	if _, answer = press(ann, "deeper:"+kept); !strings.Contains(text(answer), "no such workflow") {
		t.Errorf("of nothing: %q", text(answer))
	}
	_, m = d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/b"}) // a message that others see
	boss := sandbox.User{ID: "13", GuildID: "22", ChannelID: "33", ManageGuild: true}
	if _, answer = press(boss, "deeper:"+id); !strings.Contains(text(answer), "no such workflow") {
		t.Errorf("of somebody else: %q", text(answer))
	}
	for _, odd := range []string{"dance:" + id, "cancel", "deeper:../../x"} {
		if _, answer = press(ann, odd); !strings.Contains(text(answer), "does not know") {
			t.Errorf("%s: %q", odd, text(answer))
		}
	}
}
