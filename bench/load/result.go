package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Figures are what one window of load has shown.
type Figures struct {
	Completed          int     `json:"completed"` // in the window
	WorkflowsPerSecond float64 `json:"workflows_per_second"`
	P50MS              float64 `json:"p50_ms"` // from the start of a workflow to its completion
	P99MS              float64 `json:"p99_ms"`
	CPUSecondsPer1000  float64 `json:"cpu_seconds_per_1000"` // of the process and its children, per 1,000 workflows
}

// Result is what the measurement of one system has shown.
type Result struct {
	System   string   `json:"name"`
	Settings string   `json:"settings"` // versions, and how the system is tuned
	Options  Options  `json:"options"`
	Figures           // with Options.InFlight workflows in flight
	One      *Figures `json:"one_in_flight,omitempty"`
	Lost     int      `json:"lost"`    // workflows that were started and never completed
	Doubled  int      `json:"doubled"` // completions of workflows that had already completed, or were never started
}

func figures(latencies []time.Duration, window, cpu time.Duration) Figures {
	f := Figures{Completed: len(latencies)}
	if f.Completed == 0 {
		return f
	}
	slices.Sort(latencies)
	f.WorkflowsPerSecond = float64(f.Completed) / window.Seconds()
	f.P50MS = milliseconds(percentile(latencies, 50))
	f.P99MS = milliseconds(percentile(latencies, 99))
	f.CPUSecondsPer1000 = cpu.Seconds() / float64(f.Completed) * 1000
	return f
}

// percentile is the smallest of the sorted values that at least p percent of them do not exceed (the nearest rank).
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Print writes a result as the line that Read looks for.
func (r Result) Print(w io.Writer) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", line)
	return err
}

// Read returns the result on the last line of a program's output.
func Read(output []byte) (Result, error) {
	var last []byte
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			last = slices.Clone(line)
		}
	}
	if err := lines.Err(); err != nil {
		return Result{}, fmt.Errorf("read the result: %w", err)
	}
	if last == nil {
		return Result{}, errors.New("the program printed no result")
	}
	var r Result
	if err := json.Unmarshal(last, &r); err != nil {
		return Result{}, fmt.Errorf("the last line is no result: %w: %s", err, last)
	}
	return r, nil
}
