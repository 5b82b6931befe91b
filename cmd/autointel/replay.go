package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// resultsReplayCommand delivers kept results anew.
type resultsReplayCommand struct {
	archiveFlags `embed:""`
	program.NATS `embed:""`
	Workflow     []string      `arg:"" optional:"" help:"Ids of workflows."`
	All          bool          `help:"Every result that could not be delivered and was not retrieved since."`
	Since        time.Duration `help:"With --all: ended within this time."`
	To           string        `default:"dm" enum:"${routes}" help:"The route: ${enum}. Private ones go by dm alone."`
	Batch        string        `help:"Name of the batch; by default today's date. Within a batch nothing is sent twice by the same route, so one that was interrupted is begun again by the same command."`
	DryRun       bool          `name:"dry-run" help:"Say what would be sent."`
	Wait         time.Duration `default:"10m" help:"How long to wait for the next result before giving up."`
}

// replayed is the outcome of one replay.
type replayed struct {
	Workflow string `json:"workflow"`
	Replay   string `json:"replay"`
	Route    string `json:"route"`
	Outcome  string `json:"outcome"` // delivered, or why not
}

// inFlight bounds how many replays are under way. Discord's limits are kept by the notifier; this keeps its queue short,
// so that what users ask for meanwhile is not behind all of them.
const inFlight = 4

// Run asks for each result to be delivered, a few at a time, and waits for what became of it.
func (c *resultsReplayCommand) Run(ctx context.Context, s streams) (err error) {
	if (len(c.Workflow) == 0) != c.All {
		return &program.UsageError{Err: errors.New("name workflows, or use --all")}
	}
	store, err := showing(c.Database, s.err).OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	records, err := c.records(ctx, store)
	if err != nil {
		return err
	}
	if c.DryRun {
		for _, r := range records {
			fmt.Fprintf(s.out, "%s\t%s\t%s\n", r.WorkflowID, r.UserID, r.Title)
		}
		fmt.Fprintf(s.err, "%d results would be sent by %s.\n", len(records), c.To)
		return nil
	}
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	return c.replay(ctx, client, records, s)
}

// records are those that are to be replayed, the newest first.
func (c *resultsReplayCommand) records(ctx context.Context, store archive.Store) ([]archive.Record, error) {
	var all []archive.Record
	for _, id := range c.Workflow {
		r, err := store.Get(ctx, id)
		if errors.Is(err, archive.ErrNotFound) {
			return nil, notInTheArchive(id)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		r.Result = nil
		all = append(all, r)
	}
	if !c.All {
		return all, nil
	}
	q := archive.Query{Undelivered: true, Unretrieved: true, Limit: 200}
	if c.Since > 0 {
		q.Since = time.Now().Add(-c.Since)
	}
	for {
		page, err := store.Find(ctx, q)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		q.After = page[len(page)-1].Cursor()
	}
}

func (c *resultsReplayCommand) replay(ctx context.Context, client *jetstream.Client, records []archive.Record, s streams) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	settled, followed := make(chan schemas.Event, 256), make(chan error, 1)
	// From the beginning: a replay of an earlier run of this batch has its outcome there already.
	filters := []string{"autointel.*.delivery.*." + schemas.KindRetrieval, "autointel.*.retrieval.refused"}
	go func() {
		followed <- client.Follow(ctx, filters, true, func(e schemas.Event) {
			select {
			case settled <- e:
			case <-ctx.Done():
			}
		})
	}()
	err := c.send(ctx, client, records, settled, s)
	cancel()
	return errors.Join(err, <-followed)
}

// send keeps inFlight replays under way until every record has its outcome.
func (c *resultsReplayCommand) send(ctx context.Context, client *jetstream.Client, records []archive.Record, settled <-chan schemas.Event, s streams) error {
	batch := c.Batch
	if batch == "" {
		batch = time.Now().UTC().Format(time.DateOnly)
	}
	waiting, outcomes := map[string]archive.Record{}, map[string]string{}
	shown := newBar(s.err, "replayed", len(records))
	defer shown.end()
	failed := 0
	finish := func(id string, r archive.Record) {
		if outcomes[id] != delivered {
			failed++
		}
		shown.did(time.Now(), func() { c.say(s.out, replayed{r.WorkflowID, id, c.To, outcomes[id]}) })
		delete(waiting, id)
	}
	for next := 0; shown.done < len(records); {
		if len(waiting) < inFlight && next < len(records) {
			r := records[next]
			next++
			id := schemas.ReplayID(r.WorkflowID, c.To, batch, r.EndedAt)
			if err := ask(ctx, client, id, r, c.To); err != nil {
				return err
			}
			waiting[id] = r
			if outcomes[id] != "" { // in an earlier run of this batch
				finish(id, r)
			}
			continue
		}
		select {
		case e := <-settled:
			outcomes[e.Workflow] = outcomeOf(e.Data)
			if r, mine := waiting[e.Workflow]; mine {
				finish(e.Workflow, r)
			}
		case <-time.After(c.Wait):
			return fmt.Errorf("nothing more was replayed within %s: is the notifier running? The same command goes on where this one stopped", c.Wait)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d could not be delivered; what stands above says why, and with another --to they may go by another route", failed, len(records))
	}
	return nil
}

// delivered is the outcome of a replay that was shown.
const delivered = "delivered"

// ask requests one replay, in the name of the one whose result it is. That it was requested before is as good.
func ask(ctx context.Context, client *jetstream.Client, id string, r archive.Record, to string) error {
	wc, err := json.Marshal(schemas.Context{URL: r.URL, Depth: r.Depth, Requester: schemas.Requester{
		UserID: r.UserID, GuildID: r.GuildID, ChannelID: r.ChannelID, Private: r.Private,
	}})
	if err != nil {
		return err
	}
	ctx, end := client.Tracer().Command(ctx, id, "results replay")
	defer end()
	_, err = client.Append(ctx, schemas.Event{Workflow: id, Context: wc, Data: schemas.RetrievalRequested{Workflow: r.WorkflowID, To: to}})
	if _, taken := jetstream.Taken(err); taken {
		return nil
	}
	return err
}

func outcomeOf(data schemas.Data) string {
	switch d := data.(type) {
	case schemas.DeliverySucceeded:
		return delivered
	case schemas.DeliveryFailed:
		return d.Reason
	case schemas.RetrievalRefused:
		return d.Reason
	}
	return "unknown"
}

func (c *resultsReplayCommand) say(w io.Writer, r replayed) {
	if c.JSON {
		_ = json.NewEncoder(w).Encode(r) // the reader has gone: nobody is left to tell
		return
	}
	fmt.Fprintf(w, "%s\t%s\t%s\n", r.Workflow, r.Route, r.Outcome)
}
