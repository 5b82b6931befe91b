package speech

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzAnswer reads what an endpoint answers to the two pieces of a recording.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"language":"english","duration":12.5,"segments":[{"start":0,"end":4,"text":" One two three.","avg_logprob":-0.2,"no_speech_prob":0.01},{"start":4,"end":12,"text":"Four"}]}`), []byte(`{"text":"three. Four and five"}`))
	f.Add([]byte(`{"segments":[{"start":1e308,"end":-1,"text":"a\nb"},{"start":2,"end":1,"text":"\u0000"}],"language":"é"}`), []byte(`{"segments":[{"text":"a"},{"text":"a"},{"text":"a"},{"text":"a"},{"text":"a"}]}`))
	f.Add([]byte(`{"text":"\ud800 x","duration":-5,"language":"zz"}`), []byte(`null`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		pieces := []piece{{length: 10 * time.Second, end: 8 * time.Second}, {start: 6 * time.Second, begin: 8 * time.Second, length: 4 * time.Second}}
		answers := make([]answer, len(pieces))
		for i, body := range [][]byte{first, second} {
			answers[i].err = json.Unmarshal(body, &answers[i].verbose)
		}
		r, err := join(pieces, answers)
		if err != nil {
			return
		}
		if !regexp.MustCompile(`^([a-z]{2})?$`).MatchString(r.Language) {
			t.Errorf("the language %q", r.Language)
		}
		var at int64
		for _, c := range r.Cues {
			if c.StartMS < at || c.EndMS < c.StartMS || c.Text == "" || strings.ContainsAny(c.Text, "\n\r") || !utf8.ValidString(c.Text) {
				t.Errorf("a cue that is none: %+v, after %d", c, at)
			}
			at = c.StartMS
		}
	})
}
