package captions

import "strings"

// paragraph is a paragraph of a transcript that may say who speaks, and since when.
type paragraph struct {
	text, speaker string
	at            int64 // milliseconds
	timed         bool
}

// plain reads a transcript in plain text. Paragraphs are parted by blank lines, or by every end of a line where there are none;
// a line may begin with a time, and one that holds nothing else, or a name beside it, says it of the next paragraph.
func (r *reading) plain(text string) {
	wrapped := strings.Contains(strings.TrimSpace(text), "\n\n")
	var found []paragraph
	var current paragraph
	var said []string // of the current one
	finish := func() {
		if len(said) > 0 {
			current.text = strings.Join(said, " ")
			found = append(found, current)
		}
		current, said = paragraph{}, nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len(found) >= maxCues {
			r.truncated = true
			break
		}
		line = strings.TrimSpace(line)
		if line == "" {
			if len(said) > 0 {
				finish()
			}
			continue
		}
		p, header := stamped(line)
		if header || p.timed || !wrapped && len(said) > 0 {
			finish()
		}
		switch {
		case header:
			current = p
			continue
		case p.timed:
			current = p
		}
		said = append(said, p.text)
	}
	finish()
	r.take(found)
}

// stamped reads a line that begins or ends with a time. header: it holds no words, only a time and perhaps a name.
func stamped(line string) (p paragraph, header bool) {
	p.text = line
	if trimmed := strings.TrimLeft(line, "[("); trimmed != "" && trimmed[0] >= '0' && trimmed[0] <= '9' {
		ms, rest, ok := timestamp(trimmed)
		clock, _, _ := strings.Cut(trimmed[:len(trimmed)-len(rest)], " ")
		if ok && strings.Contains(clock, ":") {
			p.text = strings.TrimLeft(rest, "]) \t-–—:|")
			p.at, p.timed = ms, true
		}
		return p, p.timed && p.text == ""
	}
	if len(line) > maxName+16 {
		return p, false
	}
	trimmed := strings.TrimRight(line, " :")
	i := strings.LastIndexAny(trimmed, " \t[(")
	if i < 0 {
		return p, false
	}
	clock := strings.Trim(trimmed[i+1:], "[]() ")
	ms, rest, ok := timestamp(clock)
	if !ok || rest != "" || strings.Count(clock, ":") == 0 {
		return p, false
	}
	name := strings.TrimRight(trimmed[:i], " \t[(:-–—|")
	if endsSentence(name) || len(strings.Fields(name)) > maxNameWords {
		return p, false
	}
	return paragraph{speaker: name, at: ms, timed: true}, true
}

// take takes over the paragraphs of a transcript: as cues if any says when it was spoken, else as text.
func (r *reading) take(found []paragraph) {
	timed := false
	for _, p := range found {
		timed = timed || p.timed
	}
	if !timed {
		for _, p := range found {
			text := oneLine(p.text)
			if p.speaker != "" {
				text = p.speaker + ": " + text
			}
			r.untimed = append(r.untimed, text)
		}
		return
	}
	var at int64
	for _, p := range found {
		if p.timed {
			at = p.at
		}
		if n := len(r.cues); n > 0 {
			r.cues[n-1].end = max(r.cues[n-1].start, at)
		}
		r.add(cue{start: at, end: at, speaker: p.speaker, opens: true, lines: []string{p.text}})
	}
}

// oneLine makes every run of space one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
