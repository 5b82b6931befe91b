package article

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// guessed is how much of a document is looked at to guess its encoding, in bytes, and sure is how sure a guess has to be, of 100.
const (
	guessed = 64 << 10
	sure    = 30
)

// Decode returns a text in UTF-8. A byte order mark decides; then, whatever is declared, that the whole is UTF-8 with letters
// outside ASCII, for nothing else looks like that; then what the server and the document declare; then a guess. What cannot
// be decoded becomes U+FFFD.
func Decode(body []byte, contentType string) []byte {
	if rest, ok := bytes.CutPrefix(body, []byte("\xef\xbb\xbf")); ok {
		return bytes.ToValidUTF8(rest, []byte("\uFFFD"))
	}
	e, name, certain := charset.DetermineEncoding(body, contentType)
	sixteen := name == "utf-16le" || name == "utf-16be"
	if sixteen && !bytes.Contains(body[:min(len(body), guessed)], []byte{0}) { // every space and line break has one
		sixteen, certain = false, false
	}
	if !sixteen && name != "iso-2022-jp" && utf8.Valid(body) {
		return body
	}
	if !certain || name == "utf-8" && damaged(body) {
		if other := guess(body); other != nil {
			e = other
		}
	}
	decoded, err := e.NewDecoder().Bytes(body)
	if err != nil {
		decoded = body
	}
	return bytes.ToValidUTF8(bytes.TrimPrefix(decoded, []byte("\uFEFF")), []byte("\uFFFD"))
}

// damaged reports whether a text that is declared as UTF-8 is something else: more than a byte in ten of those outside
// ASCII does not fit. A few that do not are a text that was cut or pasted together.
func damaged(body []byte) bool {
	outside, wrong := 0, 0
	for b := body; len(b) > 0; {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			wrong++
			outside++
		} else if n > 1 {
			outside += n
		}
		b = b[n:]
	}
	return wrong*10 > outside
}

// guess returns the most likely encoding by how often its bytes occur; nil: it cannot be told.
func guess(body []byte) encoding.Encoding {
	results, err := chardet.NewHtmlDetector().DetectAll(body[:min(len(body), guessed)])
	if err != nil {
		return nil
	}
	slices.SortStableFunc(results, func(a, b chardet.Result) int { // they come in any order
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Charset, b.Charset), cmp.Compare(a.Language, b.Language))
	})
	for _, r := range results {
		if r.Confidence < sure {
			return nil
		}
		if e, err := htmlindex.Get(r.Charset); err == nil {
			return e
		}
	}
	return nil
}
