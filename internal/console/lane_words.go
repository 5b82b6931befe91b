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

// Words are a lane in words: what its picture shows, for those who do not see it, and what it does not.
func (l Lane) Words() string {
	var parts []string
	for _, s := range l.Spans {
		switch {
		case l.Kind == LaneSession && s.Kind == Open:
			parts = append(parts, "open "+Took(s.Duration()))
		case s.Kind == Worked:
			parts = append(parts, Took(s.Duration()))
		case l.Kind == LaneStage && s.Duration() >= 100*time.Millisecond:
			parts = append(parts, Took(s.Duration())+" "+SpanWord(s.Kind))
		}
	}
	switch {
	case l.Kind == LaneAnswer:
		for _, m := range l.Marks {
			text := m.Name
			if m.Says != "" {
				text += " (" + m.Says + ")"
			}
			parts = append(parts, text)
		}
	case l.Kind == LaneSession:
		parts = append(parts, l.Status)
	case l.Status != workflow.Completed:
		parts = append(parts, l.Status)
	}
	if l.Attempts > 1 {
		parts = append(parts, fmt.Sprintf("%d attempts", l.Attempts))
	}
	if l.Progress != nil {
		if far := Far(*l.Progress); far != "" {
			parts = append(parts, far)
		}
	}
	if l.Says != "" && l.Kind != LaneAnswer {
		parts = append(parts, l.Says)
	}
	return strings.Join(parts, " · ")
}
