package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// StreamSnapshot is what a snapshot of a stream says of itself. Config and State are the server's own words, which a restore
// hands back.
type StreamSnapshot struct {
	Config json.RawMessage `json:"config"`
	State  json.RawMessage `json:"state"`
	// Positions are, by the name of a durable consumer, up to which sequence it had acknowledged everything before the snapshot
	// was begun.
	Positions map[string]uint64 `json:"positions,omitempty"`
}

// SnapshotState is what can be read of the state of a snapshot: how it was when the snapshot was begun.
type SnapshotState struct {
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	FirstSeq uint64 `json:"first_seq"`
	LastSeq  uint64 `json:"last_seq"`
}

// Counts reads the state.
func (s StreamSnapshot) Counts() (c SnapshotState) {
	_ = json.Unmarshal(s.State, &c) // what cannot be read is zero, and the restore of it is refused by the server
	return c
}

// Kept are the streams that a backup has to hold, in the order in which their snapshots are to be taken: what an event refers to
// is stored before the event, so the log comes first and finds everything it names in what is copied after it.
//
// The others are left out. Sessions hold credentials, which die within minutes. Timers and leases follow from the log, as
// Resume makes them. Progress is not history.
func Kept() []string {
	return []string{schemas.StreamLog, schemas.StreamDead, artifactsStream}
}

const artifactsStream = "OBJ_" + schemas.BucketArtifacts

// How long the server may be silent while it sends a snapshot, or takes a chunk of one; and while it makes a stream of what it
// was sent.
const (
	silence  = 30 * time.Second
	assembly = 10 * time.Minute
)

// TakeSnapshot takes a snapshot of a stream while it is written to, and hands it on piece by piece; begin is told first what it is.
//
// Consumers are not in it: the server writes their state after the messages, so it would count as done what follows from
// messages that the snapshot does not hold. Their positions are read before instead. Whatever was acknowledged by then had its
// outcome appended before, so that is in the snapshot; what was acknowledged later comes again, and finds its outcome or makes it.
func TakeSnapshot(ctx context.Context, nc *nats.Conn, stream string, begin func(StreamSnapshot) error, chunk func([]byte) error) error {
	positions, err := positions(ctx, nc, stream)
	if err != nil {
		return missing(stream, err)
	}
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer func() { _ = sub.Unsubscribe() }()             // a connection that has gone has no subscriptions
	if err := sub.SetPendingLimits(-1, -1); err != nil { // the server's window bounds what is under way
		return err
	}
	var answer struct {
		Error *js.APIError `json:"error"`
		StreamSnapshot
	}
	request := map[string]any{"deliver_subject": inbox, "no_consumers": true}
	if err := question(ctx, nc, "$JS.API.STREAM.SNAPSHOT."+stream, request, silence, &answer); err != nil {
		return fmt.Errorf("snapshot of %s: %w", stream, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("snapshot of %s: %w", stream, answer.Error)
	}
	answer.Positions = positions
	if err := begin(answer.StreamSnapshot); err != nil {
		return err
	}
	for {
		msg, err := next(ctx, sub)
		if err != nil {
			return fmt.Errorf("snapshot of %s: %w", stream, err)
		}
		if len(msg.Data) == 0 {
			if status := msg.Header.Get("Status"); status != "" && status != "204" {
				return fmt.Errorf("snapshot of %s: the server gave up: %s %s", stream, status, msg.Header.Get("Description"))
			}
			return nil
		}
		if err := chunk(msg.Data); err != nil {
			return err
		}
		if msg.Reply == "" {
			continue
		}
		if err := msg.Respond(nil); err != nil {
			return err
		}
	}
}

func next(ctx context.Context, sub *nats.Subscription) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, silence, fmt.Errorf("nothing came for %s", silence))
	defer cancel()
	msg, err := sub.NextMsgWithContext(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return msg, err
}

// positions reads up to where each durable consumer of a stream has acknowledged everything.
func positions(ctx context.Context, nc *nats.Conn, stream string) (map[string]uint64, error) {
	api, err := js.New(nc)
	if err != nil {
		return nil, err
	}
	s, err := api.Stream(ctx, stream)
	if err != nil {
		return nil, err
	}
	found := map[string]uint64{}
	list := s.ListConsumers(ctx)
	for c := range list.Info() {
		if c.Config.Durable != "" {
			found[c.Name] = c.AckFloor.Stream
		}
	}
	return found, list.Err()
}

// RestoreSnapshot makes a stream of a snapshot, with as many replicas as given (0: as many as it had). There must be no stream of
// that name. It returns how many messages the stream has, and its last sequence: those that have become too old since are gone.
func RestoreSnapshot(ctx context.Context, nc *nats.Conn, stream string, s StreamSnapshot, replicas int, content io.Reader) (SnapshotState, error) {
	state, err := restoreSnapshot(ctx, nc, stream, s, replicas, content)
	if err != nil {
		return state, fmt.Errorf("restore %s: %w", stream, err)
	}
	if want := s.Counts(); state.LastSeq < want.LastSeq {
		return state, fmt.Errorf("restore %s: it ends at sequence %d, where the snapshot went to %d: the backup cannot be used", stream, state.LastSeq, want.LastSeq)
	}
	return state, nil
}

func restoreSnapshot(ctx context.Context, nc *nats.Conn, stream string, s StreamSnapshot, replicas int, content io.Reader) (state SnapshotState, err error) {
	config := map[string]json.RawMessage{}
	if err := json.Unmarshal(s.Config, &config); err != nil {
		return state, err
	}
	if replicas > 0 {
		config["num_replicas"] = fmt.Append(nil, replicas)
	}
	var begun struct {
		Error   *js.APIError `json:"error"`
		Deliver string       `json:"deliver_subject"`
	}
	if err := question(ctx, nc, "$JS.API.STREAM.RESTORE."+stream, map[string]any{"config": config, "state": s.State}, silence, &begun); err != nil {
		return state, err
	}
	if begun.Error != nil {
		return state, begun.Error
	}
	var made struct {
		Error *js.APIError  `json:"error"`
		State SnapshotState `json:"state"`
	}
	chunk := make([]byte, objectChunk)
	for {
		n, readErr := io.ReadFull(content, chunk)
		if n > 0 {
			answer, err := exchange(ctx, nc, begun.Deliver, chunk[:n], silence)
			if err != nil {
				return state, err
			}
			if len(answer) > 0 && json.Unmarshal(answer, &made) == nil && made.Error != nil {
				return state, made.Error
			}
		}
		if errors.Is(readErr, io.EOF) || errors.Is(readErr, io.ErrUnexpectedEOF) {
			break
		}
		if readErr != nil {
			return state, readErr // the server gives up by itself when nothing more comes
		}
	}
	answer, err := exchange(ctx, nc, begun.Deliver, nil, assembly)
	if err == nil {
		err = json.Unmarshal(answer, &made)
	}
	if err == nil && made.Error != nil {
		err = made.Error
	}
	return made.State, err
}

// RemoveStreams removes from a broker what a restore makes, and what follows from it: for good, with all consumers. Interaction tokens stay.
func RemoveStreams(ctx context.Context, nc *nats.Conn) error {
	api, err := js.New(nc)
	if err != nil {
		return err
	}
	for _, stream := range append(Kept(), schemas.StreamTimers, streamRunning) {
		if err := api.DeleteStream(ctx, stream); err != nil && !errors.Is(err, js.ErrStreamNotFound) {
			return fmt.Errorf("remove %s: %w", stream, err)
		}
	}
	return nil
}

// SetPosition lets a consumer go on after a sequence, as if it had acknowledged everything up to there. Servers before 2.14
// cannot: then it begins with the first message, which costs time and changes nothing, and the answer is false.
func SetPosition(ctx context.Context, nc *nats.Conn, stream, consumer string, after uint64) (bool, error) {
	var answer struct {
		Error *js.APIError `json:"error"`
	}
	err := question(ctx, nc, "$JS.API.CONSUMER.RESET."+stream+"."+consumer, map[string]uint64{"seq": after + 1}, answerTimeout, &answer)
	if errors.Is(err, nats.ErrNoResponders) {
		return false, nil
	}
	if err == nil && answer.Error != nil {
		err = answer.Error
	}
	if err != nil {
		return false, fmt.Errorf("position of %s: %w", consumer, err)
	}
	return true, nil
}

// question asks the server's API.
func question(ctx context.Context, nc *nats.Conn, subject string, asked any, within time.Duration, answer any) error {
	body, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	data, err := exchange(ctx, nc, subject, body, within)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, answer)
}

func exchange(ctx context.Context, nc *nats.Conn, subject string, body []byte, within time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	msg, err := nc.RequestWithContext(ctx, subject, body)
	if err != nil {
		return nil, err
	}
	return msg.Data, nil
}

// Unfinished returns the requests of the workflows that the log shows as begun and not ended, oldest first. It reads two
// events of every workflow.
func (c *Client) Unfinished(ctx context.Context) ([]schemas.Event, error) {
	consumer, err := c.js.OrderedConsumer(ctx, schemas.StreamLog, js.OrderedConsumerConfig{
		FilterSubjects: []string{schemas.Root + ".*.workflow.>"}, DeliverPolicy: js.DeliverAllPolicy,
	})
	if err != nil {
		return nil, broker(err)
	}
	open := map[string]schemas.Event{}
	var order []string
	for got := 1; got > 0; {
		batch, err := consumer.FetchNoWait(leaseBatch)
		if err != nil {
			return nil, broker(err)
		}
		got = 0
		for msg := range batch.Messages() {
			got++
			if e, ok := decodeDelivered(msg); !ok {
				continue
			} else if _, requested := e.Data.(schemas.WorkflowRequested); requested {
				open[e.Workflow] = e
				order = append(order, e.Workflow)
			} else if strings.HasPrefix(e.Data.EventType(), schemas.Root+".workflow.ended.") {
				delete(open, e.Workflow)
			}
		}
		if err := batch.Error(); err != nil && !errors.Is(err, js.ErrNoMessages) {
			return nil, broker(err)
		}
	}
	var list []schemas.Event
	for _, id := range order {
		if e, ok := open[id]; ok {
			list = append(list, e)
		}
	}
	return list, nil
}

// Resume makes what follows from the log of a workflow that has not ended: its lease, and its timer, which arrives at once.
func (c *Client) Resume(ctx context.Context, requested schemas.Event) error {
	wc, err := requested.ParseContext()
	if err != nil {
		return err
	}
	_, err = c.TakeLease(ctx, wc.Requester, Lease{Workflow: requested.Workflow, URL: wc.URL, Depth: wc.Depth, Since: requested.Time})
	return errors.Join(err, c.SetTimer(ctx, requested.Workflow, c.o.Now()))
}
