// Package feed reads RSS, Atom and JSON feeds, podcasts among them, and finds the item that is meant.
package feed

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	extensions "github.com/mmcdole/gofeed/extensions"

	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/captions"
	"autointel.example/services/ingest/fetch"
)

// Bounds of a feed.
const (
	maxItems  = 2000
	maxOthers = 20
	// maxDepth is how deep its elements may be nested: the parser calls itself for each level, and a stack that has no room
	// left ends the process.
	maxDepth = 5000
)

// Feed is a feed, its items the newest first.
type Feed struct {
	Title    string
	Language string
	Items    []Item
}

// Item is an item of a feed.
type Item struct {
	ID          string
	URL         string // of its page; empty: it has none
	Title       string
	Summary     string // HTML
	Content     string // HTML
	Authors     []string
	Published   *time.Time
	Modified    *time.Time
	Media       []schemas.Media
	Transcripts []schemas.CaptionTrack
}

// Parse reads a feed that was found at an address. The error is a *fetch.Error: malformed, or no_text of a feed without items.
func Parse(body []byte, at *url.URL) (f Feed, err error) {
	defer func() { // a feed that makes the library panic must not end the process
		if p := recover(); p != nil {
			err = malformed(fmt.Errorf("the library panicked: %v", p))
		}
	}()
	if depth(body) > maxDepth {
		return f, malformed(fmt.Errorf("nested deeper than %d levels", maxDepth))
	}
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(bytes.TrimSpace(body)))
	if err != nil {
		return f, malformed(err)
	}
	f.Title, f.Language = article.Line(parsed.Title), article.Language(parsed.Language)
	for _, i := range parsed.Items {
		if i != nil && len(f.Items) < maxItems {
			f.Items = append(f.Items, itemOf(i, parsed, at))
		}
	}
	if len(f.Items) == 0 {
		return f, &fetch.Error{Reason: fetch.NoText, Message: "The feed has no items."}
	}
	newestFirst(f.Items)
	return f, nil
}

func malformed(err error) error {
	return &fetch.Error{Reason: fetch.Malformed, Message: "The feed cannot be read: it is neither RSS nor Atom nor JSON Feed, or it is broken.", Err: err}
}

// depth is how deep the elements of a document are nested at most; of JSON, its objects and lists.
func depth(body []byte) int {
	deepest, now := 0, 0
	open := func() {
		now++
		deepest = max(deepest, now)
	}
	if body = bytes.TrimSpace(body); bytes.HasPrefix(body, []byte("{")) {
		quoted := false
		for i := 0; i < len(body); i++ {
			switch c := body[i]; {
			case c == '\\' && quoted:
				i++
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '{' || c == '[':
				open()
			case c == '}' || c == ']':
				now--
			}
		}
		return deepest
	}
	for {
		i := bytes.IndexByte(body, '<')
		if i < 0 || i+1 == len(body) {
			return deepest
		}
		body = body[i+1:]
		switch {
		case bytes.HasPrefix(body, []byte("![CDATA[")):
			body = after(body, "]]>")
		case bytes.HasPrefix(body, []byte("!--")):
			body = after(body, "-->")
		case body[0] == '!' || body[0] == '?':
		case body[0] == '/':
			now--
		default:
			end := bytes.IndexByte(body, '>')
			if end < 1 || body[end-1] != '/' {
				open()
			}
		}
	}
}

func after(b []byte, mark string) []byte {
	if _, rest, ok := bytes.Cut(b, []byte(mark)); ok {
		return rest
	}
	return nil
}

func itemOf(i *gofeed.Item, f *gofeed.Feed, at *url.URL) Item {
	item := Item{
		ID: article.Line(i.GUID), URL: absolute(at, i.Link), Title: article.PlainText(i.Title), Summary: i.Description, Content: i.Content,
		Published: timeOf(i.PublishedParsed, i.Published), Modified: timeOf(i.UpdatedParsed, i.Updated),
	}
	if item.URL == "" && strings.HasPrefix(item.ID, "http") { // a guid may be the address
		item.URL = absolute(at, item.ID)
	}
	for _, people := range [][]*gofeed.Person{i.Authors, f.Authors} {
		for _, p := range people {
			if p != nil && p.Name != "" && len(item.Authors) < 20 {
				item.Authors = append(item.Authors, article.Line(p.Name))
			}
		}
		if len(item.Authors) > 0 {
			break
		}
	}
	if item.Content == "" && i.ITunesExt != nil {
		item.Content = longest(i.Description, i.ITunesExt.Summary)
	}
	duration := int64(0)
	if i.ITunesExt != nil {
		duration = clock(i.ITunesExt.Duration)
	}
	for _, e := range i.Enclosures {
		if e == nil || len(item.Media) == 20 {
			continue
		}
		m := schemas.Media{URL: absolute(at, e.URL), MediaType: strings.ToLower(strings.TrimSpace(e.Type)), Title: item.Title, DurationMS: duration}
		if n, err := strconv.ParseInt(strings.TrimSpace(e.Length), 10, 64); err == nil && n > 0 {
			m.Bytes = n
		}
		if m.URL != "" && (m.MediaType == "" || strings.HasPrefix(m.MediaType, "audio/") || strings.HasPrefix(m.MediaType, "video/")) {
			item.Media = append(item.Media, m)
		}
	}
	for _, t := range i.Extensions["podcast"]["transcript"] {
		if track, ok := transcriptOf(t, at); ok && len(item.Transcripts) < 20 {
			item.Transcripts = append(item.Transcripts, track)
		}
	}
	return item
}

// transcriptOf reads a podcast:transcript. Those that come with times are captions; a page to read is a transcript.
func transcriptOf(e extensions.Extension, at *url.URL) (schemas.CaptionTrack, bool) {
	u := absolute(at, e.Attrs["url"])
	if u == "" {
		return schemas.CaptionTrack{}, false
	}
	kind := "transcript"
	if e.Attrs["rel"] == "captions" || captions.Format(e.Attrs["type"], strings.ToLower(u)) != "" {
		kind = "captions"
	}
	return schemas.CaptionTrack{URL: u, Language: article.Language(e.Attrs["language"]), Kind: kind, Label: e.Attrs["type"]}, true
}

func absolute(at *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > 2048 || strings.ContainsAny(ref, " \n<") {
		return ""
	}
	u, err := at.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

func timeOf(parsed *time.Time, raw string) *time.Time {
	if parsed == nil || parsed.Year() < 1600 || parsed.Year() > 2200 {
		return article.Time(raw)
	}
	t := parsed.UTC()
	return &t
}

func longest(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}

// clock reads a duration as podcasts write it, as 1:02:03, 62:03 or seconds, in milliseconds; 0: it is none.
func clock(s string) int64 {
	var seconds float64
	for part := range strings.SplitSeq(strings.TrimSpace(s), ":") {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || n < 0 || n > 1e6 || seconds > 1e6 {
			return 0
		}
		seconds = seconds*60 + n
	}
	return int64(seconds * 1000)
}
