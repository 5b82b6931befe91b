package ingest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

func TestWhatMayStart(t *testing.T) {
	me := schemas.Requester{UserID: "1", GuildID: "g"}
	mine := jetstream.Lease{Workflow: "mine", URL: "https://www.example.org/a/", Depth: "deep"}
	lease := func(rank uint64, user, guild, url, depth string) jetstream.Lease {
		return jetstream.Lease{Workflow: fmt.Sprint(rank), Rank: rank, User: user, Guild: guild, URL: url, Depth: depth}
	}
	held := mine
	held.Rank, held.User, held.Guild = 5, "1", "g"
	limits := Limits{PerUser: 2, PerGuild: 3}
	for _, c := range []struct {
		name   string
		leases []jetstream.Lease
		limits Limits
		want   string
	}{
		{"nothing runs", nil, limits, ""},
		{"its own lease does not count", []jetstream.Lease{held}, Limits{1, 1}, ""},
		{"below the limit", []jetstream.Lease{lease(1, "1", "g", "u", "deep"), held}, limits, ""},
		{"at the limit of the user, wherever they asked", []jetstream.Lease{lease(1, "1", "", "u", "deep"), lease(2, "1", "h", "v", "deep"), held}, limits, refusedUser},
		{"what was taken later does not count", []jetstream.Lease{lease(1, "1", "g", "u", "deep"), held, lease(6, "1", "g", "v", "deep")}, limits, ""},
		{"of a lease that is not seen yet all others were earlier", []jetstream.Lease{lease(1, "1", "g", "u", "deep"), lease(6, "1", "g", "v", "deep")}, limits, refusedUser},
		{"at the limit of the guild", []jetstream.Lease{lease(1, "2", "g", "u", "deep"), lease(2, "3", "g", "u", "deep"), lease(3, "4", "g", "u", "deep"), held}, limits, refusedGuild},
		{"the same page at the same depth", []jetstream.Lease{lease(1, "1", "", "http://example.org/a?utm_source=x", "deep"), held}, limits, refusedSame},
		{"at another depth", []jetstream.Lease{lease(1, "1", "g", "http://example.org/a", "standard"), held}, limits, ""},
		{"for somebody else", []jetstream.Lease{lease(1, "2", "g", "http://example.org/a", "deep"), held}, limits, ""},
		{"without limits", []jetstream.Lease{lease(1, "1", "g", "u", "deep"), lease(2, "1", "g", "v", "deep"), lease(3, "1", "g", "w", "deep"), held}, Limits{}, ""},
	} {
		got := ""
		if r := judge(me, mine, c.leases, c.limits); r != nil {
			got = r.reason
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	direct := []jetstream.Lease{lease(1, "2", "", "u", "deep"), lease(2, "3", "", "u", "deep"), lease(3, "4", "", "u", "deep")}
	if r := judge(schemas.Requester{UserID: "1"}, mine, direct, limits); r != nil {
		t.Errorf("direct messages are no guild: %v", r)
	}
}

// start starts a workflow and returns its id and its answer.
func (d *desk) start(t *testing.T, u sandbox.User, url string) (string, sandbox.Message) {
	t.Helper()
	i, m := d.use(t, u, "autointel", map[string]any{"url": url, "depth": "deep"})
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	return id, m
}

// requested says whether a workflow was started.
func (d *desk) requested(t *testing.T, id string) bool {
	t.Helper()
	seq, err := d.client.LastSeq(t.Context(), schemas.SubjectOf(id, schemas.WorkflowRequested{}))
	if err != nil {
		t.Fatal(err)
	}
	return seq > 0
}

func TestMoreThanAUserMayRunGetsAnAnswerThatHelps(t *testing.T) {
	d := open(t)
	d.intake.Limits = Limits{PerUser: 2}
	one, _ := d.start(t, ann, "https://example.org/1")
	two, _ := d.start(t, ann, "https://example.org/2")
	three, m := d.start(t, ann, "https://example.org/3")
	if !m.Ephemeral() || !strings.Contains(text(m), "2 workflows are running for you") || !strings.Contains(text(m), one) || !strings.Contains(text(m), "example.org/2") {
		t.Errorf("%q", text(m))
	}
	if got := m.Buttons(); !slices.Equal(got, []string{"cancel:" + one, "cancel:" + two}) {
		t.Errorf("%v", got)
	}
	if d.requested(t, three) {
		t.Error("it was started all the same")
	}
	if n, err := d.client.Running(t.Context()); n != 2 || err != nil {
		t.Errorf("%d leases, %v", n, err)
	}
	if bobs, _ := d.start(t, sandbox.User{ID: "12", GuildID: "22", ChannelID: "33"}, "https://example.org/3"); !d.requested(t, bobs) {
		t.Error("another user's was refused")
	}
	if _, err := d.Press(t.Context(), ann, m.ID, "cancel:"+one); err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	// The lease of the cancelled one is still there, since no notifier runs: it must keep nobody from working.
	if four, m := d.start(t, ann, "https://example.org/4"); !d.requested(t, four) {
		t.Errorf("%q", text(m))
	}
}

func TestTheSamePageAtTheSameDepthIsOfferedAndNotStartedTwice(t *testing.T) {
	d := open(t)
	one, answer := d.start(t, ann, "https://example.org/a")
	two, m := d.start(t, ann, "http://www.example.org/a/?utm_source=x")
	if d.requested(t, two) || !m.Ephemeral() {
		t.Errorf("%q", text(m))
	}
	link := "https://discord.com/channels/22/33/" + answer.ID
	if !strings.Contains(text(m), one) || !strings.Contains(text(m), link) || !slices.Equal(m.Buttons(), []string{"cancel:" + one}) {
		t.Errorf("%q %v, want a link to %s", text(m), m.Buttons(), link)
	}
	private, _ := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/b", "private": true})
	_, m = d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/b"})
	id, _ := schemas.WorkflowID(private.ID)
	if !strings.Contains(text(m), id) || strings.Contains(text(m), "discord.com/channels") {
		t.Errorf("nobody can follow a link to a private answer: %q", text(m))
	}
}

func TestACommandThatIsDeliveredAgainIsNotRefusedByItsOwnLease(t *testing.T) {
	d := open(t)
	d.intake.Limits = Limits{PerUser: 1, PerGuild: 1}
	i, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/a"})
	if err := d.Deliver(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	if got, _ := d.Original(i.ID); got.ID != m.ID || !strings.Contains(text(got), "Queued") || len(d.Messages("33")) != 1 {
		t.Errorf("%q", text(got))
	}
	if n, err := d.client.Running(t.Context()); n != 1 || err != nil {
		t.Errorf("%d leases, %v", n, err)
	}
}

func TestAGuildsLimitTellsNobodyWhatOthersRun(t *testing.T) {
	d := open(t)
	d.intake.Limits = Limits{PerGuild: 2}
	one, _ := d.start(t, ann, "https://example.org/1")
	secret, _ := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/secret", "private": true})
	hidden, _ := schemas.WorkflowID(secret.ID)
	bob := sandbox.User{ID: "12", GuildID: "22", ChannelID: "33"}
	if _, m := d.start(t, bob, "https://example.org/3"); !strings.Contains(text(m), "2 workflows are running here") || strings.Contains(text(m), "wf_") || len(m.Buttons()) != 0 {
		t.Errorf("a member: %q %v", text(m), m.Buttons())
	}
	boss := sandbox.User{ID: "13", GuildID: "22", ChannelID: "33", ManageGuild: true}
	if _, m := d.start(t, boss, "https://example.org/3"); !slices.Equal(m.Buttons(), []string{"cancel:" + one}) || strings.Contains(text(m), hidden) {
		t.Errorf("who manages the guild: %q %v", text(m), m.Buttons())
	}
	elsewhere := sandbox.User{ID: "12", GuildID: "23", ChannelID: "34"}
	if id, m := d.start(t, elsewhere, "https://example.org/3"); !d.requested(t, id) {
		t.Errorf("another guild: %q", text(m))
	}
	if id, m := d.start(t, sandbox.User{ID: "12"}, "https://example.org/4"); !d.requested(t, id) {
		t.Errorf("a direct message: %q", text(m))
	}
}

func TestOfManyCommandsAtOnceExactlyAsManyStartAsMay(t *testing.T) {
	d := open(t)
	d.intake.Limits = Limits{PerUser: 3}
	var group sync.WaitGroup
	for n := range 10 {
		group.Go(func() {
			if _, err := d.Command(t.Context(), ann, "autointel", map[string]any{"url": fmt.Sprintf("https://example.org/%d", n)}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	d.intake.Wait()
	started, err := d.client.Snapshot(t.Context(), []string{schemas.Root + ".*.workflow.requested"})
	if err != nil || len(started) != 3 {
		t.Errorf("%d were started, %v", len(started), err)
	}
	if n, err := d.client.Running(t.Context()); n != 3 || err != nil {
		t.Errorf("%d leases, %v", n, err)
	}
}

func TestALeaseWithoutAWorkflowIsSoonForgotten(t *testing.T) {
	d := open(t)
	d.intake.Limits = Limits{PerUser: 1}
	crashed := jetstream.Lease{Workflow: "wf_0123456789abcdef0123456789abcdef", URL: "https://example.org/a", Depth: "deep", Since: time.Now().Add(-2 * time.Minute)}
	if _, err := d.client.TakeLease(t.Context(), schemas.Requester{UserID: ann.ID, GuildID: ann.GuildID}, crashed); err != nil {
		t.Fatal(err)
	}
	if id, m := d.start(t, ann, "https://example.org/a"); !d.requested(t, id) {
		t.Errorf("%q", text(m))
	}
}

func TestBadLimitsAreAllReported(t *testing.T) {
	err := Limits{-1, -1}.Validate()
	if err == nil || !strings.Contains(err.Error(), "PER_USER") || !strings.Contains(err.Error(), "PER_GUILD") {
		t.Error(err)
	}
	if err := (Limits{0, 20}).Validate(); err != nil {
		t.Error(err)
	}
}
