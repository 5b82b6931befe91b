package main

import (
	"errors"
	"fmt"
	"strings"

	"autointel.example/bench/render"
)

// shows is what a card shows, by its title.
func shows(title string) string {
	switch {
	case title == "Working on it":
		return showsProgress
	case strings.HasPrefix(title, titleBegins):
		return showsResult
	}
	return showsOther
}

// complaint is that something failed, or was not there to be measured.
func (l latency) complaint() error {
	var errs []error
	for _, p := range l.Loads {
		if p.Failed > 0 {
			errs = append(errs, fmt.Errorf("%s: %d of %d users have no result; the first: %w", p.Load, p.Failed, p.Workflows, p.why))
		}
		for _, w := range p.Waits {
			if w.Count == 0 {
				errs = append(errs, fmt.Errorf("%s: nobody waited for %q: choose a longer --for", p.Load, w.What))
			}
		}
	}
	return errors.Join(errs...)
}

// markdown is the figures for people.
func (l latency) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", l.Origin, meaning[l.Durability])
	head := []string{"from what to what", "load", "count", "p50 ms", "p95 ms", "p99 ms"}
	var rows [][]string
	for i, what := range waits {
		for _, p := range l.Loads {
			w := p.Waits[i]
			rows = append(rows, []string{what, p.Load, render.Count(w.Count), render.Figure(w.P50MS), render.Figure(w.P95MS), render.Figure(w.P99MS)})
		}
	}
	fmt.Fprintf(&b, "\n%s\n", render.Table(head, rows))
	var loads [][]string
	for _, p := range l.Loads {
		loads = append(loads, []string{p.Load, render.Count(p.Workflows), render.Count(p.Failed), render.Figure(p.WorkflowsPerSecond), render.Figure(p.Cores)})
	}
	b.WriteString(render.Table([]string{"load", "workflows", "without a result", "ended a second", "cores in use by the program"}, loads))
	return b.String()
}
