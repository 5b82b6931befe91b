//go:build faultpoints

package faultpoint

import (
	"fmt"
	"os"
	"regexp"
	"sync"
	"syscall"
)

// On says whether this build has fault points.
const On = true

var points = struct {
	mu      sync.Mutex
	reached map[string]int
	log     *os.File
}{reached: map[string]int{}}

// Reached notes that a place was reached and, if this is the point at which the process is to die, kills it: no deferred call runs,
// and nothing that stands in a buffer is written.
func Reached(kind, name string) {
	points.mu.Lock()
	defer points.mu.Unlock()
	place := kind + " " + placeOf(name)
	points.reached[place]++
	point := fmt.Sprintf("%s #%d", place, points.reached[place])
	note(point)
	if point == os.Getenv(EnvKill) {
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way; nothing more may happen here
	}
}

// note writes a point down. A line is one write, which the operating system has when the process dies.
func note(point string) {
	path := os.Getenv(EnvLog)
	if path == "" {
		return
	}
	if points.log == nil {
		log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err) // a test that notes nothing proves nothing
		}
		points.log = log
	}
	if _, err := points.log.WriteString(point + "\n"); err != nil {
		panic(err)
	}
}

// ids are what differs between two workflows in the name of a place.
var ids = regexp.MustCompile(`\b(wf|rt)_[0-9a-f]{32}\b`)

// placeOf is a place without the workflow that it was reached for.
func placeOf(name string) string { return ids.ReplaceAllString(name, "$1") }
