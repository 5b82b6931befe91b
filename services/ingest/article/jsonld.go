package article

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of the JSON-LD of a page.
const (
	maxScript = 1 << 20 // bytes of one block; a longer one is left out
	maxThings = 5000    // objects of a page
	maxNested = 32      // levels of objects; those below are left out
)

// thing is an object of schema.org that a page describes in JSON-LD.
type thing map[string]any

// things are all objects of a page, those that hold others first.
type things struct {
	all  []thing
	byID map[string]thing
}

// readThings reads the JSON-LD blocks of a page. Blocks that are no JSON are left out.
func readThings(blocks []string) things {
	t := things{byID: map[string]thing{}}
	for _, b := range blocks {
		var v any
		if len(b) > maxScript || json.Unmarshal([]byte(tidied(b)), &v) != nil {
			continue
		}
		t.collect(v, 0)
	}
	return t
}

// tidied undoes what pages commonly do to their JSON: comments of HTML around it, a semicolon after it, line breaks in strings.
func tidied(b string) string {
	b = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, b)
	for {
		before := b
		b = strings.TrimSpace(b)
		for _, s := range []string{"<!--", "//", "<![CDATA[", "/*<![CDATA[*/"} {
			b = strings.TrimPrefix(b, s)
		}
		for _, s := range []string{"-->", "//", "]]>", ";", "/*]]>*/"} {
			b = strings.TrimSuffix(b, s)
		}
		if b == before {
			return b
		}
	}
}

func (t *things) collect(v any, level int) {
	if level > maxNested || len(t.all) >= maxThings {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			t.collect(e, level+1)
		}
	case map[string]any:
		t.all = append(t.all, v)
		if id, ok := v["@id"].(string); ok && (len(v) > 1 || t.byID[id] == nil) && len(t.byID[id]) <= len(v) {
			t.byID[id] = v
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys) // one order, whatever that of the map
		for _, k := range keys {
			t.collect(v[k], level+1)
		}
	}
}

// is reports whether a thing is of one of the types.
func (o thing) is(types ...string) bool {
	for _, v := range list(o["@type"]) {
		if s, ok := v.(string); ok {
			s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "http://schema.org/"), "https://schema.org/"), "schema:")
			if slices.Contains(types, s) {
				return true
			}
		}
	}
	return false
}

// object returns the first object of a value; one that is only a reference is looked up.
func (t things) object(v any) thing {
	for _, e := range list(v) {
		if o, ok := e.(map[string]any); ok {
			if id, ok := o["@id"].(string); ok && len(o) <= 2 && t.byID[id] != nil {
				return t.byID[id]
			}
			return o
		}
	}
	return nil
}

// names returns what the objects of a value are called, or the texts it is.
func (t things) names(v any) []string {
	var names []string
	for _, e := range list(v) {
		name := text(e)
		if o := t.object(e); o != nil {
			name = text(o["name"])
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// list returns a value as the list that it is, or as one of it alone.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// text returns the first text of a value, in one line and without markup.
func text(v any) string {
	for _, e := range list(v) {
		switch e := e.(type) {
		case string:
			if s := Line(html.UnescapeString(e)); s != "" {
				return s
			}
		case float64:
			return strings.TrimSuffix(fmt.Sprintf("%g", e), ".0")
		case bool:
			return fmt.Sprint(e)
		case map[string]any:
			if s := text(e["@value"]); s != "" {
				return s
			}
		}
	}
	return ""
}

// Line puts a text in one line, without the characters that nobody sees.
func Line(s string) string {
	if mayHoldUnseen(s) {
		s = strings.Map(func(r rune) rune {
			if unseen(r) {
				return -1
			}
			return r
		}, s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// mayHoldUnseen looks at bytes alone, for most texts hold none of those characters.
func mayHoldUnseen(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] >= 0xC2 && (s[i] == 0xC2 && s[i+1] == 0xAD || s[i] == 0xE2 && s[i+1] <= 0x81 || s[i] == 0xEF && s[i+1] == 0xBB) {
			return true
		}
	}
	return false
}

// unseen reports whether a character only says where a word may be divided or which way it runs: soft hyphens, zero width
// spaces, marks of direction. They take words apart for who counts or looks for them. Joiners stay, which some scripts spell with.
func unseen(r rune) bool {
	return r == 0xAD || r >= 0x200B && (r == 0x200B || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r == 0x2060 || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF)
}
