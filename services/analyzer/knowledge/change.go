package knowledge

import (
	"context"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/text"
)

// mostChanges is how many sentences of each kind are shown.
const mostChanges = 40

// Reading is a page as it was read at a time.
type Reading struct {
	Title    string
	Document text.Document
}

// Differ says what differs between an earlier reading of a page and this one. Sentences are the same if their words are, in
// whatever order they stand: what was only moved has not changed. Errors are the context's.
func Differ(ctx context.Context, before schemas.Earlier, was, now Reading) (*schemas.Change, error) {
	c := &schemas.Change{Since: before.EndedAt}
	if was.Title != "" && now.Title != "" && fold(was.Title) != fold(now.Title) {
		c.TitleWas = was.Title
	}
	added, removed, unchanged, err := compare(ctx, was.Document.Sentences, now.Document.Sentences)
	if err != nil {
		return nil, err
	}
	c.Unchanged = unchanged
	edits, err := pair(ctx, was.Document.Sentences, now.Document.Sentences, removed, added)
	if err != nil {
		return nil, err
	}
	isNew, isOld := map[int]bool{}, map[int]bool{}
	for _, e := range edits {
		isNew[e.now], isOld[e.was] = true, true
		quote := clipped(now.Document.Quote(e.now))
		if c.EditedCount++; len(c.Edited) < mostChanges {
			c.Edited = append(c.Edited, schemas.Edit{Was: clip(was.Document.Sentences[e.was]), Now: quote})
		}
		for _, f := range figures(was.Document.Sentences[e.was], now.Document.Sentences[e.now]) {
			if len(c.Figures) < mostChanges {
				c.Figures = append(c.Figures, schemas.Figure{Was: f[0], Now: f[1], Where: quote})
			}
		}
	}
	for _, i := range added {
		if isNew[i] {
			continue
		}
		if c.AddedCount++; len(c.Added) < mostChanges {
			c.Added = append(c.Added, clipped(now.Document.Quote(i)))
		}
	}
	for _, i := range removed {
		if isOld[i] {
			continue
		}
		if c.RemovedCount++; len(c.Removed) < mostChanges {
			c.Removed = append(c.Removed, clip(was.Document.Sentences[i]))
		}
	}
	c.Same = c.AddedCount+c.RemovedCount+c.EditedCount == 0 && c.TitleWas == ""
	return c, nil
}

// compare counts sentences: which are new, which are gone, in order, and how many are in both.
func compare(ctx context.Context, was, now []string) (added, removed []int, unchanged int, err error) {
	keys := make([]string, len(was))
	left := map[string]int{}
	for i, s := range was {
		if i&0xFF == 0 && ctx.Err() != nil {
			return nil, nil, 0, ctx.Err()
		}
		if keys[i] = fold(s); keys[i] != "" {
			left[keys[i]]++
		}
	}
	for i, s := range now {
		if i&0xFF == 0 && ctx.Err() != nil {
			return nil, nil, 0, ctx.Err()
		}
		key := fold(s)
		switch {
		case key == "":
		case left[key] > 0:
			left[key]--
			unchanged++
		default:
			added = append(added, i)
		}
	}
	for i := len(was) - 1; i >= 0; i-- { // of a sentence that stood there more often, the last are gone
		if key := keys[i]; key != "" && left[key] > 0 {
			left[key]--
			removed = append(removed, i)
		}
	}
	for i, j := 0, len(removed)-1; i < j; i, j = i+1, j-1 {
		removed[i], removed[j] = removed[j], removed[i]
	}
	return added, removed, unchanged, nil
}

// longest is the most of a sentence that is shown as changed, in characters.
const longest = 1000

func clip(s string) string {
	if len(s) <= longest {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > longest {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}

func clipped(q schemas.Quote) schemas.Quote {
	q.Text = clip(q.Text)
	return q
}
