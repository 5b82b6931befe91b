package jetstream_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/testtime"
	"autointel.example/schemas"
)

// consuming runs a handler on a consumer of every settlement until the test ends.
func consuming(t *testing.T, nc *nats.Conn, workers int, handler consume.Handler) *jetstream.Client {
	t.Helper()
	c := natstest.Bind(t, nc, jetstream.Options{})
	all := schemas.Consumer{Name: "all", Stream: schemas.StreamLog, Filter: "autointel.*.stage.>", AckWait: 30 * time.Second, MaxDeliver: 3, MaxPending: 100}
	if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), []schemas.Consumer{all}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		done <- c.Consume(ctx, jetstream.Consumption{Stream: schemas.StreamLog, Consumers: []string{"all"}, Workers: workers, Handler: handler})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return c
}

func appendAll(t *testing.T, c *jetstream.Client, n int) {
	t.Helper()
	for i := range n {
		if _, err := c.Append(t.Context(), completed(i, "analyze")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoMoreMessagesAreHandledThanThereAreWorkers(t *testing.T) {
	var busy, most atomic.Int32
	handled := make(chan bool, 200)
	c := consuming(t, natstest.Start(t), 4, func(context.Context, consume.Delivery) error {
		for n := busy.Add(1); ; {
			if m := most.Load(); n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		handled <- true
		busy.Add(-1)
		return nil
	})
	appendAll(t, c, 200)
	for range 200 {
		<-handled
	}
	if m := most.Load(); m > 4 {
		t.Errorf("%d at once", m)
	}
}

func TestDispositions(t *testing.T) {
	cause := errors.New("cause")
	t.Run("a message to be tried again comes again", func(t *testing.T) {
		attempts := make(chan int, 10)
		c := consuming(t, natstest.Start(t), 1, func(_ context.Context, d consume.Delivery) error {
			attempts <- d.Attempt
			if d.Attempt == 1 {
				return consume.RetryAfter(cause, time.Millisecond)
			}
			return nil
		})
		appendAll(t, c, 1)
		if a, b := <-attempts, <-attempts; a != 1 || b != 2 {
			t.Errorf("attempts %d and %d", a, b)
		}
	})
	t.Run("a terminal one becomes a dead letter", func(t *testing.T) {
		nc := natstest.Start(t)
		c := consuming(t, nc, 1, func(context.Context, consume.Delivery) error { return consume.Terminal(cause) })
		letters, err := nc.SubscribeSync("autointel-dead.all.*")
		if err != nil {
			t.Fatal(err)
		}
		appendAll(t, c, 1)
		letter, err := letters.NextMsg(10 * time.Second)
		if err != nil || letter.Header.Get("Autointel-Dead-Reason") != "cause" || letter.Header.Get(schemas.HeaderType) != schemas.TypeStageCompleted {
			t.Errorf("%+v, %v", letter, err)
		}
	})
	t.Run("an outage holds the message and counts no attempt, but says that it was handled before", func(t *testing.T) {
		var calls atomic.Int32
		handled := make(chan consume.Delivery, 10)
		c := consuming(t, natstest.Start(t), 2, func(_ context.Context, d consume.Delivery) error {
			if calls.Add(1) == 1 {
				if d.Again() {
					t.Error("it was never handled before")
				}
				return consume.Outage(cause)
			}
			handled <- d
			return nil
		})
		appendAll(t, c, 1)
		if d := <-handled; d.Attempt != 1 || !d.Held || !d.Again() {
			t.Errorf("attempt %d, held %v", d.Attempt, d.Held)
		}
	})
}

func TestStoppingWaitsForTheHandlerAtWork(t *testing.T) {
	nc := natstest.Start(t)
	c := natstest.Bind(t, nc, jetstream.Options{})
	appendAll(t, c, 1)
	began, finish := make(chan bool), make(chan bool)
	var finished atomic.Bool
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	all := schemas.Consumer{Name: "all", Stream: schemas.StreamLog, Filter: "autointel.*.stage.>", AckWait: 30 * time.Second, MaxDeliver: 3, MaxPending: 100}
	if err := jetstream.Provision(ctx, nc, natstest.Settings(), []schemas.Consumer{all}); err != nil {
		t.Fatal(err)
	}
	go func() {
		done <- c.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{"all"}, Workers: 1, Drain: time.Minute,
			Handler: func(ctx context.Context, _ consume.Delivery) error {
				began <- true
				<-finish
				finished.Store(ctx.Err() == nil)
				return nil
			},
		})
	}()
	<-began
	cancel()
	finish <- true
	if err := <-done; err != nil || !finished.Load() {
		t.Errorf("finished in peace: %v, %v", finished.Load(), err)
	}
}

func TestWhatIsOnItsWayWhenConsumingEndsGoesBackAtOnce(t *testing.T) {
	nc := natstest.Start(t)
	c := natstest.Bind(t, nc, jetstream.Options{})
	all := schemas.Consumer{Name: "all", Stream: schemas.StreamLog, Filter: "autointel.*.stage.>", AckWait: time.Hour, MaxDeliver: -1, MaxPending: 1000}
	if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), []schemas.Consumer{all}); err != nil {
		t.Fatal(err)
	}
	const messages = 300
	appendAll(t, c, messages)
	handled := map[uint64]bool{}
	for life := 1; len(handled) < messages; life++ {
		ctx, cancel := context.WithTimeout(t.Context(), testtime.Limit(5*time.Second))
		seen, least := make(chan uint64, messages), min(7, messages-len(handled))
		if err := c.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{"all"}, Workers: 16, Drain: time.Minute,
			Handler: func(_ context.Context, d consume.Delivery) error {
				seen <- d.Seq
				if len(seen) >= least {
					cancel()
				}
				return nil
			},
		}); err != nil {
			t.Fatal(err)
		}
		cancel()
		close(seen)
		took := len(seen)
		for seq := range seen {
			handled[seq] = true
		}
		if took < least {
			t.Fatalf("life %d: %d messages of %d were handled, and the rest waits for an hour", life, len(handled), messages)
		}
	}
}

func TestATimerArrives(t *testing.T) {
	nc := natstest.Start(t)
	var ahead atomic.Int64 // how far the client's clock is ahead of real time
	clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	c := natstest.Bind(t, nc, jetstream.Options{Now: clock})
	due := make(chan string, 10)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- c.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamTimers, Consumers: []string{schemas.ConsumerWatch}, Workers: 1,
			Handler: func(_ context.Context, d consume.Delivery) error { due <- d.Subject; return nil },
		})
	}()
	now := time.Now()
	if err := errors.Join(
		c.SetTimer(ctx, id(1), now.Add(time.Hour)),
		c.SetTimer(ctx, id(1), now.Add(2*time.Second)), // replaces it
		c.SetTimer(ctx, id(2), now.Add(-time.Hour)),
	); err != nil {
		t.Fatal(err)
	}
	if a, b := <-due, <-due; a != schemas.DueSubject(id(2)) || b != schemas.DueSubject(id(1)) {
		t.Errorf("first %s, then %s", a, b)
	}
	ahead.Store(int64(time.Hour))
	if err := errors.Join(c.SetTimer(ctx, id(3), clock().Add(2*time.Second)), c.SetTimer(ctx, id(4), now.Add(59*time.Minute))); err != nil {
		t.Fatal(err)
	}
	if a, b := <-due, <-due; a != schemas.DueSubject(id(4)) || b != schemas.DueSubject(id(3)) {
		t.Errorf("by a clock that is an hour ahead: first %s, then %s", a, b)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// begunLoops notes the loops that were begun and have not ended.
type begunLoops struct {
	mu    sync.Mutex
	loops map[string]int
}

func (b *begunLoops) Begin(name string) (beat, end func()) {
	b.add(name, 1)
	return func() {}, func() { b.add(name, -1) }
}

func (b *begunLoops) add(name string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.loops[name] += n
}

func TestALoopIsWatchedUntilItHasEnded(t *testing.T) {
	watched := &begunLoops{loops: map[string]int{}}
	client := natstest.Bind(t, natstest.Start(t), jetstream.Options{Pulse: watched})
	appendAll(t, client, 1)
	ctx, cancel := context.WithCancel(t.Context())
	at, done := make(chan bool), make(chan error, 1)
	go func() {
		done <- client.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{"stage-verify-after-analyze"}, Workers: 1, Drain: time.Minute,
			Handler: func(context.Context, consume.Delivery) error { at <- true; <-at; return nil },
		})
	}()
	<-at
	cancel() // it drains
	if watched.loops["stage-verify-after-analyze"] != 1 {
		t.Errorf("%v", watched.loops)
	}
	at <- true
	if err := <-done; err != nil || watched.loops["stage-verify-after-analyze"] != 0 {
		t.Errorf("%v, %v", watched.loops, err)
	}
}
