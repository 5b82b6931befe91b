package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/dustin/go-humanize"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// deadCommand is about dead letters: messages that a consumer gave up on.
type deadCommand struct {
	List  deadListCommand  `cmd:"" help:"Dead letters, oldest first: messages that cannot be handled however often they are tried."`
	Show  deadShowCommand  `cmd:"" help:"One dead letter: the message as it came, and why it was given up."`
	Retry deadRetryCommand `cmd:"" help:"Run the workflow of a dead letter again from the step that gave up: a new workflow that inherits what was done before. The letter is then removed."`
	Drop  deadDropCommand  `cmd:"" help:"Remove dead letters."`
}

// deadLetter is a letter as it is shown.
type deadLetter struct {
	Letter   string    `json:"letter"`
	At       time.Time `json:"at"`
	Consumer string    `json:"consumer"`
	Stage    string    `json:"stage,omitempty"` // from which it can be retried
	Workflow string    `json:"workflow,omitempty"`
	Subject  string    `json:"subject"`
	Seq      uint64    `json:"seq"`
	Reason   string    `json:"reason"`
	// Of show.
	Header map[string]string `json:"header,omitempty"`
	Body   string            `json:"body,omitempty"`
}

func shownLetter(l jetstream.Letter) deadLetter {
	stage, _ := retriedFrom(l.Consumer)
	return deadLetter{Letter: l.ID(), At: l.At.UTC(), Consumer: l.Consumer, Stage: stage, Workflow: l.Workflow(), Subject: l.Message.Subject, Seq: l.Seq, Reason: l.Reason}
}

// retriedFrom returns the stage from which the workflow of a letter is run again. What shows and keeps a result gets it anew from
// the last stage; what has no result in it cannot be retried.
func retriedFrom(consumer string) (stage string, ok bool) {
	if stage, ok := schemas.StageOfConsumer(consumer); ok {
		return stage, true
	}
	switch consumer {
	case schemas.NotifierConsumers()[0], schemas.ArchiverConsumers()[0], schemas.ArchiverConsumers()[1]:
		return workflow.Briefing, true
	}
	return "", false
}

// deadListCommand lists letters.
type deadListCommand struct {
	program.NATS `embed:""`
	JSON         bool `help:"Print one JSON document."`
}

// Run lists them.
func (c *deadListCommand) Run(ctx context.Context, s streams) error {
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	letters, err := client.Letters(ctx)
	if err != nil {
		return err
	}
	list := []deadLetter{}
	for _, l := range letters {
		list = append(list, shownLetter(l))
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(list)
	}
	if len(list) == 0 {
		fmt.Fprintln(s.err, "No dead letters.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "LETTER\tGIVEN UP\tWORKFLOW\tREASON")
	for _, l := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.Letter, humanize.Time(l.At), orDash(l.Workflow), strings.ReplaceAll(printable(l.Reason, 100), "\n", " "))
	}
	return w.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// printable is a text from outside as a terminal may show it: nothing in it moves the cursor, changes a colour or reverses the line.
func printable(s string, most int) string {
	if cut := []rune(s); len(cut) > most {
		s = string(cut[:most]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// deadShowCommand shows a letter.
type deadShowCommand struct {
	program.NATS `embed:""`
	Letter       string `arg:"" help:"Name of the letter, as list shows it."`
	JSON         bool   `help:"Print one JSON document."`
}

// Run shows it. No event holds an interaction's token, so neither does a letter.
func (c *deadShowCommand) Run(ctx context.Context, s streams) error {
	client, done, err := dial(ctx, c.NATS)
	if err != nil {
		return err
	}
	defer done()
	l, err := client.Letter(ctx, c.Letter)
	if err != nil {
		return err
	}
	shown := shownLetter(l)
	shown.Header, shown.Body = map[string]string{}, string(l.Message.Body)
	for name, values := range l.Message.Header {
		if len(values) > 0 {
			shown.Header[name] = values[0]
		}
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(shown)
	}
	fmt.Fprintf(s.out, "%s\n  given up  %s, %s\n  by        %s\n  why       %s\n  subject   %s, sequence %d\n", shown.Letter,
		shown.At.Format(time.RFC3339), humanize.Time(shown.At), shown.Consumer, printable(shown.Reason, 2000), printable(shown.Subject, 500), shown.Seq)
	for _, name := range slices.Sorted(maps.Keys(shown.Header)) {
		fmt.Fprintf(s.out, "  %s: %s\n", printable(name, 100), printable(shown.Header[name], 500))
	}
	body := []byte(shown.Body)
	if indented := new(bytes.Buffer); json.Indent(indented, body, "", "  ") == nil {
		body = indented.Bytes()
	}
	fmt.Fprintf(s.out, "\n%s\n", printable(string(body), 20_000))
	if shown.Stage != "" {
		fmt.Fprintf(s.err, "Run it again from %s with `autointel dead retry %s`; `autointel timeline %s` shows its workflow.\n", shown.Stage, shown.Letter, shown.Workflow)
	}
	return nil
}
