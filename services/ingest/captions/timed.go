package captions

import "strings"

// timed reads WebVTT and SubRip. In WebVTT a cue ends with an empty line, and what stands between cues (identifiers, notes,
// styles, regions) is passed over. In SubRip it ends where the next one begins: files with empty lines inside of a cue, without
// one between cues, or without numbers are common, and their words count.
func (r *reading) timed(text string, web bool) {
	var current *cue
	var numbered, seen bool // SubRip: whether its cues are numbered
	var previous string     // the line before
	late := false           // WebVTT: an empty line stands where the words should begin
	finish := func() {
		if current != nil {
			r.add(*current)
		}
		current = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		start, end, ok := timing(line)
		broken := !ok && looksLikeTiming(line)
		switch {
		case ok || broken:
			if !seen {
				numbered, seen = isNumber(previous), true
			}
			if current != nil && !web && numbered {
				current.dropNumber()
			}
			if late && current != nil && len(current.lines) > 0 {
				current.lines = current.lines[:len(current.lines)-1] // a cue without words, and the name of this one
			}
			finish()
			late = false
			if r.truncated {
				return
			}
			if broken {
				start, end = r.guess(line)
			}
			current = &cue{start: start, end: end}
		case web && line == "" && current != nil && len(current.lines) == 0 && !late:
			late = true // the line that is blank on the screen has lost its space: the words are still to come
		case web && line == "":
			finish()
		case current != nil:
			current.lines = append(current.lines, line)
		}
		if strings.TrimSpace(line) != "" {
			previous = line
		}
	}
	finish()
}

// dropNumber takes the next cue's number away from the end of a cue.
func (c *cue) dropNumber() {
	for n := len(c.lines); n > 0; n-- {
		last := strings.TrimSpace(c.lines[n-1])
		if last == "" {
			continue
		}
		if isNumber(last) {
			c.lines = c.lines[:n-1]
		}
		return
	}
}

// guess gives a cue times whose own cannot be read: its start if that can, else where the cue before it ended.
func (r *reading) guess(line string) (start, end int64) {
	before := r.unknown()
	if start, _, ok := timestamp(line); ok {
		return start, start
	}
	return before, before
}

// arrows stand between two times, the common one first.
var arrows = []string{"-->", "->", "-- >", "—>", "–>", "==>"}

// timing reads a line of two times with an arrow between them. What follows, as settings, is passed over.
func timing(line string) (start, end int64, ok bool) {
	left, right, found := cutArrow(line)
	if !found {
		return 0, 0, false
	}
	start, rest, ok := timestamp(left)
	if !ok || strings.TrimSpace(rest) != "" {
		return 0, 0, false
	}
	end, _, ok = timestamp(right)
	return start, end, ok
}

func looksLikeTiming(line string) bool {
	left, _, found := cutArrow(line)
	return found && strings.Contains(left, ":")
}

// cutArrow cuts a line at its arrow, if a time may stand before it.
func cutArrow(line string) (left, right string, found bool) {
	if len(line) > 500 || !strings.Contains(line, ">") { // two times and their settings are shorter
		return "", "", false
	}
	if trimmed := strings.TrimLeft(line, " \t-"); trimmed == "" || trimmed[0] < '0' || trimmed[0] > '9' {
		return "", "", false
	}
	for _, arrow := range arrows {
		if left, right, found = strings.Cut(line, arrow); found {
			return left, right, true
		}
	}
	return "", "", false
}

// timestamp reads a time at the beginning of a text: [[hours:]minutes:]seconds with a fraction after a point, a comma or a
// third colon, and spaces where people put them. A negative one is the beginning. In milliseconds.
func timestamp(s string) (ms int64, rest string, ok bool) {
	s = strings.TrimLeft(s, " \t")
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "-")
	var groups [4]int64
	n, separator := 0, byte(0)
	var fraction int64
	fractional := false
	for {
		value, digits, after := number(s)
		if digits == 0 || digits > 5 && separator != '.' && separator != ',' {
			return 0, s, false
		}
		s = after
		if separator == '.' || separator == ',' || separator == ':' && n == 3 {
			fraction, fractional = milliseconds(value, digits), true
			break
		}
		groups[n] = value
		n++
		trimmed := strings.TrimLeft(s, " \t")
		if trimmed == "" || !strings.ContainsRune(":.,", rune(trimmed[0])) {
			break
		}
		separator = trimmed[0]
		s = strings.TrimLeft(trimmed[1:], " \t")
	}
	if n < 2 && !fractional || n == 0 {
		return 0, s, false
	}
	var total int64
	for i := range n {
		if i > 0 && groups[i] > 59 {
			return 0, s, false
		}
		total = total*60 + groups[i]
	}
	if negative {
		return 0, s, true
	}
	return total*1000 + fraction, s, true
}

// number reads digits at the beginning of a text. Beyond 17 they no longer count.
func number(s string) (value int64, digits int, rest string) {
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		if digits < 17 {
			value = value*10 + int64(s[digits]-'0')
		}
		digits++
	}
	return value, digits, s[digits:]
}

// milliseconds makes a fraction of a second of its digits.
func milliseconds(value int64, digits int) int64 {
	digits = min(digits, 17)
	for ; digits < 3; digits++ {
		value *= 10
	}
	for ; digits > 3; digits-- {
		value /= 10
	}
	return value
}

func isNumber(s string) bool {
	_, digits, rest := number(strings.TrimSpace(s))
	return digits > 0 && rest == ""
}
