package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/analyzer/signals"
	"autointel.example/services/analyzer/text"
)

// labelled is a text with what a reader judged.
type labelled struct {
	name     string
	kind     string // its file
	source   schemas.Source
	trust    int      // 0 to 100
	findings []string // codes, sorted
}

// load reads every labelled text of a half, sorted by file and place.
func load(files fs.FS, half string) ([]labelled, error) {
	names, err := fs.Glob(files, half+"/*.txt")
	if err != nil {
		return nil, err
	}
	var all []labelled
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		for i, record := range strings.Split("\n"+string(raw), "\n=== ")[1:] {
			l, err := parse(record)
			if err != nil {
				return nil, fmt.Errorf("%s, text %d: %w", name, i+1, err)
			}
			l.kind = strings.TrimSuffix(path.Base(name), ".txt")
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there are no labelled texts in %s/*.txt", half)
	}
	return all, nil
}

// parse reads a record: its name, headers, a line of ---, and the text.
func parse(record string) (labelled, error) {
	head, body, ok := strings.Cut(record, "\n---\n")
	if !ok {
		return labelled{}, errors.New("the line --- between headers and text is missing")
	}
	lines := strings.Split(head, "\n")
	l := labelled{name: lines[0], trust: -1, source: schemas.Source{Kind: "article", MediaType: "text/html", Text: strings.TrimSpace(body)}}
	for _, line := range lines[1:] {
		key, value, _ := strings.Cut(line, ": ")
		if err := l.set(key, strings.TrimSpace(value)); err != nil {
			return l, fmt.Errorf("%s: header %q: %w", l.name, line, err)
		}
	}
	if l.trust < 0 || l.source.Language == "" || l.findings == nil {
		return l, fmt.Errorf("%s: language, trust and findings must be given", l.name)
	}
	return l, nil
}

func (l *labelled) set(key, value string) (err error) {
	switch key {
	case "language":
		l.source.Language = value
	case "title":
		l.source.Title = value
	case "site":
		l.source.SiteName = value
	case "author":
		l.source.Authors = []string{value}
	case "sponsored":
		l.source.Sponsored = value
	case "published":
		var at time.Time
		at, err = time.Parse(time.DateOnly, value)
		l.source.PublishedAt = &at
	case "links":
		var n int
		n, err = strconv.Atoi(value)
		for i := range n {
			l.source.Links = append(l.source.Links, schemas.Link{URL: fmt.Sprintf("https://example.org/%d", i)})
		}
	case "trust":
		l.trust, err = strconv.Atoi(value)
	case "findings":
		l.findings = []string{}
		if value != "none" {
			l.findings = strings.Split(value, ", ")
		}
		slices.Sort(l.findings)
	default:
		err = errors.New("unknown")
	}
	return err
}

// input is what the assessment is given of a text: as at the depth standard, with a check of the claims that found
// nothing to say for or against.
func (l *labelled) input() signals.Input {
	return signals.Input{Document: text.Read(&l.source, nil), Source: &l.source, Verification: &schemas.Verification{}}
}
