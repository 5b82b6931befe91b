package notifier

import (
	"context"

	"autointel.example/internal/consume"
)

// Handle handles a delivery of the log, as a consumer does: for deliveries that the server would make only after a crash.
func (s *Service) Handle(ctx context.Context, d consume.Delivery) error { return s.handle(ctx, d) }

// GivenUp handles a delivery that ended the process of whoever handled it.
func (s *Service) GivenUp(ctx context.Context, d consume.Delivery, cause error) error {
	return s.givenUp(ctx, d, cause)
}

// Progress handles a word of progress, as a consumer does.
func (s *Service) Progress(ctx context.Context, d consume.Delivery) error { return s.progress(ctx, d) }
