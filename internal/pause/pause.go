// Package pause waits, no longer than a context lasts.
package pause

import (
	"context"
	"time"
)

// For waits for d. Its error is the context's, when that ends first.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
