package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// state is what a page is told at every change, besides the messages that have changed.
type state struct {
	timeView
	Channels []channelView `json:"channels"`
	Messages []string      `json:"messages"` // ids of all there are in the channel, oldest first
}

// stream is GET /sandbox/stream?channel=...: a channel's messages and the state of things as server-sent events, at once
// and at every change. A reader that is slow misses what was between, never the last.
func (s *Sandbox) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	shown := map[string]string{} // by message, the revision that was sent
	for {
		changed := s.changes()
		err := sendView(w, s.look(r.URL.Query().Get("channel")), shown)
		if err == nil {
			err = out.Flush()
		}
		if err != nil {
			return // the reader has gone
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}

// sendView sends the messages that are not shown as they are, and the state.
func sendView(w io.Writer, v view, shown map[string]string) error {
	st := state{timeView: v.Time, Channels: v.Channels, Messages: []string{}}
	for _, m := range v.Messages {
		st.Messages = append(st.Messages, m.ID)
		if shown[m.ID] == m.Rev {
			continue
		}
		if err := sendEvent(w, "message", m); err != nil {
			return err
		}
		shown[m.ID] = m.Rev
	}
	return sendEvent(w, "state", st)
}

func sendEvent(w io.Writer, name string, v any) error {
	content, err := json.Marshal(v) // in one line: JSON has no line break but between its parts
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, content)
	return err
}
