package captions

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode makes text of bytes, with \n as the only end of a line. UTF-16 is told by its byte order mark or by its zero bytes,
// UTF-8 by being it, and the rest is Windows' Latin-1. broken: some bytes are no characters of any of them.
func decode(body []byte) (text string, broken bool) {
	var utf16 encoding.Encoding
	switch {
	case bytes.HasPrefix(body, []byte{0xFF, 0xFE}), zeros(body, 1):
		utf16 = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(body, []byte{0xFE, 0xFF}), zeros(body, 0):
		utf16 = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	switch {
	case utf16 != nil:
		out, err := utf16.NewDecoder().Bytes(body)
		text, broken = string(out), err != nil || bytes.Contains(out, []byte("\uFFFD"))
	case utf8.Valid(body):
		text = string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	case mostlyUTF8(body):
		text, broken = strings.ToValidUTF8(string(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))), "\uFFFD"), true
	default:
		out, err := charmap.Windows1252.NewDecoder().Bytes(body)
		text, broken = string(out), err != nil
	}
	return lines.Replace(text), broken
}

// lines makes one of every end of a line, and removes what is not seen: marks of byte order and direction, soft hyphens, NUL.
var lines = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\x00", "",
	"\ufeff", "", "\u200b", "", "\u200e", "", "\u200f", "", "\u202a", "", "\u202b", "", "\u202c", "", "\u2060", "", "\u00ad", "",
)

// zeros reports whether nearly every second byte of the beginning, from the given one, is zero, and the others are not: Western
// text in UTF-16 without a byte order mark.
func zeros(body []byte, from int) bool {
	sample := body[:min(len(body), 512)]
	var zero, other int
	for i, b := range sample {
		switch {
		case b == 0 && i%2 == from:
			zero++
		case b == 0:
			other++
		}
	}
	return len(sample) >= 16 && zero > len(sample)*2/5 && other == 0
}

// mostlyUTF8 reports whether there are more characters of several bytes than bytes that are none.
func mostlyUTF8(body []byte) bool {
	var good, bad int
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		body = body[size:]
	}
	return good > bad
}
