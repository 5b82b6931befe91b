package jetstream_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/schemas"
)

func workflows(leases []jetstream.Lease) string {
	var ids []string
	for _, l := range leases {
		ids = append(ids, l.Workflow[len(l.Workflow)-1:])
	}
	return strings.Join(ids, " ")
}

func TestLeasesAreListedByUserAndByGuildInTheOrderTheyWereTaken(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	now := time.Now().UTC()
	for n, r := range []schemas.Requester{{UserID: "5", GuildID: "2"}, {UserID: "5"}, {UserID: "6", GuildID: "2"}, {UserID: "5", GuildID: "2"}} {
		l := jetstream.Lease{Workflow: id(9 - n), URL: "https://example.org", Depth: "deep", Since: now}
		r.ChannelID, r.Private = "3", n == 0
		for range 2 { // to take it again changes nothing
			if _, err := c.TakeLease(t.Context(), r, l); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.ReleaseLease(t.Context(), schemas.Requester{UserID: "5", GuildID: "2"}, id(6)); err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct {
		name    string
		filters []string
		want    string
	}{
		{"a user's, wherever asked", []string{jetstream.LeasesOfUser("5")}, "9 8"},
		{"a guild's", []string{jetstream.LeasesOfGuild("2")}, "9 7"},
		{"of direct messages", []string{jetstream.LeasesOfGuild("")}, "8"},
		{"both, each once", []string{jetstream.LeasesOfUser("5"), jetstream.LeasesOfGuild("2")}, "9 8 7"},
		{"nobody's", []string{jetstream.LeasesOfUser("7")}, ""},
		{"no filter", nil, ""},
	} {
		if got, err := c.Leases(t.Context(), q.filters...); workflows(got) != q.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", q.name, workflows(got), err, q.want)
		}
	}
	got, err := c.Leases(t.Context(), jetstream.LeasesOfUser("5"))
	if err != nil || len(got) != 2 || got[0].Rank >= got[1].Rank {
		t.Fatalf("%+v, %v", got, err)
	}
	want := jetstream.Lease{Workflow: id(9), URL: "https://example.org", Depth: "deep", Since: now, Channel: "3", Private: true, User: "5", Guild: "2", Rank: got[0].Rank}
	if got[0] != want || got[1].Guild != "" {
		t.Errorf("%+v", got)
	}
}

func TestAListOfLeasesEndsWithItsContext(t *testing.T) {
	nc := natstest.Start(t)
	c := natstest.Bind(t, nc, jetstream.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Leases(ctx, jetstream.LeasesOfUser("5")); err == nil {
		t.Error("it was listed although nobody waits")
	}
	nc.Close()
	if _, err := c.Leases(t.Context(), jetstream.LeasesOfUser("5"), jetstream.LeasesOfGuild("2")); err == nil {
		t.Error("it was listed without a broker")
	}
}

func TestALeaseIsLiveWhileItsWorkflowRuns(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	now := time.Now()
	append := func(n int, data schemas.Data) {
		if _, err := c.Append(t.Context(), schemas.Event{Workflow: id(n), Context: rawContext, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	append(1, schemas.WorkflowRequested{RequestedAt: now})
	append(2, schemas.WorkflowRequested{RequestedAt: now})
	append(2, schemas.WorkflowCancelled{By: "5"})
	got, err := c.Live(t.Context(), []jetstream.Lease{
		{Workflow: id(1), Since: now.Add(-time.Hour)},
		{Workflow: id(2), Since: now},                        // ended, and the notifier has not heard of it
		{Workflow: id(3), Since: now.Add(-time.Hour)},        // never requested
		{Workflow: id(4), Since: now},                        // about to be
		{Workflow: id(5), Since: now.Add(-15 * time.Second)}, // never to be: a command has 3 s
	})
	if workflows(got) != "1 4" || err != nil {
		t.Errorf("%q, %v", workflows(got), err)
	}
	if got, err := c.Live(t.Context(), nil); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestMoreLeasesThanOneAnswerHoldsAreAllListed(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	who := schemas.Requester{UserID: "5", GuildID: "7"}
	const many = 600
	for n := range many {
		if _, err := c.TakeLease(t.Context(), who, jetstream.Lease{Workflow: id(n)}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 10 {
		if err := c.ReleaseLease(t.Context(), who, id(n)); err != nil {
			t.Fatal(err)
		}
	}
	leases, err := c.Leases(t.Context(), jetstream.LeasesOfUser("5"), jetstream.LeasesOfGuild("7"))
	if err != nil || len(leases) != many-10 || leases[0].Workflow != id(10) {
		t.Errorf("%d leases, %v", len(leases), err)
	}
}
