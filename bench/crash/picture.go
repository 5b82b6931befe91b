package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/bench/single"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// picture is what is left of a workflow when all is done, without what two undisturbed runs do not share either: ids, times, attempts.
type picture struct {
	Seen       string            // the report as its user sees it
	Outcome    string            // of the workflow
	Stages     map[string]string // status and reason by stage
	Deliveries map[string]string // what became of each kind
	Archived   string            // why it was kept apart from the index; empty: it was not
	Record     string            // of the archive, with the whole report
	Results    int               // that its user sees, or has retrieved
}

// pictureOf looks at an installation that has stopped.
func pictureOf(ctx context.Context, s *single.Installation, id string, events []schemas.Event) (p picture, err error) {
	state := workflow.Fold(slices.DeleteFunc(slices.Clone(events), func(e schemas.Event) bool { return e.Workflow != id }))
	p = picture{Stages: map[string]string{}, Deliveries: map[string]string{}}
	if state.Ended != nil {
		p.Outcome = state.Ended.Outcome
	}
	for name, settled := range state.Stages {
		p.Stages[name] = strings.TrimSpace(settled.Status + " " + settled.Reason)
	}
	for kind, d := range state.Deliveries {
		p.Deliveries[kind] = fmt.Sprintf("%v %s", d.Succeeded, d.Reason)
	}
	if state.Archived != nil {
		p.Archived = state.Archived.Reason
	}
	for _, m := range s.Box.Messages("") {
		if k := sight.Seen(m); k.Workflow == id && k.Kind == judge.Result {
			p.Seen = seen(m)
		}
	}
	store, err := s.Archive().OpenExisting(ctx)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	r, err := store.Get(ctx, id)
	if errors.Is(err, archive.ErrNotFound) {
		return p, nil // which differs
	}
	if err != nil {
		return p, err
	}
	p.Record = alike(fmt.Sprintf("%s %s %s %s %v %s\n%s", r.URL, r.Depth, r.Outcome, r.Title, r.Undelivered, r.UndeliveredReason, r.Result))
	return p, nil
}

// seen is a message as its user sees it, its buttons and files included.
func seen(m sandbox.Message) string {
	content, err := json.Marshal(map[string]any{"content": m.Content, "embeds": m.Embeds, "components": m.Components, "files": len(m.Attachments)})
	if err != nil {
		return err.Error()
	}
	return alike(string(content))
}

// fleeting is what differs between two undisturbed runs: ids, times, and how long something took.
var fleeting = []struct {
	is  *regexp.Regexp
	put string
}{
	{regexp.MustCompile(`(wf|rt)_[0-9a-f]{32}`), "<id>"},
	{regexp.MustCompile(`<t:\d+(:\w)?>`), "<time>"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| UTC|[+-]\d\d:\d\d)?`), "<time>"},
	{regexp.MustCompile(`"(took|elapsed|duration)[a-z_]*":\s*[0-9.]+`), "<took>"},
	{regexp.MustCompile(`\b\d+(\.\d+)? ?(ms|s|seconds?|min)\b`), "<took>"},
}

func alike(text string) string {
	for _, f := range fleeting {
		text = f.is.ReplaceAllString(text, f.put)
	}
	return text
}

// compare says how a picture of a workflow whose process was killed differs from the undisturbed one. Of one whose command was not
// acknowledged the report reached its user by the way of what is kept, so how it was shown is the judge's matter alone.
func compare(want, got picture, denied bool) (differs []string) {
	say := func(what string, a, b any) {
		if fmt.Sprint(a) != fmt.Sprint(b) {
			differs = append(differs, fmt.Sprintf("%s: %s", what, difference(fmt.Sprint(a), fmt.Sprint(b))))
		}
	}
	say("outcome", want.Outcome, got.Outcome)
	for _, name := range slices.Sorted(maps.Keys(union(want.Stages, got.Stages))) {
		say("stage "+name, want.Stages[name], got.Stages[name])
	}
	if got.Results != 1 {
		differs = append(differs, fmt.Sprintf("its user has %d results", got.Results))
	}
	if denied {
		_, a, _ := strings.Cut(want.Record, "\n")
		_, b, _ := strings.Cut(got.Record, "\n")
		say("report in the archive", a, b)
		if got.Seen == "" {
			differs = append(differs, "its user has not seen the report")
		}
		return differs
	}
	say("report that is seen", want.Seen, got.Seen)
	for _, kind := range slices.Sorted(maps.Keys(union(want.Deliveries, got.Deliveries))) {
		if kind == schemas.KindWarning && (timely(want.Deliveries[kind]) || timely(got.Deliveries[kind])) {
			continue
		}
		say("delivery "+kind, want.Deliveries[kind], got.Deliveries[kind])
	}
	say("kept because", want.Archived, got.Archived)
	say("record", want.Record, got.Record)
	return differs
}

// timely reports whether what became of a warning was the clock's doing: that the session will close is not said, or not to anybody, when
// it has closed meanwhile, in the undisturbed run of a slow machine as after a kill.
func timely(warning string) bool { return warning == "" || warning == "false session_closed" }

func union(a, b map[string]string) map[string]string {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// difference shows where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-40)
	return fmt.Sprintf("undisturbed %q, here %q", clip(a[from:]), clip(b[from:]))
}

func clip(s string) string { return s[:min(len(s), 140)] }
