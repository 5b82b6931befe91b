package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/schemas"
)

// summary is the last line with --json. Its names are counted on by other programs.
type summary struct {
	Seed         uint64         `json:"seed"`
	Asked        int            `json:"asked"`
	Acknowledged int            `json:"acknowledged"`
	Requested    int            `json:"requested"`
	Lost         int            `json:"lost"`
	Doubled      int            `json:"doubled"`
	Misdelivered int            `json:"misdelivered"`
	Overwritten  int            `json:"overwritten"`
	Stuck        int            `json:"stuck"`
	Illegal      int            `json:"illegal"`
	Contradicted int            `json:"contradicted"`
	Panics       int            `json:"panics"`
	Unclean      int            `json:"unclean_stops"`
	Unconfirmed  int            `json:"unconfirmed"`
	Results      int            `json:"results"`
	Linked       int            `json:"linked"`
	Retrieved    int            `json:"retrieved"`
	Repaired     int            `json:"repaired"`
	Corrected    int            `json:"corrected"`
	Repeated     int            `json:"repeated_triggers"`
	Lives        int            `json:"service_lives"`
	Nodes        int            `json:"nodes"`
	Seconds      float64        `json:"seconds"`
	Faults       map[string]int `json:"faults"`
	AgeP99       float64        `json:"event_age_p99_seconds,omitempty"` // of a rolling restart
	Overload     *floodFigures  `json:"overload,omitempty"`
	Newer        int            `json:"events_of_the_newer_version,omitempty"`
	Evidence     string         `json:"evidence,omitempty"`
}

func (o outcome) summary(evidence string) summary {
	v := o.Verdict
	return summary{
		Seed: o.Seed, Asked: v.Asked, Acknowledged: v.Acknowledged, Requested: v.Requested, Lost: v.Count(judge.Lost), Doubled: v.Count(judge.Doubled),
		Misdelivered: v.Count(judge.Misdelivered), Overwritten: v.Count(judge.Overwritten), Stuck: v.Count(judge.Stuck), Illegal: v.Count(judge.Illegal),
		Contradicted: v.Count(judge.Contradicted), Panics: len(o.Panics), Unclean: len(o.Unclean), Unconfirmed: v.Unconfirmed, Results: v.Results, Linked: v.Linked,
		Retrieved: v.Retrieved, Repaired: v.Repaired, Corrected: v.Corrected, Repeated: o.Repeated, Lives: o.Lives, Nodes: o.Nodes, Seconds: o.Took.Round(100 * time.Millisecond).Seconds(),
		Faults: o.Had, AgeP99: share(o.Ages, 0.99).Seconds(), Overload: o.Flood, Newer: o.Newer, Evidence: evidence,
	}
}

// print shows the outcome as a table.
func (o outcome) print(w io.Writer, command string) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(name string, n int, says string) { fmt.Fprintf(t, "%s\t%d\t%s\n", name, n, says) }
	fmt.Fprintln(t)
	row("asked", o.Asked, "commands, in "+o.Took.Round(time.Second).String()+" with the time it took to settle")
	row("acknowledged", o.Acknowledged, "their users saw them accepted")
	row("requested", o.Requested, "workflows on the log; each is judged, acknowledged or not")
	row("result seen", o.Results, "in the answer: the report, the failure or the cancellation")
	row("notice and answer", o.Linked, "the answer was completed after its session had closed, and the notice leads to it")
	row("retrieved", o.Retrieved, "not seen; kept, and retrieved by its user")
	row("unconfirmed", o.Unconfirmed, `seen, and a notice "if you have not seen it": Discord gave no way to know`)
	row("repaired", o.Repaired, "progress over a final answer, which was shown again")
	row("corrected", o.Corrected, "told that nothing was started; a second delivery started it, and its user was told what came of it")
	row("watchdog", o.Repeated, "stages that had to be asked for again")
	fmt.Fprintln(t, "\t\t")
	for _, wrong := range judge.Wrongs() {
		row(wrong, o.Count(wrong), "")
	}
	row("panics", len(o.Panics), "")
	row("unclean stops", len(o.Unclean), "")
	fmt.Fprintln(t, "\t\t")
	for _, fault := range slices.Sorted(maps.Keys(o.Had)) {
		row("fault: "+fault, o.Had[fault], "")
	}
	row("service lives", o.Lives, "")
	if o.Rolling {
		fmt.Fprintf(t, "event age\t%d\tevents; p50 %s, p99 %s, the oldest %s; the work of the step included\n", len(o.Ages),
			share(o.Ages, 0.5).Round(time.Millisecond), share(o.Ages, 0.99).Round(time.Millisecond), share(o.Ages, 1).Round(time.Millisecond))
	}
	if o.Flood != nil {
		o.Flood.print(t)
	}
	if o.Mixed {
		row("newer version", o.Newer, "events were written by it, and read by both")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, fault := range slices.Sorted(maps.Keys(o.LeftOut)) {
		fmt.Fprintf(w, "not had: %s: %s\n", fault, o.LeftOut[fault])
	}
	if o.Impatient {
		fmt.Fprintf(w, "something stayed undone and nothing changed for %s\n", patience)
	}
	fmt.Fprintf(w, "\nto repeat it: %s\n", command)
	return nil
}

// shownFindings is how many findings are printed; the evidence has all.
const shownFindings = 20

// complain prints what was found.
func (o outcome) complain(w io.Writer, evidence string) {
	fmt.Fprintln(w)
	for i, f := range o.Findings {
		if i == shownFindings {
			fmt.Fprintf(w, "... and %d more\n", len(o.Findings)-i)
			break
		}
		fmt.Fprintf(w, "%s: %s: %s\n", f.Wrong, f.Workflow, f.Says)
	}
	for _, line := range slices.Concat(o.Panics, o.Unclean) {
		fmt.Fprintln(w, line)
	}
	fmt.Fprintf(w, "the evidence is in %s\n", evidence)
}

// keep writes down what is needed to find the cause: the findings, each with what happened and what was seen, and the faults.
func (o outcome) keep(dir string) error {
	var text strings.Builder
	about := map[string]bool{}
	for _, f := range o.Findings {
		fmt.Fprintf(&text, "%s: %s: %s\n", f.Wrong, f.Workflow, f.Says)
		about[f.Workflow] = true
	}
	for _, id := range slices.Sorted(maps.Keys(about)) {
		o.tellOf(&text, id)
	}
	content, err := json.MarshalIndent(map[string]any{
		"acts": o.facts.Acts, "messages": o.facts.Messages, "records": o.facts.Records, "findings": o.Findings, "panics": o.Panics, "unclean": o.Unclean,
	}, "", " ")
	return errors.Join(err,
		os.WriteFile(filepath.Join(dir, "findings.txt"), []byte(text.String()), 0o600),
		os.WriteFile(filepath.Join(dir, "facts.json"), content, 0o600),
		os.WriteFile(filepath.Join(dir, "strikes.txt"), []byte(strings.Join(o.strikes, "\n")+"\n"), 0o600),
	)
}

// tellOf writes down everything about one workflow.
func (o outcome) tellOf(w io.Writer, id string) {
	fmt.Fprintf(w, "\n== %s\n", id)
	line := func(v any) {
		content, err := json.Marshal(v)
		if err != nil {
			content = []byte(err.Error())
		}
		fmt.Fprintf(w, "   %s\n", content)
	}
	interactions := map[string]bool{}
	for _, a := range o.facts.Acts {
		if a.Workflow == id {
			interactions[a.Interaction] = true
			line(a)
		}
	}
	for _, m := range o.facts.Messages {
		if interactions[m.Interaction] || slices.ContainsFunc(m.Versions, func(s judge.Shown) bool { return s.Workflow == id }) {
			line(m)
		}
	}
	for _, r := range o.facts.Records {
		if r.Workflow == id {
			line(r)
		}
	}
	for _, e := range o.facts.Events {
		if e.Workflow == id {
			what, _ := json.Marshal(e.Data)
			fmt.Fprintf(w, "   %d %s %s %.300s\n", e.Seq, e.Time.Format("15:04:05.000"), schemas.SubjectOf(id, e.Data), what)
		}
	}
}
