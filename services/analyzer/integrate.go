package analyzer

import (
	"context"
	"time"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/knowledge"
	"autointel.example/services/analyzer/text"
)

// Archive knows the earlier reports. It says of them only what the answer to a request may name.
type Archive interface {
	Known(ctx context.Context, q schemas.ArchiveKnown) (schemas.ArchiveKnowledge, error)
}

// knownWithin is how long the archive may think, or come back after a restart. A report does not wait longer for what is only beside it.
const knownWithin = 5 * time.Second

// integrate relates the source to what this installation already knows.
func integrate(archive Archive) stage.Func {
	return stage.Of(func(ctx context.Context, in stage.Input) (schemas.Knowledge, error) {
		var none schemas.Knowledge
		source, transcript, err := sources(ctx, in)
		if err != nil {
			return none, err
		}
		analysis, err := load[schemas.Analysis](ctx, in, workflow.Analyze)
		if err != nil {
			return none, err
		}
		if source == nil && transcript == nil {
			return none, stage.Skip("nothing_to_integrate", "The source has neither text nor a transcript.")
		}
		if archive == nil {
			return none, stage.Skip("archive_unavailable", "There is no archive, so earlier reports were not looked at.")
		}
		subject := knowledge.Subject{URL: in.Context.URL, Source: source, Analysis: analysis}
		answer, err := ask(ctx, archive, schemas.ArchiveKnown{Requester: in.Context.Requester, URLs: subject.URLs(), Names: subject.Names()})
		switch {
		case ctx.Err() != nil:
			return none, ctx.Err()
		case err != nil:
			return none, stage.Skip("archive_unavailable", "The archive did not answer in time, so earlier reports were not looked at.")
		}
		k := knowledge.Relate(subject, answer)
		if len(k.SameURL) > 0 {
			err = changed(ctx, in, &k, source, transcript)
		}
		return k, err
	})
}

func ask(ctx context.Context, archive Archive, q schemas.ArchiveKnown) (schemas.ArchiveKnowledge, error) {
	within, cancel := context.WithTimeout(ctx, knownWithin)
	defer cancel()
	return archive.Known(within, q)
}

// changed says what differs since the newest report of the same page. Its text is in the log, as long as that is kept; the archive
// has named it, so its requester may know of it.
func changed(ctx context.Context, in stage.Input, k *schemas.Knowledge, source *schemas.Source, transcript *schemas.Transcript) error {
	before := k.SameURL[0]
	old, oldTranscript, err := earlierSources(ctx, in, before.WorkflowID)
	if err != nil {
		return err
	}
	if old == nil && oldTranscript == nil {
		k.Limits = append(k.Limits, schemas.Limit{Code: knowledge.LimitTextGone, Message: "The text of the earlier reading is no longer kept, so it cannot be shown what has changed since."})
		return nil
	}
	was, now := knowledge.Reading{Document: text.Read(old, oldTranscript)}, knowledge.Reading{Document: text.Read(source, transcript)}
	if old != nil {
		was.Title = old.Title
	}
	if source != nil {
		now.Title = source.Title
	}
	k.Changed, err = knowledge.Differ(ctx, before, was, now)
	return err
}

// earlierSources loads what an earlier workflow has read; nil: it is not there any more, or never was.
func earlierSources(ctx context.Context, in stage.Input, id string) (*schemas.Source, *schemas.Transcript, error) {
	source, err := settledAs[schemas.Source](ctx, in, id, workflow.Acquire)
	if err != nil {
		return nil, nil, err
	}
	transcript, err := settledAs[schemas.Transcript](ctx, in, id, workflow.Transcribe)
	return source, transcript, err
}
