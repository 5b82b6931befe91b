package stage

import (
	"bytes"
	"sync"

	"autointel.example/schemas"
)

// contexts remembers the contexts of workflows that are at work: every event of a workflow carries the same bytes, so they are
// parsed once for all stages of a process. What it forgets is parsed again.
type contexts struct {
	mu     sync.Mutex
	parsed map[string]parsed
	order  [remembered]string // oldest first, a ring
	next   int
}

type parsed struct {
	raw     schemas.RawJSON
	context schemas.Context
}

func newContexts() *contexts { return &contexts{parsed: map[string]parsed{}} }

// of returns the context of an event. It is shared: nobody changes it.
func (c *contexts) of(v schemas.Envelope) (schemas.Context, error) {
	id := v.Subject.ID
	c.mu.Lock()
	known, found := c.parsed[id]
	c.mu.Unlock()
	if found && bytes.Equal(known.raw, v.Context) {
		return known.context, nil
	}
	wc, err := v.ParseContext()
	if err != nil || found { // other bytes than the workflow's first: not worth remembering
		return wc, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, found := c.parsed[id]; !found {
		delete(c.parsed, c.order[c.next])
		c.order[c.next] = id
		c.next = (c.next + 1) % len(c.order)
		c.parsed[id] = parsed{bytes.Clone(v.Context), wc}
	}
	return wc, nil
}
