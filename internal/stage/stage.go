// Package stage runs the stages of workflows. A stage is a function; everything around it is here, in one order:
//
//	read      what the trigger rule asks for (internal/workflow), from the log
//	decide    does this delivery start the stage?
//	          (it waits for a processor here, unless the stage waits for others itself)
//	act       run the function, with a deadline, cancelled when the workflow ends
//	record    append the settlement, which happens once
//	ack       and only then is the delivery done
//
// A crash before record means that the delivery comes again and the function runs again: its effects must bear that.
// A crash between record and ack means that the delivery comes again and finds the stage settled.
package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"autointel.example/internal/pause"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Stage is one stage of the plan, as its service runs it.
type Stage struct {
	Name     string
	Workers  int           // side by side in this process; zero: 4
	Deadline time.Duration // of one attempt; zero: 10 minutes
	// Waits is whether most of its time is spent waiting for somebody else, a server say. A stage that does not is work for a processor,
	// and a service runs no more of them side by side than it has processors.
	Waits bool
	Run   Func
	// After overrides what starts it: the stages it may wait for in any plan, or schemas.OnRequest. Nil: as the table of stages says.
	After []string
}

// consumers returns the names of the stage's consumers.
func (s Stage) consumers() []string {
	var names []string
	for _, after := range s.After {
		names = append(names, schemas.StageConsumerName(s.Name, after))
	}
	if s.After != nil {
		names = append(names, schemas.StageConsumerName(s.Name, schemas.OnRepeat))
	} else {
		for _, c := range workflow.ConsumersOf(s.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// Func does the work of a stage. It returns its output, which becomes JSON, or a Final for the last stage. Its errors
// are Skip (there was nothing to work on), Fail (trying again cannot help), or any other, after which it is tried
// again up to schemas.MaxDeliver times. It must return soon after its context has ended.
type Func func(ctx context.Context, in Input) (any, error)

// Of makes a Func of a function that yields one type: the stage's output, described by its schema.
func Of[T any](f func(ctx context.Context, in Input) (T, error)) Func {
	return func(ctx context.Context, in Input) (any, error) { return f(ctx, in) }
}

// Input is what a stage works on.
type Input struct {
	Workflow    string
	Context     schemas.Context
	RequestedAt time.Time // of the interaction, from the workflow's id
	Attempt     int       // from 1
	Now         func() time.Time
	Outputs     Outputs
	// Progress says how far the stage is; it is cheap, and may be called often. Total 0: not known.
	Progress func(done, total int64, unit string)
}

// Outputs gives a stage the settlements of the stages before it.
type Outputs interface {
	// Settled reads how a stage came out. Found is false if it is not settled.
	Settled(ctx context.Context, id, stage string) (event schemas.Event, found bool, err error)
	// Output reads the content of a completed stage's output.
	Output(ctx context.Context, o schemas.Output) ([]byte, error)
}

// delivered knows the settlement that was delivered, and reads the others.
type delivered struct {
	Outputs
	envelope schemas.Envelope
	seq      uint64
}

// Settled implements Outputs. A stage of a chain reads nothing.
func (d delivered) Settled(ctx context.Context, id, stage string) (schemas.Event, bool, error) {
	if s := d.envelope.Subject; s.ID == id && s.Noun == "stage" && s.Qualifier == stage {
		e, err := d.envelope.Event()
		e.Seq = d.seq
		return e, err == nil, err
	}
	return d.Outputs.Settled(ctx, id, stage)
}

// Load reads the output of an ancestor of the stage into v. It is false, and v untouched, if the ancestor was skipped,
// has failed or is not in the plan.
func (in Input) Load(ctx context.Context, stage string, v any) (bool, error) {
	if _, planned := in.Context.Plan.Find(stage); !planned {
		return false, nil
	}
	e, err := in.settled(ctx, stage)
	if err != nil {
		return false, err
	}
	completed, ok := e.Data.(schemas.StageCompleted)
	if !ok {
		return false, nil
	}
	content, err := in.Outputs.Output(ctx, completed.Output)
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(content, v); err != nil {
		return false, fmt.Errorf("output of %s: %w", stage, err)
	}
	return true, nil
}

// settled reads how an ancestor came out. Every ancestor is settled before this stage begins, so if it is not found the
// servers that were asked lag behind: they are asked again, here, since giving the message back would count as an attempt.
func (in Input) settled(ctx context.Context, stage string) (schemas.Event, error) {
	for {
		e, found, err := in.Outputs.Settled(ctx, in.Workflow, stage)
		if err != nil || found {
			return e, err
		}
		if err := pause.For(ctx, workflow.LagDelay); err != nil {
			return e, err
		}
	}
}

// Final is what the last stage returns: the workflow's report.
type Final struct {
	Report                     []byte // a schemas.Report as JSON
	Headline, Title            string
	Words                      int
	Completed, Skipped, Failed int // stages
}

// skipError and failError are how a stage comes out other than by an output.
type (
	skipError struct{ reason, message string }
	failError struct{ reason, message string }
)

func (e *skipError) Error() string { return "skipped: " + e.reason + ": " + e.message }
func (e *failError) Error() string { return "failed: " + e.reason + ": " + e.message }

// Skip says that a stage has nothing to work on. The reason is a stable code, the message a sentence for the requester.
func Skip(reason, message string) error { return &skipError{reason, message} }

// Fail says that a stage cannot do its work, and that trying again would not help.
func Fail(reason, message string) error { return &failError{reason, message} }

// Reasons that the runner itself gives.
const (
	ReasonTimedOut = "timed_out"
	ReasonGaveUp   = "gave_up"
	ReasonBroken   = "internal_error"
	// ReasonUnreadable is why a stage fails whose trigger is damaged, or of a version that nobody knew for too long.
	ReasonUnreadable = "unreadable"
)

// settlement turns what a function returned into the event that settles its stage. It is nil for an error that is to be
// tried again.
func settlement(name string, fatal bool, attempt int, err error) schemas.Data {
	var skip *skipError
	var fail *failError
	switch {
	case errors.As(err, &skip):
		if fatal {
			return schemas.WorkflowFailed{Stage: name, Reason: skip.reason, Message: skip.message}
		}
		return schemas.StageSkipped{Stage: name, Reason: skip.reason, Message: skip.message, Attempts: attempt}
	case errors.As(err, &fail):
		return failure(name, fatal, fail.reason, fail.message, attempt)
	case attempt >= schemas.MaxDeliver:
		return failure(name, fatal, ReasonGaveUp, fmt.Sprintf("The step “%s” did not succeed in %d attempts.", schemas.StageWord(name), attempt), attempt)
	}
	return nil
}

// failure is a failed stage or, of a stage nothing can go on without, a failed workflow.
func failure(name string, fatal bool, reason, message string, attempts int) schemas.Data {
	if fatal {
		return schemas.WorkflowFailed{Stage: name, Reason: reason, Message: message}
	}
	return schemas.StageFailed{Stage: name, Reason: reason, Message: message, Attempts: attempts}
}

// Settles reports whether an error is Skip or Fail: the stage came out without an output, and is not tried again.
func Settles(err error) bool {
	var skip *skipError
	var fail *failError
	return errors.As(err, &skip) || errors.As(err, &fail)
}
