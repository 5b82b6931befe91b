package captions

import (
	"slices"
	"strings"
)

// spoken is a cue as it was said: one voice, one line of text.
type spoken struct {
	start, end int64
	speaker    string
	turn       bool // somebody else speaks than in the cue before
	opens      bool // begins a paragraph of the file's own
	text       string
}

// clean puts cues in order, drops what rolling captions show again, and takes what is no speech out of the rest.
func clean(cues []cue) []spoken {
	for i := range cues {
		c := &cues[i]
		c.start = max(0, c.start)
		c.end = max(c.start, c.end)
		c.lines = tidy(c.lines)
	}
	if !slices.IsSortedFunc(cues, byStart) {
		slices.SortStableFunc(cues, byStart)
	}
	unroll(cues)
	names := recurring(cues)
	out := make([]spoken, 0, len(cues))
	speaker := ""
	for _, c := range cues {
		for i, t := range turns(c, names) {
			switch {
			case t.speaker != "":
				speaker = t.speaker
			case t.turn:
				speaker = ""
			}
			s := spoken{start: c.start, end: c.end, speaker: t.speaker, turn: t.turn, opens: c.opens && i == 0, text: t.text}
			if s.speaker == "" && !t.voiced {
				s.speaker = speaker // a name holds until the next one
			}
			if s.text != "" && !isAddress(s.text) {
				out = append(out, s)
			} else if len(out) > 0 && t.turn {
				speaker = t.speaker
			}
		}
	}
	return out
}

// isAddress reports whether a caption is only where somebody offers captions: nobody says that.
func isAddress(s string) bool {
	return (strings.HasPrefix(strings.ToLower(s), "www.") || strings.Contains(s, "://")) && !strings.Contains(s, " ")
}

func byStart(a, b cue) int {
	switch {
	case a.start < b.start:
		return -1
	case a.start > b.start:
		return 1
	}
	return 0
}

// tidy splits lines, and leaves empty ones out. Markup stays: it is the same wherever a line is shown again.
func tidy(in []string) []string {
	out := in[:0:len(in)]
	for _, l := range in {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// touching is how far apart cues may be of which one shows again what the other did, in milliseconds.
const touching = 1000

// unroll drops the lines that a cue only shows again. Automatic captions roll: each shows the line before and a new one below
// it. Where a fifth of the cues that touch do so, all are taken to; elsewhere two people may well say the same after each other,
// and only a cue is dropped that is there twice at one time.
func unroll(cues []cue) {
	plain := make([][]string, len(cues))
	for i, c := range cues {
		plain[i] = plainLines(c.lines)
	}
	pairs, rolled := 0, 0
	for i := 1; i < len(cues); i++ {
		if len(plain[i-1]) == 0 || len(plain[i]) == 0 || cues[i].start-cues[i-1].end > touching {
			continue
		}
		pairs++
		if k := shownAgain(plain[i-1], plain[i]); k > 0 && (k < len(plain[i]) || k < len(plain[i-1])) || grown(plain[i-1], plain[i]) {
			rolled++
		}
	}
	rolling := rolled > 0 && rolled*5 >= pairs
	before := -1 // the cue shown before
	for i := range cues {
		c := &cues[i]
		if len(plain[i]) == 0 {
			c.lines = nil
			continue
		}
		if before >= 0 && cues[before].end+touching >= c.start {
			shown := plain[before]
			switch {
			case rolling:
				c.lines = fresh(shown, plain[i], c.lines)
			case slices.Equal(shown, plain[i]) && c.start < max(cues[before].end, cues[before].start+1):
				c.lines = nil
			}
			if len(c.lines) == 0 {
				cues[before].end = max(cues[before].end, c.end)
				if rolling {
					plain[before] = plain[i]
				}
				continue
			}
		}
		before = i
	}
}

// plainLines is what a cue shows, without markup.
func plainLines(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		if l = textOf(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// textOf is a line without markup.
func textOf(line string) string {
	var b strings.Builder
	for _, s := range spans(line, "") {
		b.WriteString(s.text)
	}
	return oneLine(b.String())
}

// shownAgain says how many lines at the end of a cue stand at the beginning of the next.
func shownAgain(before, now []string) int {
	for k := min(len(before), len(now), 4); k > 0; k-- {
		if slices.Equal(before[len(before)-k:], now[:k]) {
			return k
		}
	}
	return 0
}

// grown reports whether a cue of one line is the one before with more words.
func grown(before, now []string) bool {
	return len(before) == 1 && len(now) == 1 && strings.HasPrefix(now[0], before[0]+" ")
}

// fresh returns the lines of a cue that the one before did not show. Lines are given plain and with their markup.
func fresh(before, plain, lines []string) []string {
	k := shownAgain(before, plain)
	lines = withText(lines)[k:]
	if len(lines) == 0 {
		return nil
	}
	if n := repeated(before[len(before)-1], plain[k]); n > 0 {
		rest := strings.Fields(plain[k])[n:]
		lines = slices.Clone(lines)
		if lines[0] = strings.Join(rest, " "); len(rest) == 0 {
			lines = lines[1:]
		}
	}
	return lines
}

// withText returns the lines that show something.
func withText(lines []string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return textOf(l) == "" })
}

// Words of a line that the next begins with are taken for shown again if they are so many, and no more are compared.
const (
	fewestRepeated = 3
	mostRepeated   = 40
)

// repeated says how many words at the end of a line stand at the beginning of the next.
func repeated(before, now string) int {
	a, b := strings.Fields(before), strings.Fields(now)
	if len(a) <= len(b) && slices.Equal(a, b[:len(a)]) {
		return len(a)
	}
	for n := min(len(a), len(b), mostRepeated); n >= fewestRepeated; n-- {
		if slices.Equal(a[len(a)-n:], b[:n]) {
			return n
		}
	}
	return 0
}
