package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strings"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// RunningError says that a workflow has not ended, so its events are still needed.
type RunningError struct{ Workflow string }

func (e *RunningError) Error() string {
	return fmt.Sprintf("%s has not ended: cancel it first", e.Workflow)
}

// Forget removes a workflow's outputs and then its events, for good. It is for operators: no service's user may purge. The
// error is a *RunningError for a workflow that has not ended; one the log does not know is no error.
func (c *Client) Forget(ctx context.Context, id string) error {
	if !schemas.ValidID(id) {
		return fmt.Errorf("%q is not an id", id)
	}
	s, err := c.State(ctx, id)
	if err != nil {
		return err
	}
	if s.RawContext != nil && s.Ended == nil && strings.HasPrefix(id, "wf_") {
		return &RunningError{id}
	}
	// Outputs first: after a crash in between, the events still say that there is something to forget.
	if err := c.forgetArtifacts(ctx, id); err != nil {
		return err
	}
	stream, err := c.js.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return broker(err)
	}
	return broker(stream.Purge(ctx, js.WithPurgeSubject(schemas.Everything(id))))
}

// forgetArtifacts removes whatever is stored under a workflow's id. It looks at every name of the bucket: the store has no
// search by prefix, and forgetting is rare.
func (c *Client) forgetArtifacts(ctx context.Context, id string) error {
	list, err := c.artifacts.List(ctx)
	if errors.Is(err, js.ErrNoObjectsFound) {
		return nil
	}
	if err != nil {
		return broker(err)
	}
	for _, o := range list {
		if !strings.HasPrefix(o.Name, id+"/") {
			continue
		}
		if err := c.artifacts.Delete(ctx, o.Name); err != nil && !errors.Is(err, js.ErrObjectNotFound) {
			return broker(err)
		}
	}
	return nil
}
