package jetstream

import (
	"context"

	"autointel.example/schemas"
)

// Settled reads how a stage of a workflow came out; found is false if it is not settled, or if
// neither the nearest replica nor the leader has seen it yet.
func (c *Client) Settled(ctx context.Context, id, stage string) (e schemas.Event, found bool, err error) {
	e, found, err = c.Last(ctx, schemas.Settlement(id, stage))
	if err == nil && !found && c.replicated {
		return c.readBack(ctx, schemas.Settlement(id, stage))
	}
	return e, found, err
}
