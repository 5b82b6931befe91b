package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
	"autointel.example/schemas"
)

func TestALogThatIsNearlyFullTakesNoCommandsButEverySettlement(t *testing.T) {
	const size = 2 << 20
	d := open(t)
	small := natstest.Settings()
	small.MaxBytes = size
	if err := jetstream.Provision(t.Context(), d.conn, small, nil); err != nil {
		t.Fatal(err)
	}
	looked := make(chan float64)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan bool)
	go func() {
		defer close(stopped)
		d.intake.room.watch(ctx, func(ctx context.Context) (float64, error) {
			share, err := d.client.Fullness(ctx)
			select {
			case looked <- share:
			case <-ctx.Done():
			}
			return share, err
		}, time.Millisecond, slog.New(slog.DiscardHandler))
	}()
	// The second look that is seen began after the one before it was taken in.
	look := func() float64 { <-looked; <-looked; return <-looked }
	if share := look(); share > 0.1 {
		t.Fatalf("an empty log is full by %v", share)
	}
	settle := func(n int) {
		t.Helper()
		e := schemas.Event{Workflow: fmt.Sprintf("wf_%032x", n), Context: json.RawMessage("{}"), Data: schemas.StageCompleted{
			Stage: "acquire", Output: schemas.Output{Inline: json.RawMessage(`"` + strings.Repeat("x", 30_000) + `"`)},
		}}
		if _, err := d.client.Append(t.Context(), e); err != nil {
			t.Fatalf("a settlement was refused: %v", err)
		}
	}
	n := 0
	for ; look() < crowdedAt; n++ {
		settle(n)
	}
	began := time.Now()
	id, m := d.start(t, ann, "https://example.org/full")
	if took := time.Since(began); took > testtime.Limit(time.Second) || !m.Ephemeral() || !strings.Contains(text(m), "nearly full") || d.requested(t, id) {
		t.Errorf("after %v: %q", took, text(m))
	}
	if running, err := d.client.Running(t.Context()); running != 0 || err != nil {
		t.Errorf("a command that was not taken left a lease: %d, %v", running, err)
	}
	settle(n)
	api, err := js.New(d.conn)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := api.Stream(t.Context(), schemas.StreamLog)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context(), js.WithPurgeKeep(5)); err != nil { // as old age does
		t.Fatal(err)
	}
	if share := look(); share >= crowdedAt {
		t.Fatalf("it is still full by %v", share)
	}
	if id, m := d.start(t, ann, "https://example.org/room"); !d.requested(t, id) {
		t.Errorf("with room again: %q", text(m))
	}
	cancel()
	<-stopped
}

func TestAGuildThatFloodsLeavesTheWayFreeForAnother(t *testing.T) {
	const commands, limit = 1000, 20
	d := open(t)
	d.intake.Limits = Limits{PerUser: 3, PerGuild: limit}
	d.insist(t, sandbox.User{ID: "6", GuildID: "22", ChannelID: "33"}, "https://example.org/first")
	var group sync.WaitGroup
	for worker := range 10 {
		group.Go(func() {
			for n := range commands / 10 {
				u := sandbox.User{ID: fmt.Sprint(1000 + 100*worker + n), GuildID: "22", ChannelID: "33"}
				if _, err := d.Command(t.Context(), u, "autointel", map[string]any{"url": fmt.Sprintf("https://example.org/%d/%d", worker, n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	d.intake.Wait()
	d.insist(t, sandbox.User{ID: "7", GuildID: "23", ChannelID: "34"}, "https://example.org/single")
	// What stands before it in the queue of the stages is at most what the flooding guild may run. It may be less: a command that
	// could not be made durable in time, in the flood, was refused with an answer that says so.
	before, err := d.client.Snapshot(t.Context(), []string{schemas.Root + ".*.workflow.requested"})
	if err != nil || len(before) > limit+1 || len(before) < 2 {
		t.Errorf("%d workflows were started, %v", len(before), err)
	}
}

// insist has a user use the command again where a slow machine could not accept it in the time that Discord gives, as its answer asks.
func (d *desk) insist(t *testing.T, u sandbox.User, url string) {
	t.Helper()
	for range 10 {
		id, m := d.start(t, u, url)
		if d.requested(t, id) {
			return
		}
		if !strings.Contains(text(m), "try again") {
			t.Fatalf("it was not taken: %q", text(m))
		}
		d.intake.Wait()
	}
	t.Fatal("it was never taken")
}

// A synced write takes milliseconds, a read microseconds: who floods may cost reads alone.
func TestACommandAboveTheLimitWritesNothing(t *testing.T) {
	d := open(t)
	d.intake.Limits = Limits{PerUser: 3, PerGuild: 1}
	if id, m := d.start(t, ann, "https://example.org/first"); !d.requested(t, id) {
		t.Fatalf("%q", text(m))
	}
	d.intake.Wait()
	api, err := js.New(d.conn)
	if err != nil {
		t.Fatal(err)
	}
	written := func() (all uint64) {
		for name := range api.StreamNames(t.Context()).Name() {
			stream, err := api.Stream(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			all += stream.CachedInfo().State.LastSeq
		}
		return all
	}
	before := written()
	_, m := d.start(t, sandbox.User{ID: "12", GuildID: ann.GuildID, ChannelID: ann.ChannelID}, "https://example.org/second")
	d.intake.Wait()
	if after := written(); !strings.Contains(text(m), "1 may run at once") || after != before || before == 0 {
		t.Errorf("%d writes: %q", after-before, text(m))
	}
}

// A list of leases for each of its commands would have everybody's stand behind those of who floods.
func TestOfAGuildAtItsLimitTheBrokerIsAskedAFewTimesASecond(t *testing.T) {
	d := open(t)
	now := time.Now()
	d.intake.Now = func() time.Time { return now } // between commands, of which none is at work when it changes
	d.intake.Limits = Limits{PerUser: 3, PerGuild: 1}
	asked, err := d.conn.SubscribeSync("$JS.API.DIRECT.GET.>")
	if err != nil {
		t.Fatal(err)
	}
	use := func(user, guild string) (id, answer string) {
		before, _, err := asked.Pending()
		if err != nil {
			t.Fatal(err)
		}
		id, m := d.start(t, sandbox.User{ID: user, GuildID: guild, ChannelID: "33"}, "https://example.org/"+user)
		d.intake.Wait()
		if err := d.conn.Flush(); err != nil { // the server has shown us all that was asked
			t.Fatal(err)
		}
		after, _, err := asked.Pending()
		if err != nil {
			t.Fatal(err)
		}
		return id, fmt.Sprintf("%d reads: %s", after-before, text(m))
	}
	first, _ := use("11", "22")
	if _, m := use("12", "22"); !strings.Contains(m, "1 may run at once") || strings.HasPrefix(m, "0 reads") {
		t.Errorf("the first that is refused: %q", m)
	}
	if err := d.client.ReleaseLease(t.Context(), schemas.Requester{UserID: "11", GuildID: "22"}, first); err != nil {
		t.Fatal(err)
	}
	now = now.Add(crowdedFor - time.Millisecond)
	if _, m := use("13", "22"); !strings.Contains(m, "1 may run at once") || !strings.HasPrefix(m, "0 reads") {
		t.Errorf("the next, soon after: %q", m)
	}
	if id, m := use("14", "23"); !d.requested(t, id) {
		t.Errorf("another guild: %q", m)
	}
	now = now.Add(time.Millisecond)
	if id, m := use("15", "22"); !d.requested(t, id) {
		t.Errorf("a moment later: %q", m)
	}
}
