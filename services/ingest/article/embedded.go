package article

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"autointel.example/schemas"
	"autointel.example/services/ingest/cues"
)

// EmbeddedData is the code of the limit of a page whose text was read from the data that stands in it for its scripts.
const EmbeddedData = "embedded_data"

// Bounds of the data that a page holds for its scripts.
const (
	maxStates      = 50      // scripts
	maxStateBytes  = 4 << 20 // of all that is looked at
	maxAssignments = 200     // of one script
	maxStateLevels = 100     // of what is nested; what is nested deeper is not read
	maxStateValues = 300_000 // that are looked at
	maxStateTexts  = 4 << 20 // bytes of texts that are taken for an article's
	leastData      = 100     // words that a text in data has to have
	maxFields      = 500     // of an object that holds an article
	leastProse     = 8       // words of a paragraph that counts
)

// script is a script of a page that may be data: by its type, or because something is assigned in it.
type script struct {
	json bool
	text string
}

// candidate is a text within data.
type candidate struct {
	owner thing // the object that holds it
	text  *reading
	words int
	named bool // the object is called as the page is, or by its address
}

// embedded reads an article from the data that a page holds for its scripts, as frameworks put it there: nothing is run. It
// fills in what the page says of itself nowhere else. Nil: there is none, or several and nothing says which is the page's.
func (s *surveyed) embedded(source *schemas.Source, page *url.URL) *reading {
	search := dataSearch{base: s.base, values: maxStateValues, texts: maxStateTexts, titles: strings.ToLower(source.Title + "\n" + s.title + "\n" + s.first("og:title") + "\n" + s.heading), path: strings.Trim(strings.ToLower(page.Path), "/")}
	left := maxStateBytes
	for _, b := range s.states {
		for _, v := range b.values(&left) {
			search.in(v, 0)
		}
	}
	c := best(search.found)
	if c == nil {
		return nil
	}
	source.Title = firstOf(source.Title, c.owner.shortOf("headline", "title", "name"))
	if len(source.Authors) == 0 {
		source.Authors = cleanNames(s.things.names(c.owner.valueOf("author", "authors", "byline", "creator")), source.SiteName)
	}
	if source.PublishedAt == nil {
		source.PublishedAt = Time(c.owner.shortOf("datepublished", "publishedat", "publishdate", "publicationdate", "publisheddate", "firstpublished", "pubdate", "date"))
	}
	source.Limits = append(source.Limits, schemas.Limit{
		Code: EmbeddedData, Message: "The page shows its text only by its scripts, which are not run here. The report covers the text that stands in the page's data for them; what they add to it or leave out of it is not known.",
	})
	return c.text
}

// best chooses the page's own text: one that is called as the page is, else the only long one.
func best(found []candidate) *candidate {
	var first, second *candidate
	for i := range found {
		c := &found[i]
		switch {
		case first == nil || c.named && !first.named || c.named == first.named && c.words > first.words:
			first, second = c, first
		case second == nil || c.words > second.words:
			second = c
		}
	}
	if first == nil || !first.named && second != nil && second.words*2 > first.words && strings.Join(second.text.paragraphs, " ") != strings.Join(first.text.paragraphs, " ") {
		return nil
	}
	return first
}

// dataSearch looks for texts in data.
type dataSearch struct {
	base          *url.URL
	titles, path  string // of the page, in lower case
	values, texts int    // that may still be looked at
	found         []candidate
}

// bodyKeys are what frameworks and editors call an article's text, in lower case and without separators, the surest first.
var bodyKeys = []string{
	"articlebody", "bodyhtml", "contenthtml", "articletext", "fulltext", "storybody", "body", "bodytext", "bodyblocks", "content", "contents", "paragraphs", "blocks", "html", "richtext", "text", "components", "elements",
}

// in looks through a value and all within it. What is taken for a text is not looked into again.
func (d *dataSearch) in(v any, level int) {
	if d.values--; d.values < 0 || level > maxStateLevels {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			d.in(e, level+1)
		}
	case map[string]any:
		o, taken := plain(v), ""
		for _, k := range bodyKeys {
			if o[k] != nil && d.take(o, o[k]) {
				taken = k
				break
			}
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if taken == "" || plainKey(k) != taken {
				d.in(v[k], level+1)
			}
		}
	}
}

// take takes a value for an article's text if it reads like one.
func (d *dataSearch) take(owner thing, v any) bool {
	if s, ok := v.(string); ok && len(s) < leastData*3 {
		return false
	}
	text := newReading()
	r := dataReader{to: text, base: d.base, values: min(d.values, maxStateValues/10), texts: d.texts}
	r.read(v, 0)
	d.values, d.texts = d.values-(min(d.values, maxStateValues/10)-r.values), r.texts
	words := 0
	for _, p := range text.paragraphs {
		if n := Words(p); n >= leastProse && isProse(p) {
			words += n
		}
	}
	whole := strings.ToLower(strings.Join(text.paragraphs, "\n"))
	if words < leastData || cues.Count(whole[:min(len(whole), maxContent)], cues.Cookie) >= 3 && words < 2*consent {
		return false
	}
	c := candidate{owner: owner, text: text, words: words}
	title := strings.ToLower(owner.shortOf("headline", "title", "name"))
	c.named = len(title) > 3 && strings.Contains(d.titles, title)
	if slug := strings.Trim(strings.ToLower(owner.shortOf("slug", "url", "path", "canonicalurl", "permalink", "href", "link", "uri")), "/"); len(slug) > 3 && d.path != "" {
		c.named = c.named || strings.HasSuffix(slug, d.path) || strings.HasSuffix(d.path, slug)
	}
	d.found = append(d.found, c)
	return true
}

// isProse reports whether a paragraph is written for readers: it has the end of a sentence, and hardly a sign of code.
func isProse(p string) bool {
	code := 0
	for i := range len(p) {
		if strings.IndexByte("{}<>=;\\_", p[i]) >= 0 {
			code++
		}
	}
	return code*50 <= len(p) && strings.ContainsAny(p, ".!?。！？।…”’\"")
}

// plainKey is a key without what its writers put between its words.
func plainKey(k string) string {
	if len(k) > 40 {
		return ""
	}
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(k))
}

// plain is an object with plain keys; of one with more than an article has, nothing.
func plain(o map[string]any) thing {
	if len(o) > maxFields {
		return nil
	}
	all := make(thing, len(o))
	for _, k := range slices.Sorted(maps.Keys(o)) {
		if p := plainKey(k); all[p] == nil {
			all[p] = o[k]
		}
	}
	return all
}

// valueOf returns the value of the first of some plain keys that has one.
func (o thing) valueOf(keys ...string) any {
	for _, k := range keys {
		if o[k] != nil {
			return o[k]
		}
	}
	return nil
}

// shortOf returns the first short text that stands under some plain keys, without markup.
func (o thing) shortOf(keys ...string) string {
	for _, k := range keys {
		v := o[k]
		if m, ok := v.(map[string]any); ok { // as the interface of WordPress has it
			v = m["rendered"]
		}
		if s, ok := v.(string); ok && len(s) < 1000 && Line(s) != "" {
			return PlainText(s)
		}
	}
	return ""
}

// values returns the data of a script: all of it, or what is assigned in it. left is how many bytes may still be looked at.
func (b script) values(left *int) []any {
	text := strings.TrimSpace(b.text)
	var all []any
	add := func(s string) int {
		if rest := strings.TrimLeft(s[min(len(s), 1):min(len(s), 100)], " \t\r\n"); s != "" && s[0] == '{' && rest != "" && rest[0] != '"' {
			return 0 // an object as scripts write it, which is no JSON
		}
		end := balanced(s[:min(len(s), max(*left, 0))])
		*left -= max(end, 1)
		if end < 0 {
			*left -= len(s)
			return 0
		}
		var v any
		if json.Unmarshal([]byte(s[:end]), &v) != nil {
			return 0
		}
		all = append(all, revived(v))
		return end
	}
	if b.json {
		add(strings.TrimSpace(strings.TrimPrefix(text, "<!--")))
		return all
	}
	for n := 0; n < maxAssignments && *left > 0; n++ {
		_, after, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		text = strings.TrimLeft(after, " \t\r\n")
		switch rest, parsed := strings.CutPrefix(text, "JSON.parse("); {
		case parsed:
			if s, ok := literal(rest[:min(len(rest), *left)]); ok {
				*left -= len(s)
				add(s)
			}
		case strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
			text = text[add(text):]
		}
	}
	return all
}

// revived puts texts where the data of Nuxt has only their places in its list.
func revived(v any) any {
	values, _ := v.([]any)
	if len(values) < 2 {
		return v
	}
	if head, ok := values[0].([]any); !ok || len(head) != 2 || head[0] != "ShallowReactive" && head[0] != "Reactive" {
		return v
	}
	text := func(v any) any {
		if at, ok := v.(float64); ok && at >= 0 && int(at) < len(values) {
			if s, is := values[int(at)].(string); is {
				return s
			}
		}
		return v
	}
	for _, e := range values {
		switch e := e.(type) {
		case []any:
			for i := range e {
				e[i] = text(e[i])
			}
		case map[string]any:
			for k := range e {
				e[k] = text(e[k])
			}
		}
	}
	return v
}

// balanced returns where the object or list ends that a text begins with; -1: it does not end, or is nested too deep.
func balanced(s string) int {
	level, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if level++; level > maxStateLevels {
				return -1
			}
		case c == '}' || c == ']':
			if level--; level == 0 {
				return i + 1
			}
		}
		if level == 0 {
			return -1
		}
	}
	return -1
}

// literal reads the text in quotes that a script begins with.
func literal(s string) (string, bool) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return "", false
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[0]:
			b.WriteByte('"')
			var text string
			err := json.Unmarshal([]byte(b.String()), &text)
			return text, err == nil
		case c == '"':
			b.WriteString(`\"`)
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] != '\'' {
				b.WriteByte(c)
			}
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}
