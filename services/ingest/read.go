package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"autointel.example/schemas"
	"autointel.example/services/ingest/article"
	"autointel.example/services/ingest/feed"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/pdf"
)

// reader makes documents readable, of whatever kind they are.
type reader struct {
	client *fetch.Client
}

// maxForwards is how many pages without a text may lead on to the next by themselves.
const maxForwards = 2

// read fetches a document and reads it. A page without a text that leads on by itself is followed, as a browser does, and so is
// the frame that holds the text of one; if that cannot be read, the page's own error stays. Errors are *fetch.Error, or the
// context's.
func (r reader) read(ctx context.Context, request fetch.Request) (schemas.Source, error) {
	var framed error // what the page with the frame was found to lack
	for forwards := 0; ; forwards++ {
		source, next, err := r.once(ctx, request)
		if next.url == "" || forwards == maxForwards {
			switch {
			case framed == nil:
			case err != nil && ctx.Err() == nil:
				err = framed
			case err == nil:
				source.Limits = append(source.Limits, schemas.Limit{Code: article.FrameOnly, Message: "The page is made of frames. The report covers the one that holds its text: " + source.FinalURL + "."})
			}
			return source, err
		}
		if request.URL = next.url; next.frame && framed == nil {
			framed = err
		}
	}
}

// onward is where a page leads.
type onward struct {
	url   string
	frame bool // to a frame of it
}

// leads returns where a page leads that cannot be read itself, for what was found.
func leads(response fetch.Response, found error) onward {
	var e *fetch.Error
	if next := article.Refresh(response); next != "" || !errors.As(found, &e) || e.Reason != fetch.NoText { // what stands behind a wall is in no frame
		return onward{url: next}
	}
	return onward{url: article.Frame(response), frame: true}
}

// once is read of one page; next is where it leads if it cannot be read itself.
func (r reader) once(ctx context.Context, request fetch.Request) (source schemas.Source, next onward, err error) {
	request.NotRecordings = true
	response, err := r.client.Do(ctx, request)
	if err != nil {
		return schemas.Source{}, onward{}, err
	}
	switch kind, _ := article.KindOf(response); {
	case kind == article.Feed && request.Crawl:
		err = &fetch.Error{Reason: fetch.UnsupportedMedia, Message: "The link leads to a feed, which is many documents."}
	case kind == article.Feed:
		source, err = r.readFeed(ctx, request, response)
	case kind == article.PDF:
		source, err = readPDF(ctx, request, response)
	default:
		source, err = article.Extract(response)
	}
	if err != nil {
		return schemas.Source{}, leads(response, err), err
	}
	truncate(&source, maxText)
	return source, onward{}, nil
}

// readPDF reads a PDF document. Its progress counts pages as bytes of the whole: who waits sees it move.
func readPDF(ctx context.Context, request fetch.Request, response fetch.Response) (schemas.Source, error) {
	size := int64(len(response.Body))
	d, err := pdf.Read(ctx, response.Body, func(done, total int) {
		if request.OnBytes != nil {
			request.OnBytes(size*int64(done)/int64(total), size)
		}
	})
	if err != nil {
		return schemas.Source{}, err
	}
	source := schemas.Source{
		FinalURL: response.FinalURL, Kind: article.PDF, MediaType: "application/pdf", Title: d.Title, Authors: article.Names(d.Authors), Language: article.Language(d.Language),
		ModifiedAt: d.ModifiedAt, Bytes: size, Digest: response.Digest, Limits: d.Limits,
	}
	article.Fill(&source, d.Paragraphs, d.Outline, d.Links)
	return source, nil
}

// enough is how many words of an item a feed holds that make it a text of its own; of fewer, the item's page is read.
const enough = 150

// readFeed reads the item of a feed that the address asks for.
func (r reader) readFeed(ctx context.Context, request fetch.Request, response fetch.Response) (schemas.Source, error) {
	at, err := url.Parse(response.FinalURL)
	if err != nil {
		return schemas.Source{}, &fetch.Error{Reason: fetch.InvalidURL, Message: "The address of the feed cannot be read.", Err: err}
	}
	f, err := feed.Parse(feed.Decode(response.Body, response.ContentType), at)
	if err != nil {
		return schemas.Source{}, err
	}
	n, err := f.Choose(feed.Wanted(request.URL))
	if err != nil {
		return schemas.Source{}, err
	}
	item := f.Items[n]
	_, mediaType := article.KindOf(response)
	source := schemas.Source{
		FinalURL: response.FinalURL, Kind: article.Feed, MediaType: mediaType, Title: item.Title, Bytes: int64(len(response.Body)), Digest: response.Digest,
		Description: article.PlainText(item.Summary),
	}
	base := at
	if u, err := url.Parse(item.URL); err == nil && item.URL != "" {
		base = u
	}
	article.ReadFragment(&source, item.HTML(), base)
	if len(item.Media) > 0 {
		source.Kind = article.Media
	}
	held := article.Words(source.Text)
	if item.URL != "" && held < enough && len(item.Media) == 0 {
		page, err := r.read(ctx, fetch.Request{URL: item.URL, OnBytes: request.OnBytes, MaxAge: request.MaxAge})
		switch {
		case ctx.Err() != nil:
			return source, ctx.Err()
		case err == nil && page.Feed == nil:
			page.Description = firstOf(page.Description, source.Description)
			source = page
		case held > 0:
			source.Limits = append(source.Limits, schemas.Limit{Code: "page_unreachable", Message: "The page of the feed's item could not be read, so the report covers what the feed says of it. " + messageOf(err)})
		}
	}
	f.Describe(n, &source)
	source.Feed = f.Note(n, response.FinalURL)
	if source.Text == "" && len(source.Media)+len(source.Captions) == 0 {
		return source, &fetch.Error{Reason: fetch.NoText, Message: "The item of the feed has neither text nor a page that can be read nor a recording."}
	}
	return source, nil
}

// maxText is the most of a source that is handed on, in bytes.
const maxText = 10 << 20

// truncate cuts a source's text to a number of bytes, at the end of a paragraph if there is one, and says so.
func truncate(source *schemas.Source, most int) {
	if len(source.Text) <= most {
		return
	}
	whole := len(source.Text)
	text := source.Text[:most]
	if i := strings.LastIndex(text, "\n\n"); i > most/2 {
		text = text[:i]
	} else {
		for len(text) > 0 && !utf8.ValidString(text[max(0, len(text)-utf8.UTFMax):]) {
			text = text[:len(text)-1]
		}
	}
	source.Text = text
	paragraphs := strings.Count(text, "\n\n") + 1
	for len(source.Outline) > 0 && source.Outline[len(source.Outline)-1].Paragraph >= paragraphs {
		source.Outline = source.Outline[:len(source.Outline)-1]
	}
	var links []schemas.Link
	for _, l := range source.Links {
		if l.Paragraph < paragraphs {
			links = append(links, l)
		}
	}
	source.Links = links
	source.Limits = append(source.Limits, schemas.Limit{
		Code: "truncated", Message: fmt.Sprintf("The text is longer than is read: the first %d of its %d kB were.", len(text)/1000, whole/1000),
	})
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
