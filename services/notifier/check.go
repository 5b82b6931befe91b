package notifier

import (
	"context"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// check reads an interaction's session and says whether it can be answered: one read of the bucket. The key gone means
// that the session is closed, by its age or because Discord said so.
func (s *Service) check(ctx context.Context, sessionID string) (discord.Session, discord.Validity, discord.Reason, error) {
	started := s.Now()
	var session discord.Session
	created, err := schemas.InteractionTime(sessionID)
	if err != nil {
		validity, reason := session.Check(started, s.Lifetimes)
		return session, validity, reason, nil
	}
	found, err := s.Client.Session(ctx, sessionID, started.Sub(created) < s.Lifetimes.Lifetime, &session)
	if err != nil {
		return session, discord.Closed, "", err
	}
	if !found {
		session = discord.Session{ID: sessionID, CreatedAt: created}
	}
	validity, reason := session.Check(s.Now(), s.Lifetimes)
	s.Observer.SessionChecked(ctx, s.Now().Sub(started))
	return session, validity, reason, nil
}
