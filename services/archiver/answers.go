package archiver

import (
	"context"
	"encoding/json"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// Bounds of a question to the archive.
const (
	answerWithin   = 2 * time.Second // nobody waits longer: autocompletion has less than one
	maxEntries     = 100
	defaultEntries = 20
	estimateRuns   = 50
)

// answering is what the archive answers beside its events.
func (s *Service) answering() jetstream.Answering {
	return jetstream.Answering{
		Name: schemas.ServiceArchive, Description: "Finds ended workflows, each as its requester may see them.", Within: answerWithin,
		Endpoints: []jetstream.Endpoint{
			{Name: "search", Subject: schemas.SubjectArchiveSearch, Answer: s.search},
			{Name: "suggest", Subject: schemas.SubjectArchiveSuggest, Answer: s.suggest},
			{Name: "estimate", Subject: schemas.SubjectArchiveEstimate, Answer: s.estimate},
			{Name: "known", Subject: schemas.SubjectArchiveKnown, Answer: s.known},
		},
	}
}

func (s *Service) search(ctx context.Context, question []byte) (any, error) {
	var q schemas.ArchiveSearch
	if json.Unmarshal(question, &q) != nil {
		return nil, jetstream.ErrQuestion
	}
	find := archive.Query{URL: q.URL, Since: q.Since, Words: q.Words, Limit: q.Limit, After: archive.Cursor{EndedAt: q.AfterEnded, WorkflowID: q.AfterWorkflow}}
	if q.Guild && q.Requester.GuildID != "" {
		find.GuildID = q.Requester.GuildID
	} else {
		find.UserID = q.Requester.UserID
	}
	return s.entries(ctx, q.Requester, find)
}

func (s *Service) suggest(ctx context.Context, question []byte) (any, error) {
	var q schemas.ArchiveSuggest
	if json.Unmarshal(question, &q) != nil {
		return nil, jetstream.ErrQuestion
	}
	return s.entries(ctx, q.Requester, archive.Query{Typed: q.Typed, Limit: q.Limit})
}

// entries finds records for somebody: those alone that somebody may see, and that are not too old to be shown.
func (s *Service) entries(ctx context.Context, who schemas.Requester, q archive.Query) (any, error) {
	if who.UserID == "" {
		return nil, jetstream.ErrQuestion
	}
	q.Viewer = &who
	if q.Limit <= 0 {
		q.Limit = defaultEntries
	}
	q.Limit = min(q.Limit, maxEntries)
	if oldest := s.Now().Add(-s.Retention); q.Since.Before(oldest) {
		q.Since = oldest
	}
	records, err := s.Store.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	found := schemas.ArchiveFound{Entries: []schemas.ArchiveEntry{}}
	for _, r := range records {
		found.Entries = append(found.Entries, schemas.ArchiveEntry{
			Workflow: r.WorkflowID, URL: r.URL, Depth: r.Depth, Outcome: r.Outcome, Title: r.Title, RequestedAt: r.RequestedAt, EndedAt: r.EndedAt,
			Undelivered: r.Undelivered,
		})
	}
	return found, nil
}

func (s *Service) estimate(ctx context.Context, question []byte) (any, error) {
	var q schemas.ArchiveEstimate
	if json.Unmarshal(question, &q) != nil {
		return nil, jetstream.ErrQuestion
	}
	took, err := s.Store.Durations(ctx, q.Depth, estimateRuns)
	return schemas.ArchiveEstimated{Runs: len(took), Median: archive.Median(took)}, err
}
