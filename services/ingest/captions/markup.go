package captions

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// timedtext reads YouTube's XML: <p t= d=> in milliseconds (srv2, srv3), or <text start= dur=> in seconds (srv1).
func (r *reading) timedtext(text string) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it has been decoded
	var current *cue
	var words strings.Builder
	finish := func() {
		if current != nil && strings.TrimSpace(words.String()) != "" {
			current.lines = strings.Split(words.String(), "\n")
			r.add(*current)
		}
		current = nil
		words.Reset()
	}
	for !r.truncated {
		token, err := d.RawToken() // which keeps no stack of what is open: nothing can be nested too deep
		if err != nil {
			finish()
			r.incomplete = r.incomplete || !errors.Is(err, io.EOF)
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "p", "text":
				finish()
				current = &cue{}
				r.times(current, t)
			case "br":
				words.WriteByte('\n')
			}
		case xml.EndElement:
			if t.Name.Local == "p" || t.Name.Local == "text" {
				finish()
			}
		case xml.CharData:
			if current != nil {
				words.Write(t)
			}
		}
	}
}

// times reads the times of an element.
func (r *reading) times(c *cue, e xml.StartElement) {
	at := map[string]string{}
	for _, a := range e.Attr {
		at[a.Name.Local] = a.Value
	}
	scale, start, length := 1.0, at["t"], at["d"]
	if e.Name.Local == "text" && at["start"] != "" {
		scale, start, length = 1000, at["start"], at["dur"]
	}
	s, err := strconv.ParseFloat(start, 64)
	if err != nil || !(s >= 0 && s*scale < 1e10) {
		c.start = r.unknown()
		c.end = c.start
		return
	}
	c.start = int64(s * scale)
	c.end = c.start
	if l, err := strconv.ParseFloat(length, 64); err == nil && l >= 0 && l*scale < 1e10 {
		c.end += int64(l * scale)
	}
}

// blocks end a paragraph of HTML.
var blocks = map[string]bool{
	"p": true, "div": true, "li": true, "ul": true, "ol": true, "tr": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "section": true,
	"article": true, "blockquote": true, "dd": true, "dt": true, "body": true, "header": true, "footer": true, "cite": true, "time": true, "table": true, "main": true,
}

// unspoken is what of HTML is no text.
var unspoken = map[string]bool{"script": true, "style": true, "head": true, "title": true, "nav": true, "noscript": true, "template": true, "textarea": true}

// html reads a transcript as podcasts publish them: <cite> names who speaks, <time> says since when, and what follows was said.
// Without times it is a text in paragraphs.
func (r *reading) html(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(4 << 20)
	var page transcript
	skipping, inside := "", ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			page.flush("")
			r.incomplete = r.incomplete || !errors.Is(z.Err(), io.EOF)
			r.take(page.paragraphs)
			return
		case html.TextToken:
			if skipping == "" {
				page.text.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			switch {
			case skipping != "":
			case unspoken[name]:
				skipping = name
			case name == "br":
				page.text.WriteByte('\n')
			case blocks[name]:
				page.flush(inside)
				inside = name
			}
		case html.EndTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			switch {
			case name == skipping:
				skipping = ""
			case skipping == "" && blocks[name]:
				page.flush(inside)
				inside = ""
			}
		}
	}
}

// transcript collects the paragraphs of an HTML transcript.
type transcript struct {
	text       strings.Builder
	paragraphs []paragraph
	speaker    string
	at         int64
	timed      bool
}

// flush ends what was collected inside of an element.
func (t *transcript) flush(element string) {
	text := strings.TrimSpace(html.UnescapeString(t.text.String()))
	t.text.Reset()
	if text == "" {
		return
	}
	switch element {
	case "cite":
		t.speaker = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), ":"))
	case "time":
		if ms, _, ok := timestamp(strings.Trim(text, "[]() ")); ok {
			t.at, t.timed = ms, true
		}
	default:
		t.paragraphs = append(t.paragraphs, paragraph{oneLine(text), t.speaker, t.at, t.timed})
		t.speaker, t.timed = "", false
	}
}
