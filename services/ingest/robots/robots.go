// Package robots reads robots.txt files by RFC 9309: which paths of a site a crawler may ask for, and how slowly.
package robots

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// MaxBytes is how much of a robots.txt is read; what follows is ignored.
const MaxBytes = 500 << 10

// Bounds of what a file may ask of us. A longer rule is ignored: no address that is fetched is that long.
const (
	maxRule  = 2048 // bytes
	maxRules = 10_000
)

// Rules are what a robots.txt says to one crawler. The zero value allows everything.
type Rules struct {
	rules []rule
	// Delay is what the site asks to be left between two requests; zero: it does not say.
	Delay time.Duration
	none  bool
}

type rule struct {
	pattern string
	allow   bool
}

// Everything and Nothing are the rules of a site that answers with a client's and with a server's error: RFC 9309 reads the
// first as a site without rules, and the second as one that nobody may crawl.
func Everything() Rules { return Rules{} }

// Nothing allows nothing.
func Nothing() Rules { return Rules{none: true} }

// Parse returns the rules for a crawler, by its product token, as "autointel". Groups that name it are read as one; without
// any, those for "*". There is no file that cannot be read: lines that are no rule are ignored.
func Parse(body []byte, product string) Rules {
	body = bytes.TrimPrefix(body[:min(len(body), MaxBytes)], []byte("\xef\xbb\xbf"))
	product = strings.ToLower(product)
	var ours, everybodys Rules
	var named, any, inRules bool // of the group at hand: it names us, it is for everybody, its rules have begun
	found := false
	for line := range strings.FieldsFuncSeq(string(body), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		if key == "user-agent" {
			if inRules {
				named, any, inRules = false, false, false
			}
			token := productOf(value)
			named, any = named || token == product, any || value == "*"
			found = found || token == product
			continue
		}
		if key != "allow" && key != "disallow" && key != "crawl-delay" {
			continue // other lines do not end a group
		}
		inRules = true
		if named {
			ours.add(key, value)
		}
		if any {
			everybodys.add(key, value)
		}
	}
	if found {
		return ours
	}
	return everybodys
}

// productOf returns the product token of a user-agent line, lower case: its leading letters, "_" and "-".
func productOf(value string) string {
	end := strings.IndexFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
	if end >= 0 {
		value = value[:end]
	}
	return strings.ToLower(value)
}

func (r *Rules) add(key, value string) {
	switch {
	case key == "crawl-delay":
		if s, err := strconv.ParseFloat(value, 64); err == nil && s >= 0 && s <= 86_400 {
			r.Delay = max(r.Delay, time.Duration(s*float64(time.Second)))
		}
	case value == "" || len(value) > maxRule || len(r.rules) == maxRules: // an empty rule matches nothing
	default:
		r.rules = append(r.rules, rule{normal(value), key == "allow"})
	}
}

// Allowed reports whether a path, with its query if it has one, may be asked for. The longest rule that matches decides; of
// two as long, the one that allows.
func (r Rules) Allowed(path string) bool {
	if r.none {
		return path == "/robots.txt"
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	path = normal(path)
	allowed, longest := true, -1
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > longest || n == longest && rule.allow) && matches(rule.pattern, path) {
			allowed, longest = rule.allow, n
		}
	}
	return allowed || path == "/robots.txt"
}

// matches reports whether a pattern matches the beginning of a path; "*" is any run of bytes, and "$" at the end is the end.
// It takes at most as many steps as the path has bytes for each of the pattern.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	first, rest, wild := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	for wild {
		first, rest, wild = strings.Cut(rest, "*")
		if !wild && whole {
			return strings.HasSuffix(path, first)
		}
		i := strings.Index(path, first)
		if i < 0 {
			return false
		}
		path = path[i+len(first):]
	}
	return !whole || path == ""
}

// normal writes percent-encoded bytes in one way: those that need no encoding as they are, others in capitals, and bytes
// outside ASCII encoded.
func normal(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		encoded := false
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, encoded = byte(v), true
				i += 2
			}
		}
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if encoded && !plain || c >= 0x80 || c <= ' ' {
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
