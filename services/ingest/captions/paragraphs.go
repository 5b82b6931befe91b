package captions

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// pace says after which pauses and lengths a paragraph ends: pauses in milliseconds, lengths in bytes.
type pace struct {
	silence int64 // ends one anywhere
	pause   int64 // ends one after a sentence, or where there are none
	breath  int64 // ends one that is long
	long    int   // from here on a sentence's end, or a breath, ends it
	longest int   // from here on every cue's end does
}

var (
	// punctuated captions end their paragraphs with sentences.
	punctuated = pace{silence: 10_000, pause: 3_000, breath: 700, long: 700, longest: 2_000}
	// unpunctuated ones have only the pauses; shorter paragraphs are the better quotes.
	unpunctuated = pace{silence: 3_000, pause: 2_000, breath: 500, long: 300, longest: 600}
)

// paragraphs joins cues to running text. A paragraph ends where another speaker begins, at a silence, and where it has become
// long; a sentence is torn apart only by a silence, or if it does not end.
func paragraphs(cues []spoken) (text string, anchors []int64) {
	p := unpunctuated
	if hasSentences(cues) {
		p = punctuated
	}
	var b strings.Builder
	length := 0 // of the paragraph, in bytes
	var end int64
	for i, c := range cues {
		switch {
		case i == 0 || p.ends(cues[i-1], c, end, length):
			if i > 0 {
				b.WriteString("\n\n")
			}
			anchors = append(anchors, c.start)
			length = 0
		case spaced(cues[i-1].text, c.text):
			b.WriteByte(' ')
		}
		b.WriteString(c.text)
		length += len(c.text)
		end = max(end, c.end)
	}
	return b.String(), anchors
}

// ends reports whether a paragraph of a length, whose speech lasted until end, ends between two cues.
func (p pace) ends(before, now spoken, end int64, length int) bool {
	gap := now.start - end
	sentence := endsSentence(before.text)
	switch {
	case now.opens, now.turn, now.speaker != before.speaker, gap > p.silence, length > p.longest:
		return true
	case gap > p.pause:
		return sentence || p == unpunctuated
	case length > p.long:
		return sentence || gap > p.breath && p == unpunctuated
	}
	return false
}

// hasSentences reports whether at least a tenth of the cues ends a sentence.
func hasSentences(cues []spoken) bool {
	n := 0
	for _, c := range cues {
		if endsSentence(c.text) {
			n++
		}
	}
	return n*10 >= len(cues)
}

// endsSentence reports whether a text ends with the end of a sentence, quotes and brackets apart.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, " \"”’'»)]")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？؟।", r) && s != ""
}

// spaced reports whether a space belongs between two texts: not within Chinese and Japanese.
func spaced(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	return !tight(last) || !tight(first)
}

func tight(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

func joinParagraphs(p []string) string {
	var kept []string
	for _, s := range p {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, "\n\n")
}
