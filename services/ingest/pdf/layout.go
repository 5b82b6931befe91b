package pdf

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"autointel.example/schemas"
)

// page is what stands on a page, in the order of its text. Heights grow upwards, in points.
type page struct {
	lines []row
	links []linkAt
	plain string // of a page whose layout was not looked at
}

// piece is text in one font on one line.
type piece struct {
	text                     string
	left, right, top, bottom float64
	size                     float64
	bold                     bool
}

// row is a line of text.
type row struct {
	piece
	furniture bool // it stands on every page, or in the table of contents
}

// linkAt is a link with where it is.
type linkAt struct {
	url                 string
	middle, left, right float64
}

func (p *page) size() int {
	n := len(p.plain)
	for _, l := range p.lines {
		n += len(l.text)
	}
	return n
}

// add adds a piece to the line that it continues, or begins one.
func (p *page) add(next piece) {
	if strings.TrimSpace(next.text) == "" && len(p.lines) == 0 {
		return
	}
	if n := len(p.lines) - 1; n >= 0 && continues(p.lines[n].piece, next) {
		l := &p.lines[n]
		if gap := next.left - l.right; gap > 0.15*max(next.size, 4) && !endsInSpace(l.text) && !strings.HasPrefix(next.text, " ") {
			l.text += " "
		}
		whole := utf8.RuneCountInString(l.text)
		if added := utf8.RuneCountInString(next.text); added > whole { // the longer part says what the line is like
			l.size, l.bold = next.size, next.bold
		}
		l.text += next.text
		l.right, l.top, l.bottom = max(l.right, next.right), max(l.top, next.top), min(l.bottom, next.bottom)
		return
	}
	p.lines = append(p.lines, row{piece: next})
}

// continues reports whether a piece stands on the line before it: beside it, at the same height.
func continues(line, next piece) bool {
	overlap := min(line.top, next.top) - max(line.bottom, next.bottom)
	height := min(line.top-line.bottom, next.top-next.bottom)
	size := max(line.size, next.size, 4)
	return overlap > 0.4*height && next.left > line.right-size && next.left-line.right < 3*size
}

func endsInSpace(s string) bool { return s == "" || strings.HasSuffix(s, " ") }

// layOut makes paragraphs, headings and links of pages.
func layOut(d *Document, pages []page) {
	for i := range pages {
		tidy(&pages[i])
	}
	markFurniture(pages)
	w := writer{d: d, body: bodySize(pages)}
	for _, p := range pages {
		w.page(p)
	}
	w.flush()
	last := len(d.Paragraphs) - 1
	for len(d.Outline) > 0 && d.Outline[len(d.Outline)-1].Paragraph > last {
		d.Outline = d.Outline[:len(d.Outline)-1]
	}
	for i := range d.Links {
		d.Links[i].Paragraph = max(0, min(d.Links[i].Paragraph, last))
	}
	level(d, w.sizes)
	if d.Title == "" {
		d.Title = w.largest
	}
}

// leaders are the dots between a title and its page in a table of contents.
var leaders = regexp.MustCompile(`(?:\. ?){6,}|…{3,}|_{8,}`)

// tidy puts each line's text in order: spaces, and the marks that stand for a hyphen at a line's end.
func tidy(p *page) {
	kept := p.lines[:0]
	for _, l := range p.lines {
		l.text = strings.Map(func(r rune) rune {
			switch {
			case r == 0x02 || r == 0xFFFE || r == 0xAD:
				return '\u00AD'
			case r < ' ' && !unicode.IsSpace(r):
				return -1
			}
			return r
		}, l.text)
		l.furniture = leaders.MatchString(l.text)
		if l.text = strings.Join(strings.Fields(l.text), " "); l.text != "" {
			kept = append(kept, l)
		}
	}
	p.lines = kept
}

// edge is how many lines at the top and the bottom of a page may be furniture.
const edge = 3

// markFurniture marks headers, footers and page numbers: lines at the edge of a page that stand, but for their digits, at the
// edge of a third of the pages, at least three; or of both pages of two, at the same height.
func markFurniture(pages []page) {
	atEdge := func(p page) []int {
		byHeight := make([]int, len(p.lines))
		for i := range byHeight {
			byHeight[i] = i
		}
		slices.SortStableFunc(byHeight, func(a, b int) int {
			return int(math.Copysign(1, p.lines[b].top-p.lines[a].top))
		})
		if len(byHeight) <= 2*edge {
			return byHeight
		}
		return append(slices.Clone(byHeight[:edge]), byHeight[len(byHeight)-edge:]...)
	}
	counts, heights := map[string]int{}, map[string]float64{}
	for _, p := range pages {
		seen := map[string]bool{}
		for _, i := range atEdge(p) {
			if key := withoutDigits(p.lines[i].text); !seen[key] {
				seen[key] = true
				counts[key]++
				heights[key] = p.lines[i].bottom - heights[key] // of two pages, the difference
			}
		}
	}
	for _, p := range pages {
		left := len(p.lines)
		var marked []int
		for _, i := range atEdge(p) {
			key := withoutDigits(p.lines[i].text)
			switch {
			case p.lines[i].furniture:
				left--
			case len(pages) > 1 && strings.Trim(key, "-–—|/ ") == "#":
				p.lines[i].furniture = true
				left--
			case len(pages) == 2 && counts[key] == 2 && math.Abs(heights[key]) < 1:
				marked = append(marked, i)
			case counts[key] >= 3 && counts[key]*3 >= len(pages):
				marked = append(marked, i)
			}
		}
		if len(marked) == left {
			continue // a page of nothing but furniture is a page of text
		}
		for _, i := range marked {
			p.lines[i].furniture = true
		}
	}
}

// withoutDigits is a text with "#" for each number.
func withoutDigits(s string) string {
	var b strings.Builder
	number := false
	for _, r := range s[:min(len(s), 300)] {
		digit := unicode.IsDigit(r)
		if digit && !number {
			b.WriteByte('#')
		} else if !digit {
			b.WriteRune(r)
		}
		number = digit
	}
	return b.String()
}

// bodySize is the size that most letters are set in.
func bodySize(pages []page) float64 {
	letters := map[int]int{} // by tenths of a point
	for _, p := range pages {
		for _, l := range p.lines {
			letters[int(math.Round(l.size*10))] += len(l.text)
		}
	}
	best := 0
	for size, n := range letters {
		if n > letters[best] || n == letters[best] && size < best {
			best = size
		}
	}
	return float64(best) / 10
}

// level gives headings levels by their sizes, the largest being 1.
func level(d *Document, sizes []float64) {
	distinct := slices.Clone(sizes)
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	slices.Reverse(distinct)
	for i := range d.Outline {
		d.Outline[i].Level = min(6, 1+slices.Index(distinct, sizes[i]))
	}
}

// heading bounds: a heading has at most so many characters and lines.
const (
	maxHeading  = 200
	maxHeadings = 500
)

// writer joins lines into paragraphs.
type writer struct {
	d       *Document
	body    float64
	pending []row
	sizes   []float64 // of the headings
	largest string    // what is set largest on the first page
	most    float64
	pages   int
}

func (w *writer) page(p page) {
	w.pages++
	if p.plain != "" {
		w.flush()
		for _, s := range strings.Split(strings.ReplaceAll(p.plain, "\r\n", "\n"), "\n\n") {
			w.paragraph(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "))
		}
		return
	}
	edge := 0.0 // the right edge of the text
	for _, l := range p.lines {
		if !l.furniture {
			edge = max(edge, l.right)
		}
	}
	for _, l := range p.lines {
		if l.furniture {
			continue
		}
		if n := len(w.pending); n > 0 && w.ends(w.pending[n-1], l, edge) {
			w.flush()
		}
		w.pending = append(w.pending, l)
		for _, k := range p.links {
			if k.middle < l.top && k.middle > l.bottom && k.left < l.right && k.right > l.left {
				w.link(k)
			}
		}
	}
}

// ends reports whether a paragraph ends between two lines.
func (w *writer) ends(a, b row, edge float64) bool {
	size := max(a.size, b.size, 4)
	if math.Abs(a.size-b.size) > 0.08*size || a.bold != b.bold && (w.isHeading(a) || w.isHeading(b)) {
		return true
	}
	finished := endsSentence(a.text)
	gap := a.bottom - b.top
	if gap < -0.5*size || b.top > a.top { // it goes on at the top of another column or page
		return finished || !startsLower(b.text)
	}
	switch {
	case gap > 0.75*size:
		return finished || !startsLower(b.text)
	case isItem(b.text):
		return true
	case finished && b.left-a.left > 0.8*size && b.left-a.left < 6*size: // indented
		return true
	case finished && a.right < edge-8*size && len(w.pending) > 1 && a.right < w.pending[len(w.pending)-2].right-4*size: // a short last line
		return true
	}
	return false
}

// isHeading reports whether a line is set as a heading: larger than the body, or bold and not a sentence.
func (w *writer) isHeading(l row) bool {
	larger := l.size > 1.12*w.body
	return utf8.RuneCountInString(l.text) <= maxHeading && strings.ContainsFunc(l.text, unicode.IsLetter) && (larger || l.bold && l.size >= 0.95*w.body && !endsSentence(l.text))
}

// flush ends the paragraph that is being read.
func (w *writer) flush() {
	if len(w.pending) == 0 {
		return
	}
	lines := w.pending
	w.pending = nil
	text := join(lines)
	heading := len(lines) <= 3 && utf8.RuneCountInString(text) <= maxHeading
	for _, l := range lines {
		heading = heading && w.isHeading(l)
	}
	if w.pages <= 1 && lines[0].size > w.most && len(text) < maxHeading && strings.ContainsFunc(text, unicode.IsLetter) {
		w.largest, w.most = text, lines[0].size
	}
	if heading && len(w.d.Outline) < maxHeadings {
		w.d.Outline = append(w.d.Outline, schemas.Heading{Text: text, Paragraph: len(w.d.Paragraphs)})
		size := math.Round(lines[0].size)
		w.sizes = append(w.sizes, size)
		return
	}
	w.paragraph(text)
}

func (w *writer) paragraph(s string) {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		w.d.Paragraphs = append(w.d.Paragraphs, s)
	}
}

func (w *writer) link(k linkAt) {
	if len(w.d.Links) < maxLinks && len(k.url) <= 2048 && (strings.HasPrefix(k.url, "http://") || strings.HasPrefix(k.url, "https://")) &&
		!slices.ContainsFunc(w.d.Links, func(l schemas.Link) bool { return l.URL == k.url }) {
		w.d.Links = append(w.d.Links, schemas.Link{URL: k.url, Paragraph: len(w.d.Paragraphs)})
	}
}

// join joins lines, and words that are divided between them.
func join(lines []row) string {
	var b []byte
	for i, l := range lines {
		if i > 0 {
			switch whole, soft := bytes.CutSuffix(b, []byte("\u00AD")); {
			case soft:
				b = whole
			case bytes.HasSuffix(b, []byte("-")) && startsLower(l.text) && unicode.IsLetter(lastRune(string(b[max(0, len(b)-1-utf8.UTFMax):len(b)-1]))):
				b = b[:len(b)-1]
			case bytes.HasSuffix(b, []byte("-")) || bytes.HasSuffix(b, []byte("/")):
			default:
				b = append(b, ' ')
			}
		}
		b = append(b, l.text...)
	}
	return strings.ReplaceAll(string(b), "\u00AD", "")
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// endsSentence reports whether a line ends with what ends a sentence.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'”’»)]0123456789") // a note may stand after it
	return s == "" || strings.ContainsRune(".!?:;…。", lastRune(s))
}

// isItem reports whether a line begins an item of a list.
func isItem(s string) bool {
	first, _, ok := strings.Cut(s, " ")
	if !ok {
		return false
	}
	if strings.Contains("•◦▪–—-*·‣●○■□", first) {
		return true
	}
	number := strings.TrimRight(strings.TrimLeft(first, "(["), ".)]")
	return number != first && len(number) > 0 && len(number) <= 3 && strings.Trim(number, "0123456789") == ""
}
