package single

import (
	"context"
	"errors"
	"os"
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

// with hands a connection to the process's broker to who has a use for it. What comes to nothing because the process ended meanwhile is
// done anew with the next one.
func (s *Installation) with(ctx context.Context, do func(ctx context.Context, nc *nats.Conn) error) error {
	for {
		var nc *nats.Conn
		var asked *os.Process
		err := Patiently(ctx, readyWithin, func() (err error) {
			asked = s.running()
			if err := s.Ready(ctx); err != nil {
				return err
			}
			nc, err = jetstream.Connect(jetstream.ConnectOptions{URL: "nats://" + s.nats, Name: "judge"})
			return err
		})
		if err != nil {
			return err
		}
		err = do(ctx, nc)
		nc.Close()
		if err == nil || ctx.Err() != nil || asked != nil && s.running() == asked {
			return err
		}
	}
}

// lookEvery is how often it is looked whether there is something left to do.
const lookEvery = 150 * time.Millisecond

// ErrStuck says that something stays undone and nothing changes.
var ErrStuck = errors.New("something stays undone, and nothing changes")

// Calm waits until nobody has anything to do: no consumer has a message, waiting or at work. Progress is left out: it is no history, the
// broker may forget it, and after a power cut its consumer was seen to count messages as at work that were gone.
func (s *Installation) Calm(ctx context.Context) error {
	end := sight.Calm{After: 4, Patience: 3 * time.Minute}
	return s.with(ctx, func(ctx context.Context, nc *nats.Conn) error {
		for {
			if err := s.Ready(ctx); err != nil {
				return err
			}
			reports, err := jetstream.Inspect(ctx, nc)
			reports = slices.DeleteFunc(reports, func(r jetstream.StreamReport) bool { return r.Name == schemas.StreamProgress })
			switch calm, stuck := end.Look(reports, err, time.Now()); {
			case calm:
				return nil
			case stuck:
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
