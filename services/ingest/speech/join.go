package speech

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"autointel.example/schemas"
)

// join puts the answers to the pieces together: each segment where it is in the recording, those of an overlap once.
func join(pieces []piece, answers []answer) (Result, error) {
	var r Result
	var first error
	var missing []string
	heard, loops, untimed := false, 0, false
	for i, p := range pieces {
		a := answers[i]
		if a.err != nil {
			if first == nil {
				first = a.err
			}
			missing = append(missing, fmt.Sprintf("%s to %s", clock(max(p.begin, p.start)), clock(p.start+p.length)))
			continue
		}
		heard = true
		length := p.length
		if length == 0 {
			length = seconds(a.Duration)
		}
		r.Length += length
		if r.Language == "" {
			r.Language = code(a.Language)
		}
		if len(a.Segments) == 0 && line(a.Text) != "" {
			untimed = true
			r.add(schemas.Cue{StartMS: p.start.Milliseconds(), EndMS: (p.start + length).Milliseconds(), Text: line(a.Text)})
			continue
		}
		loops += r.segments(p, a)
	}
	if !heard {
		return r, unheard(first)
	}
	limit := func(code, message string) { r.Limits = append(r.Limits, schemas.Limit{Code: code, Message: message}) }
	if len(missing) > 0 {
		limit(LimitGap, "These parts of the recording could not be transcribed: "+strings.Join(missing, ", ")+".")
	}
	if untimed {
		limit(LimitNoTimes, "The speech recognition's model gives no times within a part of the recording.")
	}
	if loops > 0 {
		limit(LimitLoop, fmt.Sprintf("The speech recognition repeated itself; %d repetitions were left out.", loops))
	}
	if len(r.Cues) == 0 {
		return r, &Error{Code: CodeSilent, Message: "Nothing is said in the recording that the speech recognition understands."}
	}
	return r, nil
}

// unheard is the error of a recording of which no piece was transcribed.
func unheard(err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &Error{Code: CodeUnavailable, Message: "The speech recognition did not answer in the time there is for it.", Err: err}
}

// Whisper's own rule for a segment that it made up over silence.
const (
	noSpeech   = 0.6
	unlikely   = -1.0
	mostRepeat = 3 // as often may a segment be said in a row
)

// segments adds those of a piece that are its own, and says how many were left out because the model went round in a circle.
func (r *Result) segments(p piece, a answer) (loops int) {
	repeated := 0
	for _, s := range a.Segments {
		text := line(s.Text)
		start, end := p.start+seconds(s.Start), p.start+seconds(s.End)
		middle := start + (end-start)/2
		if text == "" || s.NoSpeech > noSpeech && s.LogProb < unlikely || middle < p.begin || p.end > 0 && middle >= p.end {
			continue
		}
		if n := len(r.Cues); n > 0 && r.Cues[n-1].Text == text {
			if repeated++; repeated >= mostRepeat {
				loops++
				r.Cues[n-1].EndMS = max(r.Cues[n-1].EndMS, end.Milliseconds())
				continue
			}
		} else {
			repeated = 0
		}
		r.add(schemas.Cue{StartMS: start.Milliseconds(), EndMS: max(start, end).Milliseconds(), Speaker: s.Speaker, Text: text})
	}
	return loops
}

// add adds a cue, without the words that the end of the piece before has too.
func (r *Result) add(c schemas.Cue) {
	if n := len(r.Cues); n > 0 {
		before := &r.Cues[n-1]
		if c.StartMS < before.EndMS {
			if c.Text = withoutOverlap(before.Text, c.Text); c.Text == "" {
				before.EndMS = max(before.EndMS, c.EndMS)
				return
			}
		}
		c.StartMS = max(c.StartMS, before.StartMS)
		c.EndMS = max(c.EndMS, c.StartMS)
	}
	r.Cues = append(r.Cues, c)
}

// Words at the end of a piece that the next begins with are the same speech if they are so many; no more are compared.
const (
	fewestShared = 2
	mostShared   = 40
)

func withoutOverlap(before, now string) string {
	a, b := strings.Fields(before), strings.Fields(now)
	for n := min(len(a), len(b), mostShared); n >= fewestShared; n-- {
		if slices.EqualFunc(a[len(a)-n:], b[:n], sameWord) {
			return strings.Join(b[n:], " ")
		}
	}
	return now
}

func sameWord(a, b string) bool { return bare(a) == bare(b) }

func bare(w string) string {
	return strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

// line puts what was heard in one line: a cue is one.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// seconds makes a time of what an endpoint says, which may be anything.
func seconds(s float64) time.Duration {
	if !(s > 0) {
		return 0
	}
	return time.Duration(min(s, 1e6) * float64(time.Second))
}

func clock(d time.Duration) string {
	s := int(d.Seconds())
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// codes are the names by which Whisper calls the languages it hears most.
var codes = map[string]string{
	"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "dutch": "nl", "polish": "pl", "russian": "ru", "ukrainian": "uk",
	"turkish": "tr", "arabic": "ar", "chinese": "zh", "japanese": "ja", "korean": "ko", "hindi": "hi", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
	"czech": "cs", "greek": "el", "hungarian": "hu", "romanian": "ro", "indonesian": "id", "vietnamese": "vi", "hebrew": "he", "catalan": "ca",
}

// code is the code of a language that an endpoint names in whichever way; empty: it is not known.
func code(language string) string {
	language = strings.ToLower(strings.TrimSpace(language))
	if len(language) == 2 && language[0] >= 'a' && language[0] <= 'z' && language[1] >= 'a' && language[1] <= 'z' {
		return language
	}
	return codes[language]
}
