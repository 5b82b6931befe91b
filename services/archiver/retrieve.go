package archiver

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"autointel.example/internal/faultpoint"
	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// refusedAfter is when a refusal is given at the earliest, and twice that at the latest, counted from when its request was taken up:
// at a random moment that comes after any look at the archive and at the log, so that the time does not tell somebody else's
// result from one that does not exist. A fixed moment would: timers count whole milliseconds from when the work was done.
const refusedAfter = 25 * time.Millisecond

// retrieve answers somebody who asks for a result, by an event.
func (s *Service) retrieve(ctx context.Context, e schemas.Event, wc schemas.Context, asked schemas.RetrievalRequested) error {
	refuse := time.NewTimer(refusedAfter + rand.N(refusedAfter))
	defer refuse.Stop()
	r, found, err := s.find(ctx, wc.Requester, asked)
	if err != nil {
		return err
	}
	if found && !archive.Allowed(r, wc.Requester) {
		// From here on it is what it is for somebody who asks for a workflow that does not exist, in as many steps.
		r, found = archive.Record{}, false
	}
	running := false
	if !found && asked.Workflow != "" { // ended, but not yet archived; or still running
		if r, found, running, err = s.fromLog(ctx, wc.Requester, asked.Workflow); err != nil {
			return err
		}
	}
	answer := archive.Decide(r, found, running, wc.Requester, s.Now(), s.Retention)
	var data schemas.Data = schemas.RetrievalRefused{Workflow: asked.Workflow, Reason: answer.Refused}
	if answer.Refused == "" {
		if data, err = s.granted(ctx, answer.Record, asked.To); err != nil {
			return err
		}
	} else {
		s.Observer.Retrieved(false)
		select {
		case <-refuse.C:
		case <-ctx.Done(): // the drain's end: the event comes again
			return ctx.Err()
		}
	}
	_, err = s.Client.Append(ctx, schemas.Event{Workflow: e.Workflow, Trace: e.Trace, Context: e.Context, Data: data})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	return err
}

// find looks for what was asked: a workflow, or the newest of one's own that fits.
func (s *Service) find(ctx context.Context, who schemas.Requester, asked schemas.RetrievalRequested) (archive.Record, bool, error) {
	id := asked.Workflow
	if id == "" {
		q := archive.Query{UserID: who.UserID, URL: asked.URL, Words: asked.Words, Limit: 1}
		if asked.Since > 0 {
			q.Since = s.Now().Add(-asked.Since)
		}
		list, err := s.Store.Find(ctx, q)
		if err != nil || len(list) == 0 {
			return archive.Record{}, false, err
		}
		id = list[0].WorkflowID
	}
	r, err := s.Store.Get(ctx, id)
	if errors.Is(err, archive.ErrNotFound) {
		return r, false, nil
	}
	return r, err == nil, err
}

// fromLog makes a record of a workflow that has ended and is not archived yet, or says that it is the requester's own and
// still running.
func (s *Service) fromLog(ctx context.Context, who schemas.Requester, id string) (r archive.Record, found, running bool, err error) {
	state, err := s.Client.State(ctx, id)
	if err != nil || state.RawContext == nil {
		return r, false, false, err
	}
	owner := state.Context.Requester
	if !archive.Allowed(archive.Record{UserID: owner.UserID, GuildID: owner.GuildID, Private: owner.Private}, who) {
		return r, false, false, nil // before anything more is read: it takes as long as for what does not exist
	}
	if state.Ended == nil {
		return r, false, owner.UserID == who.UserID, nil
	}
	r, err = s.record(ctx, id, state.Context, state.Ended.Quote(), state.Ended.Completed.Result)
	return r, err == nil, false, err
}

// granted makes the answer to a granted request. The report is put among the artifacts again, under the same key, since
// it may be gone from there by age while the archive still has it.
func (s *Service) granted(ctx context.Context, r archive.Record, to string) (schemas.Data, error) {
	done := schemas.RetrievalCompleted{Workflow: r.WorkflowID, To: to, Ended: schemas.Ended{
		Outcome: r.Outcome, Title: r.Title, Stage: r.Stage, Reason: r.Reason, Message: r.Message, At: r.EndedAt,
	}}
	if r.Result == nil {
		return done, nil
	}
	var err error
	done.Result, err = s.Client.PutArtifact(ctx, r.WorkflowID, "application/json", r.Result)
	return done, err
}

// shown notes that a result was shown to somebody who asked for it.
func (s *Service) shown(ctx context.Context, e schemas.Event, d schemas.DeliverySucceeded) error {
	if err := s.Store.Retrieved(ctx, d.Workflow, e.Time); err != nil {
		return err
	}
	if faultpoint.On {
		faultpoint.Reached("write", "record that was retrieved")
	}
	s.Observer.Retrieved(true)
	return nil
}
