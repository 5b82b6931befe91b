package jetstream_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/schemas"
)

// caring consumes one event with a handler, without a limit of deliveries, and returns what was given up.
func caring(t *testing.T, handler consume.Handler) (client *jetstream.Client, givenUp chan error) {
	t.Helper()
	nc := natstest.Start(t)
	client = natstest.Bind(t, nc, jetstream.Options{})
	all := schemas.Consumer{Name: "all", Stream: schemas.StreamLog, Filter: "autointel.*.stage.>", AckWait: 30 * time.Second, MaxDeliver: -1, MaxPending: 100}
	if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), []schemas.Consumer{all}); err != nil {
		t.Fatal(err)
	}
	givenUp = make(chan error, 10)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		done <- client.Consume(ctx, jetstream.Consumption{
			Stream: schemas.StreamLog, Consumers: []string{"all"}, Workers: 4, Handler: handler,
			GivenUp: func(_ context.Context, _ consume.Delivery, cause error) error { givenUp <- cause; return cause },
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	appendAll(t, client, 1)
	return client, givenUp
}

func TestAnAnswerThatAsksForAnotherTryIsNoDeath(t *testing.T) {
	var tries atomic.Int32
	done := make(chan bool)
	_, givenUp := caring(t, func(context.Context, consume.Delivery) error {
		if tries.Add(1) < 10*schemas.MaxBegun {
			return consume.RetryAfter(errors.New("Discord is away"), time.Millisecond)
		}
		close(done)
		return nil
	})
	<-done
	select {
	case err := <-givenUp:
		t.Errorf("given up: %v", err)
	default:
	}
}

func TestAHandlerThatPanicsEndsAsADeadLetterAndNotTheProcess(t *testing.T) {
	var panics atomic.Int32
	client, givenUp := caring(t, func(context.Context, consume.Delivery) error {
		panics.Add(1)
		panic("poison")
	})
	if err := <-givenUp; consume.Of(err, 1).Kind != consume.Dead {
		t.Errorf("%v", err)
	}
	if n := panics.Load(); n < schemas.MaxBegun {
		t.Errorf("given up after %d", n)
	}
	for {
		letters, err := client.Letters(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(letters) == 1 {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
}
