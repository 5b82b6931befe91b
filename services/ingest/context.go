package ingest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"autointel.example/internal/stage"
	"autointel.example/internal/weburl"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/links"
)

// budget is how much of its surroundings is read beside a source.
type budget struct {
	documents int
	bytes     int64
	takes     time.Duration
}

// budgets are by depth.
var budgets = map[string]budget{
	workflow.Deep:          {documents: 5, bytes: 8 << 20, takes: 45 * time.Second},
	workflow.Comprehensive: {documents: 10, bytes: 16 << 20, takes: 90 * time.Second},
	workflow.Experimental:  {documents: 20, bytes: 32 << 20, takes: 3 * time.Minute},
}

// Bounds of one document of the context.
const (
	relatedBytes = 5 << 20 // as fetched
	relatedText  = 300_000 // bytes of its text
	relatedAge   = 15 * time.Minute
	relatedTries = 3 // links that are tried for each document of the budget
	sideBySide   = 8
)

// surroundings reads what the source links to.
func surroundings(r reader) stage.Func {
	return stage.Of(func(ctx context.Context, in stage.Input) (schemas.Related, error) {
		var source schemas.Source
		found, err := in.Load(ctx, workflow.Acquire, &source)
		if err != nil {
			return schemas.Related{}, err
		}
		chosen, skipped := links.Choose(&source)
		if !found || len(chosen)+len(skipped) == 0 {
			return schemas.Related{}, stage.Skip("no_links", "The source links to nothing that could be read beside it.")
		}
		b, ok := budgets[in.Context.Depth]
		if !ok {
			b = budgets[workflow.Deep]
		}
		g := &gathering{reader: r, budget: b, seen: map[string]bool{source.Digest: true}, total: min(b.documents, len(chosen))}
		for _, u := range []string{source.URL, source.FinalURL, source.CanonicalURL} {
			g.seen[weburl.Normalize(u)] = true
		}
		g.progress = func(documents int) { in.Progress(int64(documents), int64(g.total), "documents") }
		within, cancel := context.WithTimeout(ctx, b.takes)
		defer cancel()
		g.related = schemas.Related{Documents: []schemas.RelatedDocument{}, Skipped: skipped}
		if err := g.gather(ctx, within, chosen); err != nil {
			return schemas.Related{}, err
		}
		for i := range g.related.Documents {
			g.related.Documents[i].Source.FetchedAt = in.Now().UTC()
		}
		return g.related, nil
	})
}

// gathering is the documents of a context as they come together.
type gathering struct {
	reader   reader
	budget   budget
	related  schemas.Related
	seen     map[string]bool // addresses and digests of what was read
	held     int64           // bytes of it, as fetched
	total    int
	progress func(documents int) // may be called by several at once
}

func (g *gathering) done() int { return len(g.related.Documents) }

// gather reads the chosen links, the best first, until the budget is spent. Those that stand in for ones that could not be
// read come in the next round, so what is yielded depends on what the links hold, not on which server was faster. Within is
// the context that ends with the budget's time.
func (g *gathering) gather(ctx, within context.Context, chosen []links.Chosen) error {
	tried := 0
	for len(chosen) > 0 && g.done() < g.budget.documents && g.held < g.budget.bytes && tried < relatedTries*g.budget.documents && within.Err() == nil {
		round := chosen[:min(len(chosen), g.budget.documents-g.done())]
		chosen = chosen[len(round):]
		tried += len(round)
		read, errs := g.round(within, round)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for i, l := range round {
			g.take(l, read[i], errs[i])
		}
		g.progress(g.done())
	}
	for _, l := range chosen {
		g.skip(l.URL, links.Budget, fmt.Sprintf("At this depth at most %d documents of %d MiB in all are read, in at most %s.", g.budget.documents, g.budget.bytes>>20, g.budget.takes))
	}
	return nil
}

// round reads links side by side.
func (g *gathering) round(ctx context.Context, round []links.Chosen) ([]schemas.Source, []error) {
	read, errs := make([]schemas.Source, len(round)), make([]error, len(round))
	before := g.done()
	var more atomic.Int64 // read in this round
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for i, l := range round {
		group.Go(func() error {
			read[i], errs[i] = g.reader.read(ctx, fetch.Request{URL: l.URL, MaxAge: relatedAge, MaxBytes: relatedBytes, Crawl: true})
			if errs[i] == nil {
				g.progress(before + int(more.Add(1)))
			}
			return nil
		})
	}
	_ = group.Wait() // each link has its own error
	return read, errs
}

// take adds what was read of a link, or why it was not.
func (g *gathering) take(l links.Chosen, source schemas.Source, err error) {
	reason := string(fetch.ReasonOf(err))
	switch {
	case err != nil && reason == "":
		g.skip(l.URL, links.Budget, "There was no time left to read it at this depth.")
		return
	case err != nil:
		g.skip(l.URL, reason, messageOf(err))
		return
	case source.Text == "":
		g.skip(l.URL, string(fetch.NoText), "The link leads to a recording without a text to read.")
		return
	}
	keys := []string{source.Digest, weburl.Normalize(source.FinalURL)}
	if source.CanonicalURL != "" {
		keys = append(keys, weburl.Normalize(source.CanonicalURL))
	}
	for _, key := range keys {
		if g.seen[key] {
			g.skip(l.URL, links.Duplicate, "The link leads to a document that was read already.")
			return
		}
	}
	if g.held+source.Bytes > g.budget.bytes {
		g.skip(l.URL, links.Budget, fmt.Sprintf("At this depth at most %d MiB are read, and this document would be more.", g.budget.bytes>>20))
		return
	}
	for _, key := range keys {
		g.seen[key] = true
	}
	g.held += source.Bytes
	source.URL = l.URL
	truncate(&source, relatedText)
	g.related.Documents = append(g.related.Documents, schemas.RelatedDocument{Source: source, Relation: l.Relation, LinkText: l.Text})
}

func (g *gathering) skip(url, reason, message string) {
	g.related.Skipped = append(g.related.Skipped, schemas.SkippedLink{URL: url, Reason: reason, Message: message})
}
