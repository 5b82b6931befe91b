package captions

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// turn is what one voice says in a cue.
type turn struct {
	speaker, text string
	turn          bool // another voice than before
	voiced        bool // the file marks voices, not turns: who is not named is not known
}

// turns splits a cue where the voice changes: at <v Name>, >>, NAME: and at the dashes of a dialogue.
func turns(c cue, names map[string]bool) []turn {
	current := turn{speaker: c.speaker, voiced: c.speaker != ""}
	dashes := dialogue(c.lines)
	var out []turn
	var said []string
	emit := func() {
		if current.text = oneLine(strings.Join(said, " ")); current.text != "" || current.turn {
			out = append(out, current)
		}
		said = nil
	}
	voice := ""
	for _, line := range c.lines {
		for _, s := range spans(line, voice) {
			if voice = s.voice; s.voice != "" && s.voice != current.speaker {
				emit()
				current = turn{speaker: s.voice, voiced: true}
			}
			for i, part := range strings.Split(s.text, ">>") {
				name, text, marked := mark(part, names, i > 0, dashes)
				if marked {
					emit()
					current = turn{speaker: name, turn: true}
				}
				said = append(said, speech(text))
			}
		}
	}
	emit()
	return out
}

// dialogue reports whether two lines of a cue or more begin with a dash: two people speak.
func dialogue(lines []string) bool {
	n := 0
	for _, l := range lines {
		if _, ok := dashed(l); ok {
			n++
		}
	}
	return n > 1
}

// dashed takes the dash of a dialogue from a line.
func dashed(line string) (string, bool) {
	for _, dash := range []string{"- ", "– ", "— ", "-", "–", "—"} {
		if rest, ok := strings.CutPrefix(line, dash); ok && rest != "" {
			r, _ := utf8.DecodeRuneInString(rest)
			return rest, unicode.IsUpper(r) || unicode.IsLetter(r) && strings.HasSuffix(dash, " ")
		}
	}
	return line, false
}

// mark takes the mark of a speaker from the beginning of a line: after >>, a name or a dash.
func mark(line string, names map[string]bool, after, dashes bool) (name, text string, marked bool) {
	text = strings.TrimSpace(strings.TrimLeft(line, "> "))
	if !after {
		text = strings.TrimSpace(line)
	}
	marked = after
	if dashes {
		if rest, ok := dashed(text); ok {
			text, marked = rest, true
		}
	}
	if n, rest, capitals, ok := named(text); ok && (capitals || after || names[n]) {
		return n, rest, true
	}
	return "", text, marked
}

// The most that is taken for a name.
const (
	maxName      = 40 // bytes
	maxNameWords = 4
)

// particles are the parts of names that are written small.
var particles = map[string]bool{"van": true, "von": true, "der": true, "den": true, "de": true, "la": true, "le": true, "del": true, "di": true, "da": true, "of": true, "the": true, "und": true, "et": true, "y": true, "e": true, "and": true}

// named reads "Name: words", or "NAME (remark): words". capitals: the name is written in capitals, which is the mark of captions; another may be any
// word before a colon.
func named(line string) (name, rest string, capitals, ok bool) {
	i := strings.IndexAny(line[:min(len(line), maxName+4)], ":：")
	if i <= 0 {
		return "", line, false, false
	}
	_, width := utf8.DecodeRuneInString(line[i:])
	name, rest = line[:i], line[i+width:]
	if width == 1 && rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", line, false, false // a time, or an address
	}
	if strings.HasPrefix(name, "[") || strings.HasPrefix(name, "(") {
		name = strings.Trim(name, "[]() ")
	}
	name = strings.TrimSpace(name)
	if i := strings.IndexAny(name, "(["); i > 0 && strings.HasSuffix(name, closing[name[i:i+1]]) { // how it is said, or from where
		name = strings.TrimSpace(name[:i])
	}
	words := strings.Fields(name)
	if len(words) == 0 || len(words) > maxNameWords || strings.ContainsAny(name, `,;!?"“”()[]<>=/`) {
		return "", line, false, false
	}
	letters, capitals := 0, true
	for i, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		later := i > 0 && (unicode.IsDigit(r) || particles[w])
		if !later && !unicode.IsUpper(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return "", line, false, false
		}
		for _, r := range w {
			if unicode.IsLetter(r) {
				letters++
				capitals = capitals && unicode.IsUpper(r)
			}
		}
	}
	return name, strings.TrimSpace(rest), capitals && letters > 1, true
}

// recurring returns the names not in capitals that begin a line with a colon twice or more: a speaker says more than one thing,
// and a heading or a remark comes once.
func recurring(cues []cue) map[string]bool {
	counts := map[string]int{}
	for _, c := range cues {
		for _, l := range c.lines {
			if !strings.ContainsAny(l, ":：") {
				continue
			}
			if n, _, _, ok := named(strings.TrimLeft(textOf(l), "-–—> ")); ok && (len(counts) < 10_000 || counts[n] > 0) {
				counts[n]++
			}
		}
	}
	names := map[string]bool{}
	for n, times := range counts {
		names[n] = times > 1
	}
	return names
}
