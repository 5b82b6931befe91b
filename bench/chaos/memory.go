package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// weight is how much memory a process had, in MiB.
type weight struct {
	Most float64 `json:"most_mib"`
	Last float64 `json:"last_mib"`
}

// scale weighs every process once a second until it is told to end.
type scale struct {
	h    *house
	stop chan struct{}
	done sync.WaitGroup
	of   map[string]weight
}

func weigh(h *house) *scale {
	s := &scale{h: h, stop: make(chan struct{}), of: map[string]weight{}}
	all := slices.Concat(h.services, h.brokers)
	s.done.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			for _, r := range all {
				if mib := r.resident(); mib > 0 {
					s.of[r.name] = weight{max(s.of[r.name].Most, mib), mib}
				}
			}
			select {
			case <-tick.C:
			case <-s.stop:
				return
			}
		}
	})
	return s
}

// end returns the weights by process.
func (s *scale) end() map[string]weight {
	close(s.stop)
	s.done.Wait()
	return maps.Clone(s.of)
}

// resident is how much of the machine's memory the program has, in MiB; zero if it is not running.
func (r *replica) resident() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process == nil {
		return 0
	}
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(content)) {
		var kib float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kib); err == nil {
			return kib / 1024
		}
	}
	return 0
}
