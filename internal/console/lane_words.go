package console

import (
	"fmt"
	"strings"
	"time"

	"autointel.example/internal/workflow"
)

var spanWords = map[string]string{
	Waited: "waited", Tried: "earlier attempts", Worked: "worked", Open: "open", Expiring: "about to close", Idle: "no stage at work",
}

// SpanWord says what was done in a span.
func SpanWord(kind string) string { return spanWords[kind] }

var statusWords = map[string]string{
	Planned: "waits for others", Ready: "waits to start", AtWork: "at work", Dropped: "did not run", Given: "given", workflow.Skipped: "skipped", workflow.Failed: "failed",
}

// Words are a lane in words: what its picture shows, for those who do not see it, and what it does not.
func (l Lane) Words() string {
	var parts []string
	switch l.Kind {
	case LaneSession:
		for _, s := range l.Spans {
			parts = append(parts, SpanWord(s.Kind)+" "+Took(s.Duration()))
		}
		if l.Status == SessionClosed {
			parts = append(parts, "closed: "+l.Says)
		}
	case LaneAnswer:
		for _, m := range l.Marks {
			text := m.Name
			if m.Says != "" {
				text += " (" + m.Says + ")"
			}
			parts = append(parts, text)
		}
	default:
		parts = l.stageWords()
	}
	return strings.Join(parts, " · ")
}

// shortestWait is the shortest time before a stage's work that is put in words.
const shortestWait = 100 * time.Millisecond

func (l Lane) stageWords() []string {
	var parts []string
	for _, s := range l.Spans {
		if s.Kind == Worked {
			parts = append(parts, Took(s.Duration()))
		} else if s.Duration() >= shortestWait {
			parts = append(parts, SpanWord(s.Kind)+" "+Took(s.Duration()))
		}
	}
	if word := statusWords[l.Status]; word != "" {
		parts = append(parts, word)
	}
	if l.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", l.Attempts))
	}
	if l.Progress != nil {
		if far := Far(*l.Progress); far != "" {
			parts = append(parts, far)
		}
	}
	if l.Says != "" {
		parts = append(parts, l.Says)
	}
	return parts
}
