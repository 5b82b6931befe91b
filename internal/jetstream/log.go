package jetstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"autointel.example/internal/consume"
	"autointel.example/internal/faultpoint"
	"autointel.example/internal/pause"
	"autointel.example/schemas"
)

// How long the log waits for one answer, and between two looks at what it said.
const (
	answerTimeout = 5 * time.Second
	readBackDelay = 50 * time.Millisecond
)

// Append publishes an event; the client fills in its id, source and time. Events that may happen once per workflow
// (schemas.Exclusive) are appended with an expected last sequence of 0, so they do, whoever else tries.
//
// A *TakenError says that somebody else's append came first. An append whose answer was lost is read back from the
// leader and sent again until the context ends; then the event may or may not have happened.
func (c *Client) Append(ctx context.Context, e schemas.Event) (schemas.Event, error) {
	if c.o.Tracer == nil {
		return c.append(ctx, e)
	}
	traceparent, end := c.o.Tracer.Appending(ctx, e.Workflow, e.Trace, e.Data.EventType())
	e.Trace = traceparent
	e, err := c.append(ctx, e)
	_, taken := Taken(err)
	end(err == nil || taken)
	return e, err
}

func (c *Client) append(ctx context.Context, e schemas.Event) (schemas.Event, error) {
	e.ID, e.Source, e.Time = c.o.NewID(), c.o.Source, c.o.Now()
	m, err := schemas.Encode(e)
	if err != nil {
		return e, err
	}
	msg := &nats.Msg{Subject: m.Subject, Header: nats.Header(m.Header), Data: m.Body}
	exclusive := schemas.Exclusive(e.Workflow, e.Data)
	if exclusive != "" {
		msg.Header[js.ExpectedLastSubjSeqHeader] = zero
		if exclusive != msg.Subject {
			msg.Header[js.ExpectedLastSubjSeqSubjHeader] = []string{exclusive}
		}
	}
	started := c.o.Now()
	for {
		seq, err := c.publish(ctx, msg)
		if err == nil {
			if faultpoint.On {
				faultpoint.Reached("append", msg.Subject)
			}
			c.o.Observer.Appended(ctx, e.Data.EventType(), c.o.Now().Sub(started))
			e.Seq = seq
			return e, nil
		}
		if !conflict(err) && !uncertain(err) || exclusive == "" {
			return e, c.notAppended(err)
		}
		before, found, readErr := c.readBack(ctx, exclusive)
		if readErr == nil && found {
			e.Seq = before.Seq
			if before.ID == e.ID {
				return e, nil
			}
			return e, &TakenError{before}
		}
		// Nothing there: a conflict with an append that is still under way, or a loss. Trying again is safe.
		if pause.For(ctx, readBackDelay) != nil {
			return e, c.notAppended(errors.Join(err, ctx.Err()))
		}
	}
}

// notAppended counts an append that came to nothing, by what its error is.
func (c *Client) notAppended(err error) error {
	err = broker(err)
	reason := "refused"
	switch {
	case apiCode(err) == codeStreamFull:
		reason = "full"
	case consume.Of(err, 1).Kind == consume.Hold:
		reason = "unreachable"
	}
	c.o.Observer.AppendFailed(reason)
	return err
}

// zero is the sequence that an event which may happen once expects to be the last.
var zero = []string{"0"}

// publish sends once and waits for the answer as long as one may take. The end of a context without a deadline does not cut
// that short: an append whose answer is not heard may or may not have happened.
func (c *Client) publish(ctx context.Context, msg *nats.Msg) (seq uint64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	patience := answerTimeout
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline))
	}
	if c.o.Group != nil && msg.Header[js.ExpectedLastSubjSeqHeader] != nil {
		return c.o.Group.publish(msg, patience)
	}
	return request(c.nc, msg, patience)
}

// request sends a message to the log and waits for its answer.
func request(nc *nats.Conn, msg *nats.Msg, patience time.Duration) (seq uint64, err error) {
	answer, err := nc.RequestMsg(msg, patience)
	if err != nil {
		return 0, err
	}
	return acknowledged(answer.Data)
}

// acknowledged reads the log's answer to an append. Its usual form is read without the JSON package, which would take
// a third of the time of an append.
func acknowledged(answer []byte) (seq uint64, err error) {
	if rest, ok := bytes.CutPrefix(answer, usualAnswer); ok {
		if digits, ok := bytes.CutSuffix(rest, []byte("}")); ok {
			if seq, err := strconv.ParseUint(string(digits), 10, 64); err == nil {
				return seq, nil
			}
		}
	}
	var a struct {
		Error *js.APIError `json:"error"`
		js.PubAck
	}
	switch err := json.Unmarshal(answer, &a); {
	case err != nil:
		return 0, fmt.Errorf("the log's answer cannot be read: %w", err)
	case a.Error != nil:
		return 0, a.Error
	case a.Sequence == 0 || a.Stream != schemas.StreamLog:
		return 0, fmt.Errorf("the answer %.100q is not the log's", answer)
	}
	return a.Sequence, nil
}

var usualAnswer = []byte(`{"stream":"` + schemas.StreamLog + `","seq":`)

func conflict(err error) bool {
	switch apiCode(err) {
	case codeWrongSequence, codeWrongSequenceRacing, codeDuplicateRacing:
		return true
	}
	return false
}

// Last returns the newest event on a filter, from whichever replica answers first. What it finds is true; that it
// finds nothing proves nothing on a replicated log.
func (c *Client) Last(ctx context.Context, filter string) (schemas.Event, bool, error) {
	msg, err := c.lastOn(ctx, schemas.StreamLog, filter)
	if err != nil || msg == nil {
		return schemas.Event{}, false, err
	}
	return decodeStored(msg)
}

// LastSeq is Last for those who only ask where, and costs no decoding; 0: nothing was found.
func (c *Client) LastSeq(ctx context.Context, filter string) (uint64, error) {
	msg, err := c.lastOn(ctx, schemas.StreamLog, filter)
	if err != nil || msg == nil {
		return 0, err
	}
	return strconv.ParseUint(msg.Header.Get(js.SequenceHeader), 10, 64)
}

// lastOn asks for the last message on a filter by a direct get; nil: none.
func (c *Client) lastOn(ctx context.Context, stream, filter string) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request, err := json.Marshal(map[string]string{"last_by_subj": filter})
	if err != nil {
		return nil, err
	}
	msg, err := c.nc.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream, request)
	if err != nil {
		return nil, broker(fmt.Errorf("read %s: %w", filter, err))
	}
	switch status := msg.Header.Get("Status"); status {
	case "":
		return msg, nil
	case "404":
		return nil, nil
	default:
		return nil, fmt.Errorf("read %s: status %s %s", filter, status, msg.Header.Get("Description"))
	}
}

// decodeStored reads an event from the answer of a direct get.
func decodeStored(msg *nats.Msg) (schemas.Event, bool, error) {
	e, err := schemas.Decode(schemas.Message{Subject: msg.Header.Get(js.SubjectHeader), Header: msg.Header, Body: msg.Data})
	if err != nil {
		return schemas.Event{}, false, err
	}
	e.Seq, err = strconv.ParseUint(msg.Header.Get(js.SequenceHeader), 10, 64)
	return e, err == nil, err
}

// readBack asks the leader for the last event on a filter.
func (c *Client) readBack(ctx context.Context, filter string) (schemas.Event, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request, err := json.Marshal(map[string]string{"last_by_subj": filter})
	if err != nil {
		return schemas.Event{}, false, err
	}
	msg, err := c.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+schemas.StreamLog, request)
	if err != nil {
		return schemas.Event{}, false, broker(err)
	}
	var answer struct {
		Error   *js.APIError `json:"error"`
		Message *struct {
			Subject string `json:"subject"`
			Seq     uint64 `json:"seq"`
			Header  []byte `json:"hdrs"`
			Data    []byte `json:"data"`
		} `json:"message"`
	}
	if err := json.Unmarshal(msg.Data, &answer); err != nil {
		return schemas.Event{}, false, err
	}
	if answer.Error != nil || answer.Message == nil {
		if answer.Error != nil && answer.Error.ErrorCode != codeNoMessage {
			return schemas.Event{}, false, broker(answer.Error)
		}
		return schemas.Event{}, false, nil
	}
	header, err := nats.DecodeHeadersMsg(answer.Message.Header)
	if err != nil {
		return schemas.Event{}, false, err
	}
	e, err := schemas.Decode(schemas.Message{Subject: answer.Message.Subject, Header: header, Body: answer.Message.Data})
	e.Seq = answer.Message.Seq
	return e, err == nil, err
}

// LastFromLeader is Last, asked of the log's leader: for decisions that a lagging replica would get wrong often, and
// that something else makes right in the end.
func (c *Client) LastFromLeader(ctx context.Context, filter string) (schemas.Event, bool, error) {
	if !c.replicated {
		return c.Last(ctx, filter)
	}
	return c.readBack(ctx, filter)
}

// Snapshot returns the sequence of the last event of every subject that the filters match, by subject. One server
// answers from one point of the log: an answer that holds a known event proves that it had come that far.
func (c *Client) Snapshot(ctx context.Context, filters []string) (map[string]uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	found := map[string]uint64{}
	messages, err := jetstreamext.GetLastMsgsFor(ctx, c.js, schemas.StreamLog, filters)
	if err != nil {
		return nil, broker(err)
	}
	for msg, err := range messages {
		if errors.Is(err, jetstreamext.ErrNoMessages) {
			break
		}
		if err != nil {
			return nil, broker(err)
		}
		found[msg.Subject] = msg.Sequence
	}
	return found, nil
}
