package feed

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/fetch"
)

// NoSuchItem is the reason when a feed does not have the item that was asked for.
const NoSuchItem fetch.Reason = "no_such_item"

// newestFirst sorts items by when they were published; those that do not say keep their place after those that do, as
// feeds have the newest first.
func newestFirst(items []Item) {
	at := func(i Item) time.Time {
		switch {
		case i.Published != nil:
			return *i.Published
		case i.Modified != nil:
			return *i.Modified
		}
		return time.Time{}
	}
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(at(b).Unix(), at(a).Unix()) })
}

// Wanted is what an address asks of a feed: its parameter item, or what follows "#"; empty: the newest.
func Wanted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	if item := u.Query().Get("item"); item != "" {
		return item
	}
	return u.Fragment
}

// Choose returns the place of the item that is wanted: by its id, its address, the end of either, its title, or its number,
// 1 being the newest. Nothing wanted is the newest. The error is a *fetch.Error: no_such_item.
func (f Feed) Choose(wanted string) (int, error) {
	if wanted == "" {
		return 0, nil
	}
	for _, is := range []func(Item) bool{
		func(i Item) bool { return i.ID == wanted || i.URL == wanted },
		func(i Item) bool { return article.SamePage(i.URL, wanted) },
		func(i Item) bool { return ends(i.URL, wanted) || ends(i.ID, wanted) },
		func(i Item) bool { return strings.EqualFold(i.Title, wanted) },
	} {
		if n := slices.IndexFunc(f.Items, is); n >= 0 {
			return n, nil
		}
	}
	if n, err := strconv.Atoi(wanted); err == nil && n >= 1 && n <= len(f.Items) {
		return n - 1, nil
	}
	return 0, &fetch.Error{
		Reason:  NoSuchItem,
		Message: fmt.Sprintf("The feed has no item %q among its %d. Ask by its id, its address, its title or its number, 1 being the newest.", wanted[:min(len(wanted), 100)], len(f.Items)),
	}
}

// ends reports whether an id or address ends with a part that is wanted.
func ends(s, wanted string) bool {
	s = strings.TrimRight(s, "/")
	return len(s) > len(wanted) && strings.HasSuffix(s, wanted) && strings.ContainsRune("/#?=:", rune(s[len(s)-len(wanted)-1]))
}

// Note says which item was read, and names the others.
func (f Feed) Note(n int, at string) *schemas.FeedNote {
	item := f.Items[n]
	note := &schemas.FeedNote{Title: f.Title, URL: at, Item: cmp.Or(item.ID, item.URL), Items: len(f.Items)}
	for i, other := range f.Items {
		if i != n && other.URL != "" && len(note.Others) < maxOthers {
			note.Others = append(note.Others, schemas.Link{URL: other.URL, Text: other.Title})
		}
	}
	return note
}

// HTML is what a feed holds of an item's text.
func (i Item) HTML() string { return longest(i.Summary, i.Content) }

// Describe fills in what is not known of a source yet by what the feed says of the item.
func (f Feed) Describe(n int, source *schemas.Source) {
	item := f.Items[n]
	source.Title = cmp.Or(source.Title, item.Title)
	source.SiteName = cmp.Or(source.SiteName, f.Title)
	source.Language = cmp.Or(source.Language, f.Language)
	source.CanonicalURL = cmp.Or(source.CanonicalURL, item.URL)
	if len(source.Authors) == 0 {
		source.Authors = item.Authors
	}
	if source.PublishedAt == nil {
		source.PublishedAt = item.Published
	}
	if source.ModifiedAt == nil {
		source.ModifiedAt = item.Modified
	}
	for _, m := range item.Media {
		if !slices.ContainsFunc(source.Media, func(known schemas.Media) bool { return known.URL == m.URL }) {
			source.Media = append(source.Media, m)
		}
	}
	for _, t := range item.Transcripts {
		if !slices.ContainsFunc(source.Captions, func(known schemas.CaptionTrack) bool { return known.URL == t.URL }) {
			source.Captions = append(source.Captions, t)
		}
	}
}
