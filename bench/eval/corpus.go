package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// item is a document of the corpus with what a reader finds in it.
type item struct {
	name string // of its directory
	file string // of the document in it
	Expected
}

// Expected is what a person wrote down about a document: expected.json beside it.
type Expected struct {
	Kind     string   `json:"kind"`     // news, opinion, advertising, science, press release, interview or talk
	Language string   `json:"language"` // ISO 639-1
	Text     []string `json:"text"`     // the paragraphs and headings that a reader takes for the article, without title and author
	// Claims are the sentences that state facts which could be checked.
	Claims []string `json:"claims"`
	// Findings are the signs of deception or manipulation that a careful reader would mark.
	Findings []Finding `json:"findings"`
	Summary  string    `json:"summary"` // in the reader's own words
}

// Finding is a sign in a sentence; without one, it is of the whole document.
type Finding struct {
	Code     string `json:"code"`
	Sentence string `json:"sentence,omitempty"`
}

// contentTypes are what a server says of a document, by its extension.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".pdf": "application/pdf",
	".vtt": "text/vtt; charset=utf-8", ".srt": "application/x-subrip; charset=utf-8", ".xml": "application/rss+xml; charset=utf-8",
}

// load reads a corpus: a directory for each item, with expected.json and one document.
func load(dir string) ([]item, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the corpus cannot be read; run it in the module bench, or name it with -corpus: %w", err)
	}
	var items []item
	var problems []error
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		i := item{name: e.Name()}
		if err := i.read(filepath.Join(dir, e.Name())); err != nil {
			problems = append(problems, fmt.Errorf("item %s: %w", e.Name(), err))
		}
		items = append(items, i)
	}
	if len(items) == 0 {
		problems = append(problems, fmt.Errorf("%s holds no items", dir))
	}
	return items, errors.Join(problems...)
}

func (i *item) read(dir string) error {
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&i.Expected); err != nil {
		return err
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if contentTypes[filepath.Ext(f.Name())] == "" {
			continue
		}
		if i.file != "" {
			return fmt.Errorf("it has two documents, %s and %s", i.file, f.Name())
		}
		i.file = f.Name()
	}
	if i.file == "" {
		return errors.New("it has no document")
	}
	return i.check()
}

// check finds what was written down wrongly: a sentence that does not stand in the text would never be found.
func (i *item) check() error {
	text := strings.Join(i.Text, "\n")
	var problems []error
	for _, s := range i.Claims {
		if !strings.Contains(text, s) {
			problems = append(problems, fmt.Errorf("the claim does not stand in the text: %q", s))
		}
	}
	for _, f := range i.Findings {
		if f.Code == "" || !strings.Contains(text, f.Sentence) {
			problems = append(problems, fmt.Errorf("the finding has no code, or does not stand in the text: %+v", f))
		}
	}
	if len(i.Text) == 0 || i.Language == "" || i.Kind == "" || i.Summary == "" {
		problems = append(problems, errors.New("text, language, kind or summary is missing"))
	}
	return errors.Join(problems...)
}

// format is the kind of document.
func (i *item) format() string { return strings.TrimPrefix(filepath.Ext(i.file), ".") }

// serve offers the documents as web servers do. {{host}} in a document is where it is served.
func serve(dir string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clean := path.Clean(r.URL.Path)
		raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(clean)))
		kind := contentTypes[path.Ext(clean)]
		if err != nil || kind == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(bytes.ReplaceAll(raw, []byte("{{host}}"), []byte(r.Host))) // who does not read it to the end has seen enough
	}))
}

// languages returns those of the items, sorted.
func languages(results []result) []string {
	var codes []string
	for _, r := range results {
		codes = append(codes, r.Language)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
