package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"
)

// Levels of findings.
const (
	levelOK      = "ok"
	levelWarning = "warning" // it works, and is unwise
	levelFailed  = "failed"  // it cannot work
)

// finding is one thing that was looked at.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"` // it is no failure
	Level string `json:"level"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"` // what helps, of everything that is not ok
}

// findings are what a command has looked at, in order.
type findings []finding

func (f *findings) add(level, check, says, do string) {
	*f = append(*f, finding{check, level != levelFailed, level, says, do})
}

func (f *findings) ok(check, says string)       { f.add(levelOK, check, says, "") }
func (f *findings) warn(check, says, do string) { f.add(levelWarning, check, says, do) }
func (f *findings) fail(check, says, do string) { f.add(levelFailed, check, says, do) }

// note is ok, or a failure whose error says what to do.
func (f *findings) note(check string, err error, says string) {
	if err != nil {
		f.fail(check, err.Error(), "")
		return
	}
	f.ok(check, says)
}

func (f findings) count(level string) (n int) {
	for _, found := range f {
		if found.Level == level {
			n++
		}
	}
	return n
}

// print shows the findings, and what helps below each that needs it.
func (f findings) print(s streams, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(s.out).Encode(f)
	}
	w := tabwriter.NewWriter(s.out, 0, 4, 2, ' ', 0)
	shown := map[string]string{levelOK: "ok", levelWarning: "warning", levelFailed: "FAILED"}
	for _, found := range f {
		fmt.Fprintf(w, "%s\t%s\t%s\n", shown[found.Level], found.Check, found.Says)
		if found.Do != "" {
			fmt.Fprintf(w, "\t\t-> %s\n", found.Do)
		}
	}
	return w.Flush()
}
