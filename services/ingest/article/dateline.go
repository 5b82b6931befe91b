package article

import (
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"autointel.example/schemas"
	"autointel.example/services/ingest/cues"
)

// Bounds of what stands around a heading.
const (
	datelineBlocks = 6  // before and after the main heading
	datelineWords  = 19 // of a block that says when and by whom, at most
	datelineRest   = 4  // words of it beside date and names, unless it begins as such a block does
)

// dateline is what a page shows around its heading: when it was published and changed, and by whom.
type dateline struct {
	published, modified *time.Time
	authors             []string
	lines               map[string]bool // what says so, as a reader sees it
}

// datelineOf reads the blocks around the main heading of a page.
func datelineOf(doc *html.Node) dateline {
	all := dateline{lines: map[string]bool{}}
	before, after := aroundHeading(doc)
	for _, block := range after {
		if d, ok := readDateline(block.said); ok {
			all.add(d)
			all.lines[block.seen] = true
		}
	}
	for _, block := range before {
		lower := strings.ToLower(block.said)
		// A date alone above the heading is often today's, in a newspaper's head.
		if d, ok := readDateline(block.said); ok && (said(lower, cues.Published) || said(lower, cues.Updated)) {
			all.add(d)
		}
	}
	return all
}

func (d *dateline) add(more dateline) {
	if d.published == nil {
		d.published = more.published
	}
	if d.modified == nil {
		d.modified = more.modified
	}
	if len(d.authors) == 0 {
		d.authors = more.authors
	}
}

// fill fills in what a page says nowhere but around its heading.
func (d *dateline) fill(source *schemas.Source) {
	if source.PublishedAt == nil {
		source.PublishedAt = d.published
	}
	if source.ModifiedAt == nil && (source.PublishedAt == nil || d.modified != nil && d.modified.After(*source.PublishedAt)) {
		source.ModifiedAt = d.modified // many show the date of publication as that of the page's state
	}
	if len(source.Authors) == 0 {
		source.Authors = d.authors
	}
}

// readDateline reads a block as one that says when or by whom; ok: that is all it says.
func readDateline(block string) (d dateline, ok bool) {
	block = Line(block)
	if n := Words(block); n == 0 || n > datelineWords {
		return d, false
	}
	rest := 0
	for part := range strings.SplitSeq(strings.NewReplacer(" | ", "\n", " · ", "\n", " • ", "\n", " » ", "\n").Replace(block), "\n") {
		n, cued := d.read(part)
		if !cued {
			rest += n
		}
	}
	ok = d.published != nil || d.modified != nil || len(d.authors) > 0
	return d, ok && rest <= datelineRest
}

// read reads a part of a block. It returns how many words of it say nothing of when and by whom, and whether the part begins as
// one does that does.
func (d *dateline) read(part string) (rest int, cued bool) {
	if name, is := withoutByline(part); is {
		if authors := people(name); len(authors) > 0 {
			d.add(dateline{authors: authors})
			for _, w := range worded(part) {
				d.add(dateline{published: &w.at})
			}
			return 0, true
		}
	}
	from := 0
	for _, w := range worded(part) {
		before := strings.ToLower(part[from:w.from])
		if from > 0 {
			d.add(dateline{authors: peopleAfter(part[from:w.from])})
		}
		if said(before, cues.Updated) {
			d.add(dateline{modified: &w.at})
			cued = true
		} else {
			d.add(dateline{published: &w.at})
			cued = cued || said(before, cues.Published)
		}
		rest += Words(part[from:w.from])
		from = w.to
	}
	rest += Words(part[from:])
	if from > 0 {
		authors := peopleAfter(part[from:])
		d.add(dateline{authors: authors})
		if len(authors) > 0 {
			rest -= Words(strings.Join(authors, " ")) + 1 // and the word before them
		}
	}
	return max(0, rest), cued
}

// peopleAfter are the names that follow a date: Published on 10 February by Ann Writer, updated ...
func peopleAfter(s string) []string {
	for _, word := range []string{" by ", " von ", " par ", " por ", " di "} {
		if _, names, is := strings.Cut(" "+Line(s), word); is {
			for _, end := range []string{",", " –", " —"} {
				names, _, _ = strings.Cut(names, end)
			}
			return people(names)
		}
	}
	return nil
}

// people are the names of a list in which each looks like one; else nobody.
func people(list string) []string {
	names := cleanNames([]string{list}, "")
	var found []string
	for _, n := range names {
		name, _, _ := strings.Cut(n, ", ") // and what they are, or where
		if !isName(name) {
			return found
		}
		found = append(found, name)
	}
	return found
}

// line is a short block of a page: as a reader sees it, and with the times in it that elements give to machines.
type line struct{ seen, said string }

// aroundHeading returns the short blocks before and after the main heading of a page, up to the first long paragraph.
func aroundHeading(doc *html.Node) (before, after []line) {
	var b, seen strings.Builder
	heading, done := false, false
	flush := func() {
		block := line{Line(seen.String()), Line(b.String())}
		b.Reset()
		seen.Reset()
		if block.seen == "" || done {
			return
		}
		if !heading {
			before = append(before, block)
			before = before[max(0, len(before)-datelineBlocks):]
			return
		}
		after = append(after, block)
		done = Words(block.seen) >= longParagraph || len(after) > datelineBlocks
	}
	walkInto(doc, func(n *html.Node) bool {
		switch {
		case done || n.Type == html.ElementNode && (unread[n.DataAtom] || aside[n.DataAtom] || heading && n.DataAtom == atom.Table):
			flush()
			return false // what a table says of when is of its subject
		case n.Type == html.TextNode && b.Len() < 2000:
			b.WriteString(n.Data)
			seen.WriteString(n.Data)
		case n.Type == html.ElementNode && (blockElements[n.DataAtom] || n.DataAtom == atom.Time || n.DataAtom == atom.Br):
			if n.DataAtom == atom.Time { // what it says to machines is the better of the two
				seen.WriteByte(' ')
				if at := attribute(n, "datetime"); Time(at) != nil {
					b.WriteString(" " + Time(at).Format("2006-01-02 15:04") + " ")
					seen.WriteString(short(n))
					return false
				}
				return true
			}
			flush()
			heading = heading || n.DataAtom == atom.H1
		}
		return true
	})
	flush()
	if !heading {
		return nil, nil
	}
	return before, after
}
