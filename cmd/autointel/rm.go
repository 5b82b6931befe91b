package main

import (
	"context"
	"errors"
	"fmt"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
	"autointel.example/services/archiver/file"
)

// resultsRmCommand forgets results, as a person may ask for.
type resultsRmCommand struct {
	archiveFlags `embed:""`
	program.NATS `embed:""`
	Workflow     []string `arg:"" optional:"" help:"Ids of workflows."`
	User         string   `help:"Every result of this user's id."`
	Yes          bool     `short:"y" help:"Do it. Without this flag it is only said what would be removed."`
}

// Run removes, for each workflow, its events and outputs from the broker first, then its file, its record last: a crash in
// between leaves a record by which the same command finds the rest again.
func (c *resultsRmCommand) Run(ctx context.Context, s streams) (err error) {
	if (len(c.Workflow) == 0) == (c.User == "") {
		return &program.UsageError{Err: errors.New("name workflows, or a user with --user")}
	}
	for _, id := range c.Workflow {
		if !schemas.ValidWorkflow(id) {
			return notAnID(id)
		}
	}
	store, err := showing(c.Database, s.err).OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	ids := c.Workflow
	if c.User != "" {
		if ids, err = idsOf(ctx, store, c.User); err != nil {
			return err
		}
	}
	if !c.Yes {
		for _, id := range ids {
			fmt.Fprintln(s.out, id)
		}
		fmt.Fprintf(s.err, "%d results would be removed, for good. Add --yes to do it.\n", len(ids))
		return nil
	}
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	files := file.Dir{Path: archiver.FilesPath(c.DataDir)}
	for _, id := range ids {
		if err := forget(ctx, client, store, files, id); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		fmt.Fprintln(s.out, id)
	}
	fmt.Fprintf(s.err, "%d results removed.\n", len(ids))
	return nil
}

func forget(ctx context.Context, client *jetstream.Client, store archive.Store, files file.Dir, id string) error {
	if schemas.ValidID(id) { // an imported one has no events
		if err := client.Forget(ctx, id); err != nil {
			return err
		}
	}
	if err := files.Remove(id); err != nil {
		return err
	}
	_, err := store.Delete(ctx, id)
	return err
}

// idsOf lists the workflows of a user that the archive knows.
func idsOf(ctx context.Context, store archive.Store, user string) ([]string, error) {
	var ids []string
	q := archive.Query{UserID: user, Limit: 200}
	for {
		page, err := store.Find(ctx, q)
		if err != nil || len(page) == 0 {
			return ids, err
		}
		for _, r := range page {
			ids = append(ids, r.WorkflowID)
		}
		q.After = page[len(page)-1].Cursor()
	}
}
