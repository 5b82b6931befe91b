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

// segment is what was said by one speaker: by the podcast namespace's names, or by those of speech recognition.
type segment struct {
	Speaker   string      `json:"speaker"`
	StartTime json.Number `json:"startTime"` // seconds
	EndTime   json.Number `json:"endTime"`
	Body      string      `json:"body"`
	Start     json.Number `json:"start"`
	End       json.Number `json:"end"`
	Text      string      `json:"text"`
}

// podcast reads the JSON of the podcast namespace, whose segments may be single words.
func (r *reading) podcast(text string) {
	each(r, text, "segments", func(s segment) {
		body := strings.TrimSpace(s.Body + s.Text)
		start, ok := seconds(s.StartTime, s.Start)
		end, ended := seconds(s.EndTime, s.End)
		if body == "" {
			return
		}
		if !ok {
			r.badTimes++
			if n := len(r.cues); n > 0 {
				start = r.cues[n-1].end
			}
		}
		if !ended {
			end = start
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

// seconds returns the first time that is given, in milliseconds.
func seconds(values ...json.Number) (int64, bool) {
	for _, v := range values {
		if f, err := v.Float64(); err == nil {
			return int64(min(max(f, 0), 1e7) * 1000), true
		}
	}
	return 0, false
}

// event is a caption of YouTube's json3.
type event struct {
	Start    int64 `json:"tStartMs"`
	Duration int64 `json:"dDurationMs"`
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
		if strings.TrimSpace(b.String()) != "" { // an event without words only moves the window
			r.add(cue{start: e.Start, end: e.Start + e.Duration, lines: strings.Split(b.String(), "\n")})
		}
	})
}
