package jetstream

import (
	"context"
	"errors"
	"time"

	"autointel.example/internal/pause"
	"autointel.example/schemas"
)

// Search asks the archive for ended workflows, newest first, as its requester may see them.
func (c *Client) Search(ctx context.Context, q schemas.ArchiveSearch) ([]schemas.ArchiveEntry, error) {
	found, err := ask[schemas.ArchiveFound](ctx, c, schemas.SubjectArchiveSearch, q)
	return found.Entries, err
}

// Suggest asks the archive which ended workflows somebody may mean who has typed so much, newest first.
func (c *Client) Suggest(ctx context.Context, q schemas.ArchiveSuggest) ([]schemas.ArchiveEntry, error) {
	found, err := ask[schemas.ArchiveFound](ctx, c, schemas.SubjectArchiveSuggest, q)
	return found.Entries, err
}

// Estimate asks the archive how long workflows of a depth have taken.
func (c *Client) Estimate(ctx context.Context, depth string) (schemas.ArchiveEstimated, error) {
	return ask[schemas.ArchiveEstimated](ctx, c, schemas.SubjectArchiveEstimate, schemas.ArchiveEstimate{Depth: depth})
}

// askAgain is how long Known waits before it asks again.
const askAgain = 100 * time.Millisecond

// Known asks the archive what earlier reports say about themselves, as far as the answer to a request may name them. While nobody answers
// it asks again, as long as the context lives: after a crash the stage that asks can be back before the archive is.
func (c *Client) Known(ctx context.Context, q schemas.ArchiveKnown) (schemas.ArchiveKnowledge, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	for {
		k, err := ask[schemas.ArchiveKnowledge](ctx, c, schemas.SubjectArchiveKnown, q)
		var nobody *NobodyAnswersError
		if !errors.As(err, &nobody) || pause.For(ctx, askAgain) != nil {
			return k, err
		}
	}
}
