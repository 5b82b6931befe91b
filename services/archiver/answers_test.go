package archiver_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go/micro"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// openAnswering opens a house and waits until its archive answers.
func openAnswering(t *testing.T) *house {
	t.Helper()
	h := open(t)
	for {
		_, err := h.client.Estimate(t.Context(), "")
		var nobody *jetstream.NobodyAnswersError
		if !errors.As(err, &nobody) {
			return h
		}
		<-time.After(time.Millisecond)
	}
}

// put keeps a record of an ended workflow, n minutes ago.
func (h *house) put(t *testing.T, n int, who schemas.Requester, title string) string {
	t.Helper()
	wf, _ := ids(n)
	ended := time.Now().Add(-time.Duration(n) * time.Minute)
	r := archive.Record{
		WorkflowID: wf, URL: "https://example.org/" + title, Normalized: "example.org/" + title, Depth: "deep", Outcome: workflow.Completed, Title: title,
		UserID: who.UserID, GuildID: who.GuildID, Private: who.Private, RequestedAt: ended.Add(-time.Duration(n) * time.Minute), EndedAt: ended,
	}
	if err := h.store.Put(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return wf
}

func TestTheArchiveShowsEverybodyWhatIsTheirs(t *testing.T) {
	h := openAnswering(t)
	secret, bob := ann, schemas.Requester{UserID: "7", GuildID: "2"}
	secret.Private = true
	boss := schemas.Requester{UserID: "8", GuildID: "2", ManageGuild: true}
	h.put(t, 1, ann, "tides")
	h.put(t, 2, secret, "secret")
	h.put(t, 3, bob, "bread")
	for name, c := range map[string]struct {
		question any
		want     string
	}{
		"one's own":                        {schemas.ArchiveSearch{Requester: ann}, "tides secret "},
		"a guild's, by its manager":        {schemas.ArchiveSearch{Requester: boss, Guild: true}, "tides bread "},
		"a guild's, by a member":           {schemas.ArchiveSearch{Requester: bob, Guild: true}, "bread "},
		"a manager's own":                  {schemas.ArchiveSearch{Requester: boss}, ""},
		"no more than asked for":           {schemas.ArchiveSearch{Requester: ann, Limit: 1}, "tides "},
		"suggestions, newest first":        {schemas.ArchiveSuggest{Requester: ann}, "tides secret "},
		"suggestions for a manager":        {schemas.ArchiveSuggest{Requester: boss}, "tides bread "},
		"suggestions for what was typed":   {schemas.ArchiveSuggest{Requester: ann, Typed: "SEC"}, "secret "},
		"no suggestion of somebody's else": {schemas.ArchiveSuggest{Requester: bob, Typed: "tides"}, ""},
	} {
		var got []schemas.ArchiveEntry
		var err error
		switch q := c.question.(type) {
		case schemas.ArchiveSearch:
			got, err = h.client.Search(t.Context(), q)
		case schemas.ArchiveSuggest:
			got, err = h.client.Suggest(t.Context(), q)
		}
		var titles string
		for _, e := range got {
			titles += e.Title + " "
		}
		if err != nil || titles != c.want {
			t.Errorf("%s: %q, %v, want %q", name, titles, err, c.want)
		}
	}
}

func TestTheArchiveKnowsHowLongWorkflowsTake(t *testing.T) {
	h := openAnswering(t)
	if e, err := h.client.Estimate(t.Context(), "deep"); err != nil || e != (schemas.ArchiveEstimated{}) {
		t.Errorf("of nothing: %+v, %v", e, err)
	}
	for n := 1; n <= 5; n++ {
		h.put(t, n, ann, "tides")
	}
	if e, err := h.client.Estimate(t.Context(), "deep"); err != nil || e.Runs != 5 || e.Median != 3*time.Minute {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err := h.client.Estimate(t.Context(), "standard"); err != nil || e.Runs != 0 {
		t.Errorf("of another depth: %+v, %v", e, err)
	}
}

func TestAQuestionThatIsNoneGetsAnError(t *testing.T) {
	h := openAnswering(t)
	_, err := h.client.Search(t.Context(), schemas.ArchiveSearch{}) // nobody asks
	var refused *jetstream.AnswerError
	if !errors.As(err, &refused) || refused.Code != schemas.AnswerBadQuestion {
		t.Errorf("%v", err)
	}
	for _, subject := range []string{schemas.SubjectArchiveSearch, schemas.SubjectArchiveSuggest, schemas.SubjectArchiveEstimate, schemas.SubjectArchiveKnown} {
		msg, err := h.conn.RequestWithContext(t.Context(), subject, []byte("?"))
		if err != nil || msg.Header.Get(micro.ErrorCodeHeader) != schemas.AnswerBadQuestion {
			t.Errorf("%s: %v, %v", subject, msg, err)
		}
	}
	if n, err := h.client.LastSeq(t.Context(), schemas.Root+".>"); n != 0 || err != nil {
		t.Errorf("the log kept a question: %d, %v", n, err)
	}
}

func TestTheArchiveIsListedAsAService(t *testing.T) {
	h := openAnswering(t)
	subject, err := micro.ControlSubject(micro.InfoVerb, schemas.ServiceArchive, "")
	if err != nil {
		t.Fatal(err)
	}
	msg, err := h.conn.RequestWithContext(t.Context(), subject, nil)
	if err != nil {
		t.Fatal(err)
	}
	var info micro.Info
	if err := json.Unmarshal(msg.Data, &info); err != nil || info.Name != schemas.ServiceArchive || len(info.Endpoints) != 4 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestAnArchiveThatIsAwayIsSaidToBe(t *testing.T) {
	client := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	_, err := client.Search(t.Context(), schemas.ArchiveSearch{Requester: ann})
	var nobody *jetstream.NobodyAnswersError
	if !errors.As(err, &nobody) || nobody.Subject != schemas.SubjectArchiveSearch {
		t.Errorf("%v", err)
	}
}
