package main

import (
	"errors"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
)

var errNotYet = errors.New("not yet")

// messages are what everybody can see, as the judge is told it.
func (h *house) messages() []judge.Message {
	direct := map[string]string{} // channel -> user
	for n := range users {
		id := userOf(fate{User: n}).ID
		direct[h.box.DMChannel(id)] = id
	}
	return sight.Messages(h.box, direct)
}
