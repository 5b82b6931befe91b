package single

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
)

// with hands a connection to the process's broker to who has a use for it. The process may be killed meanwhile.
func (s *Installation) with(ctx context.Context, do func(ctx context.Context, nc *nats.Conn) error) error {
	var nc *nats.Conn
	err := Patiently(ctx, readyWithin, func() (err error) {
		if err := s.Ready(ctx); err != nil {
			return err
		}
		nc, err = jetstream.Connect(jetstream.ConnectOptions{URL: "nats://" + s.nats, Name: "judge"})
		return err
	})
	if err != nil {
		return err
	}
	defer nc.Close()
	return do(ctx, nc)
}

// How the end of the work is told: by looks that find nothing to do and nothing new, not by the time that it takes.
const (
	lookEvery = 150 * time.Millisecond
	calmAfter = 4
	patience  = 3 * time.Minute // without any change although there is something to do
)

// ErrStuck says that something stays undone and nothing changes.
var ErrStuck = errors.New("something stays undone, and nothing changes")

// Calm waits until nobody has anything to do: no consumer has a message, waiting or at work. Progress is left out: it is no history, the
// broker may forget it, and after a power cut its consumer was seen to count messages as at work that were gone.
func (s *Installation) Calm(ctx context.Context) error {
	var before, now string
	changed, still := time.Now(), 0
	return s.with(ctx, func(ctx context.Context, nc *nats.Conn) error {
		for {
			if err := s.Ready(ctx); err != nil {
				return err
			}
			reports, err := jetstream.Inspect(ctx, nc)
			now = fmt.Sprint(err)
			left := 1 // unless all can be looked at
			if err == nil {
				now, left = sight.Left(slices.DeleteFunc(reports, func(r jetstream.StreamReport) bool { return r.Name == schemas.StreamProgress }))
			}
			switch {
			case now != before:
				before, changed, still = now, time.Now(), 0
			case left == 0:
				still++
			}
			switch {
			case still >= calmAfter:
				return nil
			case time.Since(changed) > patience:
				return ErrStuck
			}
			if err := pause.For(ctx, lookEvery); err != nil {
				return err
			}
		}
	})
}

// Events are the log, while the process runs.
func (s *Installation) Events(ctx context.Context) (all []schemas.Event, err error) {
	err = s.with(ctx, func(ctx context.Context, nc *nats.Conn) error {
		client, err := jetstream.Bind(ctx, nc, jetstream.Options{Source: "autointel/judge"})
		if err != nil {
			return err
		}
		all, err = sight.Events(ctx, client)
		return err
	})
	return all, err
}

// Records is what the archive holds of workflows, when the process has stopped.
func (s *Installation) Records(ctx context.Context, ids ...string) ([]judge.Record, error) {
	return sight.Records(ctx, s.Archive(), ids)
}

// Archive is where the archive is.
func (s *Installation) Archive() archiver.Database { return archiver.Database{DataDir: s.Data} }

// Messages are what users can see.
func (s *Installation) Messages(users ...sandbox.User) []judge.Message {
	direct := map[string]string{}
	for _, u := range users {
		direct[s.Box.DMChannel(u.ID)] = u.ID
	}
	return sight.Messages(s.Box, direct)
}
