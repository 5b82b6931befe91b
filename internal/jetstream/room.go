package jetstream

import (
	"context"

	"autointel.example/schemas"
)

// Fullness is how much of the log's size limit is used, from 0 to 1; 0 if it has none. It costs one request, which the server
// answers from memory.
func (c *Client) Fullness(ctx context.Context) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	stream, err := c.js.Stream(ctx, schemas.StreamLog)
	if err != nil {
		return 0, broker(err)
	}
	info := stream.CachedInfo()
	if info.Config.MaxBytes <= 0 {
		return 0, nil
	}
	return float64(info.State.Bytes) / float64(info.Config.MaxBytes), nil
}
