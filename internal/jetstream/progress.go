package jetstream

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/synadia-io/orbit.go/jetstreamext"

	"autointel.example/schemas"
)

// PublishProgress says how far a stage is. Nobody is asked whether it arrived: the next word replaces it.
func (c *Client) PublishProgress(p schemas.Progress) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.nc.Publish(schemas.ProgressSubject(p.Workflow, p.Stage), body)
}

// LatestProgress returns the newest word of each stage of a workflow, by stage.
func (c *Client) LatestProgress(ctx context.Context, id string) (map[string]schemas.Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	messages, err := jetstreamext.GetLastMsgsFor(ctx, c.js, schemas.StreamProgress, []string{schemas.ProgressSubject(id, "*")})
	if err != nil {
		return nil, broker(err)
	}
	latest := map[string]schemas.Progress{}
	for msg, err := range messages {
		if errors.Is(err, jetstreamext.ErrNoMessages) {
			break
		}
		if err != nil {
			return nil, broker(err)
		}
		var p schemas.Progress
		if json.Unmarshal(msg.Data, &p) == nil {
			latest[p.Stage] = p
		}
	}
	return latest, nil
}
