// Package pdf reads the text of PDF documents: paragraphs in reading order, without what stands at the top and bottom of
// every page, and the headings among them.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfium_errors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"autointel.example/schemas"
	"autointel.example/services/ingest/fetch"
)

// Bounds of a document.
const (
	MaxPages = 1000
	MaxTime  = time.Minute
	maxText  = 10 << 20 // bytes
	maxChars = 100_000  // of a page whose layout is looked at; of a larger one, only the text
	maxLinks = 200
)

// Document is what was read of a PDF.
type Document struct {
	Title      string
	Authors    string // as the document words it
	Language   string
	ModifiedAt *time.Time
	Pages      int
	Paragraphs []string
	Outline    []schemas.Heading
	Links      []schemas.Link
	Limits     []schemas.Limit
}

// Read reads a document. Errors are the context's, or *fetch.Error: encrypted, malformed, timeout, or no_text of one without
// text, as of scanned pages. The first document of a process may wait for the reader to start, and each for its turn: neither counts
// against MaxTime, so that no document is called slow for what the machine was doing.
func Read(ctx context.Context, body []byte, progress func(done, total int)) (Document, error) {
	return readWithin(ctx, MaxTime, body, progress)
}

func readWithin(ctx context.Context, within time.Duration, body []byte, progress func(done, total int)) (Document, error) {
	var d Document
	var pages []page
	err := inSandbox(ctx, within, func(ctx context.Context, p pdfium.Pdfium) error {
		var err error
		d, pages, err = extract(ctx, p, body, progress)
		return err
	})
	var ours *fetch.Error
	switch {
	case ctx.Err() != nil:
		return Document{}, ctx.Err()
	case errors.Is(err, errSlow):
		return Document{}, &fetch.Error{Reason: fetch.Timeout, Message: fmt.Sprintf("The PDF could not be read within %s: it is very large, or made to be slow.", within), Err: err}
	case errors.As(err, &ours):
		return Document{}, ours
	case err != nil:
		return Document{}, &fetch.Error{Reason: fetch.Malformed, Message: "The PDF cannot be read: it is broken.", Err: err}
	}
	layOut(&d, pages)
	if len(d.Paragraphs) == 0 {
		return Document{}, &fetch.Error{Reason: fetch.NoText, Message: fmt.Sprintf("The PDF has no text on its %d pages. It may be scanned: pictures of text are not read.", d.Pages)}
	}
	return d, nil
}

func extract(ctx context.Context, p pdfium.Pdfium, body []byte, progress func(done, total int)) (d Document, pages []page, err error) {
	opened, err := p.OpenDocument(&requests.OpenDocument{File: &body})
	switch {
	case errors.Is(err, pdfium_errors.ErrPassword), errors.Is(err, pdfium_errors.ErrSecurity):
		return d, nil, &fetch.Error{Reason: fetch.Encrypted, Message: "The PDF is protected by a password.", Err: err}
	case err != nil:
		return d, nil, err
	}
	count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	if err != nil {
		return d, nil, err
	}
	d.Pages = count.PageCount
	describe(p, opened.Document, &d)
	held, broken := 0, 0
	for n := range min(d.Pages, MaxPages) {
		if ctx.Err() != nil {
			return d, nil, ctx.Err()
		}
		one, err := readPage(p, opened.Document, n)
		if err != nil {
			if broken++; errors.As(err, new(*fetch.Error)) || ctx.Err() != nil || broken > 20 {
				return d, nil, err // after so many the sandbox is likely dead
			}
			continue
		}
		pages = append(pages, one)
		if held += one.size(); held > maxText {
			d.Limits = append(d.Limits, schemas.Limit{Code: "truncated", Message: fmt.Sprintf("The PDF has more text than is read: the first %d of its %d pages were.", n+1, d.Pages)})
			break
		}
		if progress != nil {
			progress(n+1, d.Pages)
		}
	}
	if d.Pages > MaxPages {
		d.Limits = append(d.Limits, schemas.Limit{Code: "truncated", Message: fmt.Sprintf("The PDF has %d pages, of which the first %d were read.", d.Pages, MaxPages)})
	}
	if broken > 0 {
		d.Limits = append(d.Limits, schemas.Limit{Code: "pages_broken", Message: fmt.Sprintf("%d of the %d pages of the PDF are broken and could not be read.", broken, d.Pages)})
	}
	return d, pages, nil
}

// describe reads what the document says of itself. What it does not say stays empty.
func describe(p pdfium.Pdfium, document references.FPDF_DOCUMENT, d *Document) {
	tags, err := p.GetMetaData(&requests.GetMetaData{Document: document, Tags: &[]string{"Title", "Author", "CreationDate", "ModDate"}})
	if err != nil {
		return
	}
	for _, tag := range tags.Tags {
		value := strings.Join(strings.Fields(strings.ToValidUTF8(tag.Value, "")), " ")
		value = value[:min(len(value), 500)]
		switch tag.Tag {
		case "Title":
			if !noTitle.MatchString(value) {
				d.Title = strings.ToValidUTF8(value, "")
			}
		case "Author":
			d.Authors = strings.ToValidUTF8(value, "")
		case "CreationDate", "ModDate":
			if at := timeOf(value); at != nil && (d.ModifiedAt == nil || at.After(*d.ModifiedAt)) {
				d.ModifiedAt = at
			}
		}
	}
	if l, err := p.FPDFCatalog_GetLanguage(&requests.FPDFCatalog_GetLanguage{Document: document}); err == nil && l != nil {
		d.Language = l.Language
	}
}

// noTitle is what programs write where a title should be.
var noTitle = regexp.MustCompile(`(?i)^$|^untitled|^unbenannt|^sans titre|^microsoft (word|powerpoint|excel) -|^document\d*$|^slide 1$|\.(docx?|pptx?|xlsx?|indd|tex|dvi|rtf|odt|qxd|pdf)$|^(layout|print|page) ?\d*$`)

// timeOf reads a date as PDF writes it: D:20260314092653+01'00'.
func timeOf(s string) *time.Time {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "D:"), "'", "")
	s = strings.Replace(s, "Z0000", "Z", 1)
	for _, form := range []string{"20060102150405Z0700", "20060102150405", "200601021504", "20060102", "2006"} {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1980 && t.Year() <= 2200 {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

// linksOn returns the links of a page with where they are. A broken one ends the list.
func linksOn(p pdfium.Pdfium, document references.FPDF_DOCUMENT, at requests.Page) []linkAt {
	var links []linkAt
	position := 0
	for range maxLinks {
		next, err := p.FPDFLink_Enumerate(&requests.FPDFLink_Enumerate{Page: at, StartPos: position})
		if err != nil || next.Link == nil || next.NextStartPos == nil || *next.NextStartPos <= position {
			break
		}
		position = *next.NextStartPos
		action, err := p.FPDFLink_GetAction(&requests.FPDFLink_GetAction{Link: *next.Link})
		if err != nil || action.Action == nil {
			continue
		}
		uri, err := p.FPDFAction_GetURIPath(&requests.FPDFAction_GetURIPath{Document: document, Action: *action.Action})
		if err != nil || uri.URIPath == nil {
			continue
		}
		if rect, err := p.FPDFLink_GetAnnotRect(&requests.FPDFLink_GetAnnotRect{Link: *next.Link}); err == nil && rect.Rect != nil {
			links = append(links, linkAt{url: *uri.URIPath, middle: float64(rect.Rect.Top+rect.Rect.Bottom) / 2, left: float64(rect.Rect.Left), right: float64(rect.Rect.Right)})
		}
	}
	return links
}
