package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"

	"autointel.example/cmd/autointel/terminal"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/archive"
)

// resultsCommand is the archive, for operators.
type resultsCommand struct {
	List   resultsListCommand   `cmd:"" help:"Archived results, newest first."`
	Show   resultsShowCommand   `cmd:"" help:"One archived result."`
	Export resultsExportCommand `cmd:"" help:"Write the archive as lines of JSON, to be imported into another."`
	Import resultsImportCommand `cmd:"" help:"Read what export has written, or a directory of the earlier system's files (data/orphaned_results)."`
	Replay resultsReplayCommand `cmd:"" help:"Deliver kept results anew, by another route: after an outage of Discord, or for somebody who asks."`
	Rm     resultsRmCommand     `cmd:"" help:"Forget results: records, files, outputs and the events of their workflows."`
}

// archiveFlags say where the archive is.
type archiveFlags struct {
	archiver.Database `embed:""`
	JSON              bool `help:"Print one JSON document."`
}

// resultsListCommand lists results.
type resultsListCommand struct {
	archiveFlags `embed:""`
	URL          string        `help:"Of this address."`
	Since        time.Duration `help:"Ended within this time."`
	User         string        `help:"Of this user's id."`
	Search       string        `help:"Whose report holds these words."`
	Undelivered  bool          `help:"That could not be delivered."`
	Limit        int           `default:"20" help:"At most this many."`
}

// listed is a record as it is listed.
type listed struct {
	WorkflowID  string    `json:"workflow_id"`
	URL         string    `json:"url"`
	Depth       string    `json:"depth"`
	Outcome     string    `json:"outcome"`
	Title       string    `json:"title,omitempty"`
	EndedAt     time.Time `json:"ended_at"`
	Undelivered bool      `json:"undelivered"`
	Retrieved   bool      `json:"retrieved"`
}

// Run lists results.
func (c *resultsListCommand) Run(ctx context.Context, s streams) (err error) {
	store, err := showing(c.Database, s.err).OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	q := archive.Query{UserID: c.User, URL: c.URL, Words: c.Search, Undelivered: c.Undelivered, Limit: c.Limit}
	if c.Since > 0 {
		q.Since = time.Now().Add(-c.Since)
	}
	records, err := store.Find(ctx, q)
	if err != nil {
		return err
	}
	list := []listed{}
	for _, r := range records {
		list = append(list, listed{r.WorkflowID, r.URL, r.Depth, r.Outcome, r.Title, r.EndedAt, r.Undelivered, !r.RetrievedAt.IsZero()})
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(list)
	}
	if len(list) == 0 {
		fmt.Fprintln(s.err, "No results.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "WORKFLOW\tENDED\tDEPTH\tOUTCOME\tDELIVERED\tTITLE")
	for _, r := range list {
		delivered := "yes"
		if r.Undelivered {
			delivered = map[bool]string{true: "retrieved", false: "no"}[r.Retrieved]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.WorkflowID, humanize.Time(r.EndedAt), r.Depth, r.Outcome, delivered, r.Title)
	}
	return w.Flush()
}

// resultsShowCommand shows a result.
type resultsShowCommand struct {
	archiveFlags `embed:""`
	Workflow     string `arg:"" help:"Id of the workflow."`
	Drawing      bool   `help:"Print the drawing of who is related to whom, as SVG."`
}

// drawing is that of a report's relations.
func drawing(r schemas.Report) ([]byte, error) {
	if r.Graph == nil || r.Graph.SVG == "" {
		return nil, fmt.Errorf("this report has no drawing: relations are drawn at depth %s only", workflow.Experimental)
	}
	return []byte(r.Graph.SVG), nil
}

// Run prints the report: as Markdown, or with --json as it was archived.
func (c *resultsShowCommand) Run(ctx context.Context, s streams) (err error) {
	store, err := showing(c.Database, s.err).OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	r, err := store.Get(ctx, c.Workflow)
	switch {
	case errors.Is(err, archive.ErrNotFound):
		return notInTheArchive(c.Workflow)
	case err != nil:
		return err
	case r.Result == nil:
		return fmt.Errorf("%s %s: %s", c.Workflow, r.Outcome, r.Message)
	case c.JSON:
		_, err = s.out.Write(append(r.Result, '\n'))
		return err
	}
	var report schemas.Report
	if err := json.Unmarshal(r.Result, &report); err != nil {
		return err
	}
	if c.Drawing {
		svg, err := drawing(report)
		if err == nil {
			_, err = s.out.Write(svg)
		}
		return err
	}
	shown := report.Markdown
	if columns, colour := terminal.Of(s.out); terminal.Is(s.out) { // on a terminal it is for a person to read, elsewhere a file
		shown = terminal.Render(shown, columns, colour)
	}
	_, err = fmt.Fprint(s.out, shown)
	return err
}
