package captions

import (
	"encoding/json"
	"strings"
)

// each decodes the elements of the array under a name of a JSON object one by one, so that a big file is never held as a
// whole, and what stands before a break is kept. It returns false if the file is no such object.
func each[T any](r *reading, text, name string, use func(T)) bool {
	d := json.NewDecoder(strings.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') && t != json.Delim('[') {
		return false
	} else if t == json.Delim('[') {
		return elements(r, d, use)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			r.incomplete = true
			return false
		}
		if key != name {
			var passed json.RawMessage
			if d.Decode(&passed) != nil {
				r.incomplete = true
				return false
			}
			continue
		}
		if t, err := d.Token(); err != nil || t != json.Delim('[') {
			return false
		}
		return elements(r, d, use)
	}
	return false
}

func elements[T any](r *reading, d *json.Decoder, use func(T)) bool {
	for d.More() {
		if len(r.cues) >= maxCues {
			r.truncated = true
			return true
		}
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			r.incomplete = true
			return true
		}
		var v T
		if json.Unmarshal(raw, &v) == nil { // one that has another form is passed over
			use(v)
		}
	}
	if _, err := d.Token(); err != nil {
		r.incomplete = true
	}
	return true
}

// segment is what was said by one speaker: by the podcast namespace's names, or by those of speech recognition and of tools that
// read YouTube.
type segment struct {
	Speaker   string      `json:"speaker"`
	StartTime json.Number `json:"startTime"` // seconds
	EndTime   json.Number `json:"endTime"`
	Body      string      `json:"body"`
	Start     json.Number `json:"start"`
	End       json.Number `json:"end"`
	Duration  json.Number `json:"duration"`
	Text      string      `json:"text"`
}

// podcast reads the JSON of the podcast namespace, whose segments may be single words.
func (r *reading) podcast(text string) {
	each(r, text, "segments", func(s segment) {
		body := strings.TrimSpace(s.Body + s.Text)
		if body == "" {
			return
		}
		start, ok := scaled(1000, s.StartTime, s.Start)
		if !ok {
			start = r.unknown()
		}
		end, ok := scaled(1000, s.EndTime, s.End)
		if !ok {
			length, _ := scaled(1000, s.Duration)
			end = start + length
		}
		r.addWord(cue{start: start, end: end, speaker: strings.TrimSpace(s.Speaker), lines: []string{body}})
	})
}

// Words that follow each other make a cue, until a sentence ends, a pause comes or it is long enough.
const (
	wordPause = 1000 // ms
	wordsLong = 80   // bytes
)

// addWord adds a cue, or adds its single word to the one before.
func (r *reading) addWord(c cue) {
	if n := len(r.cues); n > 0 && !strings.ContainsAny(c.lines[0], " \n") {
		last := &r.cues[n-1]
		line := &last.lines[0]
		if last.speaker == c.speaker && c.start-last.end < wordPause && c.start >= last.start && len(*line) < wordsLong && !endsSentence(*line) {
			*line += " " + c.lines[0]
			last.end = max(last.end, c.end)
			return
		}
	}
	r.add(c)
}

// scaled returns the first time that is given, in milliseconds: so many are one of its unit.
func scaled(unit float64, values ...json.Number) (int64, bool) {
	for _, v := range values {
		if f, err := v.Float64(); err == nil {
			return int64(min(max(f*unit, 0), 1e10)), true
		}
	}
	return 0, false
}

// unknown is when a cue begins that does not say it: where the one before it ended.
func (r *reading) unknown() int64 {
	r.badTimes++
	if n := len(r.cues); n > 0 {
		return r.cues[n-1].end
	}
	return 0
}

// event is a caption of YouTube's json3.
type event struct {
	Start    json.Number `json:"tStartMs"` // a number, or one in quotes
	Duration json.Number `json:"dDurationMs"`
	Segments []struct {
		Text string `json:"utf8"`
	} `json:"segs"`
}

// youtube reads YouTube's timed text: JSON, or else XML.
func (r *reading) youtube(text string) {
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		r.timedtext(text)
		return
	}
	each(r, text, "events", func(e event) {
		var b strings.Builder
		for _, s := range e.Segments {
			b.WriteString(s.Text)
		}
		if strings.TrimSpace(b.String()) == "" { // an event without words only moves the window
			return
		}
		start, ok := scaled(1, e.Start)
		if !ok {
			start = r.unknown()
		}
		length, _ := scaled(1, e.Duration)
		r.add(cue{start: start, end: start + length, lines: strings.Split(b.String(), "\n")})
	})
}
