package archiver

import (
	"context"
	"encoding/json"
	"errors"

	"autointel.example/internal/faultpoint"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/weburl"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/file"
)

// index keeps an ended workflow, so that it is found again whether or not its result was delivered.
func (s *Service) index(ctx context.Context, e schemas.Event, wc schemas.Context) error {
	ended, _ := workflow.EndedOf(e)
	r, err := s.record(ctx, e.Workflow, wc, ended.Quote(), ended.Completed.Result)
	if err != nil {
		return err
	}
	if err := s.Store.Put(ctx, r); err != nil { // then ack; a crash before it puts the same record again
		return err
	}
	if faultpoint.On {
		faultpoint.Reached("write", "record")
	}
	s.count(ctx)
	return nil
}

// keep keeps a result that could not be delivered, whole and from this event alone: the file, then the record, then the
// event that tells the notifier. A crash between two of them repeats all, and each bears it.
func (s *Service) keep(ctx context.Context, e schemas.Event, wc schemas.Context, failed schemas.DeliveryFailed) error {
	if failed.Ended == nil {
		return nil
	}
	r, err := s.record(ctx, e.Workflow, wc, *failed.Ended, failed.Result)
	if err != nil {
		return err
	}
	command := schemas.RetrievalCommand(e.Workflow)
	r.Undelivered, r.UndeliveredReason = true, failed.Reason
	r.FilePath, err = s.Files.Write(file.Orphan{
		WorkflowID: e.Workflow, Timestamp: file.Timestamp(r.EndedAt), URL: r.URL, Depth: r.Depth, Results: resultsOf(r),
		Retrieval: file.Retrieval{Command: command, Status: file.Status},
	})
	if err != nil {
		return err
	}
	if faultpoint.On {
		faultpoint.Reached("write", "file of an undelivered result")
	}
	if err := s.Store.Put(ctx, r); err != nil {
		return err
	}
	if faultpoint.On {
		faultpoint.Reached("write", "record of an undelivered result")
	}
	_, err = s.Client.Append(ctx, schemas.Event{Workflow: e.Workflow, Trace: e.Trace, Context: e.Context, Data: schemas.ResultArchived{
		Reason: failed.Reason, RetrievalCommand: command, ExpiresAt: r.EndedAt.Add(s.Retention), Outcome: r.Outcome, Title: r.Title, Uncertain: failed.Uncertain,
	}})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	if err != nil {
		return err
	}
	s.Observer.Persisted(failed.Reason, r.Depth)
	s.count(ctx)
	s.Logger.Warn("Results saved", "workflow", e.Workflow, "path", r.FilePath, "retrieval_command", command, "reason", failed.Reason)
	return nil
}

// record makes a record of an ended workflow, with its report. That the report is gone by age is no error: there is
// nothing left to keep.
func (s *Service) record(ctx context.Context, id string, wc schemas.Context, ended schemas.Ended, result schemas.Artifact) (archive.Record, error) {
	r := archive.Record{
		WorkflowID: id, URL: wc.URL, Normalized: weburl.Normalize(wc.URL), Depth: wc.Depth, Outcome: ended.Outcome, Title: ended.Title,
		Stage: ended.Stage, Reason: ended.Reason, Message: ended.Message, UserID: wc.Requester.UserID, GuildID: wc.Requester.GuildID,
		ChannelID: wc.Requester.ChannelID, Private: wc.Requester.Private, RequestedAt: schemas.IDTime(id), EndedAt: ended.At.UTC(), ArchivedAt: s.Now().UTC(),
	}
	if result.Key == "" {
		return r, nil
	}
	content, err := s.Client.Artifact(ctx, result)
	var gone *jetstream.ArtifactGoneError
	if errors.As(err, &gone) {
		s.Logger.Error("a report is gone before it was archived", "workflow", id, "error", err)
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Result, r.Digest = content, result.Digest
	return r, nil
}

// resultsOf is what the file holds: the report, byte for byte, or of a failed workflow its error.
func resultsOf(r archive.Record) json.RawMessage {
	if r.Result != nil {
		return r.Result
	}
	content, err := json.Marshal(map[string]any{"error": map[string]string{"stage": r.Stage, "reason": r.Reason, "message": r.Message}})
	if err != nil {
		return json.RawMessage("{}") // strings alone: cannot happen
	}
	return content
}

// count refreshes the metric of the archive's size; a failure of that is none of the event's.
func (s *Service) count(ctx context.Context) {
	if n, err := s.Store.Count(ctx); err == nil {
		s.Observer.Archived(n)
	}
}
