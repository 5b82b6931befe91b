package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/consume"
	"autointel.example/schemas"
)

// Consumption is one service's work on one consumer.
type Consumption struct {
	Stream, Consumer string
	Workers          int // messages handled side by side; no more are ever fetched
	Handler          consume.Handler
	// Drain is how long handlers may go on after the context has ended, before theirs ends too.
	Drain time.Duration
}

// Pull requests live this long; an idle server says so every idleHeartbeat, and silence over three of them renews the
// subscription. A stall of 30 s was seen once in 200 runs; this makes it harmless.
const (
	pullExpires   = 30 * time.Second
	idleHeartbeat = 5 * time.Second
)

// Consume handles messages until the context ends: then it fetches no more, waits for the handlers at work, and
// returns. It survives the loss of the broker and of the consumer. Nothing is buffered: a message is fetched when a
// worker is free for it, so its AckWait runs while it is worked on and not while it waits.
func (c *Client) Consume(ctx context.Context, o Consumption) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	l := &loop{c: c, o: o, work: work, done: make(chan *nats.Msg), working: map[*nats.Msg]bool{}, heartbeat: time.NewTicker(schemas.Heartbeat)}
	defer l.heartbeat.Stop()
	defer l.drain(stopWork)
	for ctx.Err() == nil {
		if err := l.subscribe(ctx); err != nil && ctx.Err() == nil {
			c.o.Logf("consuming was interrupted; trying again", "consumer", o.Consumer, "error", err)
			l.idle(ctx, time.Second)
		}
	}
	return nil
}

// loop is the state of one Consume. It is touched by one goroutine; handlers report on done.
type loop struct {
	c           *Client
	o           Consumption
	work        context.Context
	done        chan *nats.Msg // a handler has finished with it
	working     map[*nats.Msg]bool
	outstanding int // messages asked for and not yet delivered
	heartbeat   *time.Ticker
	holding     atomic.Int64 // handlers that hold a message in an outage
	handlers    sync.WaitGroup
}

// finished takes note of a handler that has finished.
func (l *loop) finished(msg *nats.Msg) { delete(l.working, msg) }

// beat tells the server that the messages at work, and those held in an outage, are still worked on, so that it does not
// give them to another. One that is lost costs nothing: AckWait is three of them.
func (l *loop) beat() {
	for msg := range l.working {
		_ = msg.Respond([]byte("+WPI"))
	}
}

// subscribe pulls on a fresh inbox until the context ends or the pull must be renewed.
func (l *loop) subscribe(ctx context.Context) error {
	inbox := l.c.nc.NewInbox()
	messages := make(chan *nats.Msg, l.o.Workers+16)
	sub, err := l.c.nc.ChanSubscribe(inbox, messages)
	if err != nil {
		return err
	}
	defer func() { // what arrived and was not begun goes back at once
		_ = sub.Unsubscribe()
		for {
			select {
			case msg := <-messages:
				if msg.Reply != "" {
					_ = msg.Respond([]byte("-NAK"))
				}
			default:
				return
			}
		}
	}()
	l.outstanding = 0
	silence := time.NewTimer(3 * idleHeartbeat)
	defer silence.Stop()
	for {
		if err := l.pull(inbox); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case msg := <-messages:
			silence.Reset(3 * idleHeartbeat)
			if err := l.take(msg); err != nil {
				return err
			}
		case msg := <-l.done:
			l.finished(msg)
		case <-l.heartbeat.C:
			l.beat()
		case <-silence.C:
			if l.outstanding > 0 {
				return errors.New("the server has gone silent")
			}
			silence.Reset(3 * idleHeartbeat)
		}
	}
}

// pull asks for as many messages as there are free workers, once at least half of them are free or nothing is on its
// way: one request for many messages instead of one each.
func (l *loop) pull(inbox string) error {
	free := l.o.Workers - len(l.working) - l.outstanding
	if free <= 0 || l.outstanding > 0 && free < (l.o.Workers+1)/2 || l.holding.Load() > 0 {
		return nil
	}
	l.outstanding += free
	request := fmt.Appendf(nil, `{"batch":%d,"expires":%d,"idle_heartbeat":%d}`, free, pullExpires, idleHeartbeat)
	return l.c.nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+l.o.Stream+"."+l.o.Consumer, inbox, request)
}

// take begins the work on a message, or reads what a status message says about our requests.
func (l *loop) take(msg *nats.Msg) error {
	status := msg.Header.Get("Status")
	if status == "" || msg.Reply != "" {
		l.outstanding = max(0, l.outstanding-1)
		l.begin(msg)
		return nil
	}
	switch status {
	case "100": // idle heartbeat
		return nil
	case "404", "408", "409":
		if pending, err := strconv.Atoi(msg.Header.Get("Nats-Pending-Messages")); err == nil {
			l.outstanding = max(0, l.outstanding-pending)
			return nil
		}
	}
	return fmt.Errorf("pull refused: %s %s", status, msg.Header.Get("Description")) // 503: no such consumer
}

func (l *loop) begin(msg *nats.Msg) {
	l.working[msg] = true
	l.handlers.Add(1)
	l.c.o.Observer.InFlight(l.o.Consumer, 1)
	go func() {
		defer l.handlers.Done()
		l.handle(msg)
		l.c.o.Observer.InFlight(l.o.Consumer, -1)
		select {
		case l.done <- msg:
		case <-l.work.Done():
		}
	}()
}

// handle runs the handler and answers the message by what its error means.
func (l *loop) handle(msg *nats.Msg) {
	d, err := delivery(msg)
	if err != nil {
		l.c.o.Logf("a message without metadata was ignored", "consumer", l.o.Consumer, "error", err)
		return
	}
	for held := 1; ; held++ {
		err = l.o.Handler(l.work, d)
		if consume.Of(err, d.Attempt).Kind != consume.Hold {
			break
		}
		l.holding.Add(1)
		l.c.o.Logf("an outage; the message is held", "consumer", l.o.Consumer, "seq", d.Seq, "error", err)
		stopped := wait(l.work, consume.Backoff(held, time.Second, 30*time.Second)) != nil
		l.holding.Add(-1)
		if stopped {
			err = consume.RetryAfter(err, time.Second)
			break
		}
	}
	l.answer(msg, d, err)
}

func (l *loop) answer(msg *nats.Msg, d consume.Delivery, err error) {
	disposition := consume.Of(err, d.Attempt)
	l.c.o.Observer.Handled(l.o.Consumer, l.c.o.Now().Sub(d.Stored), d.Attempt, disposition.Kind)
	var payload string
	switch disposition.Kind {
	case consume.Ack:
		payload = "+ACK"
	case consume.Dead:
		// The dead letter is kept before the message is given up: a crash in between makes a second letter, not none.
		l.c.o.Logf("a message cannot be handled and is kept as a dead letter", "consumer", l.o.Consumer, "seq", d.Seq, "error", err)
		if letterErr := l.c.deadLetter(l.work, l.o.Consumer, d, err); letterErr != nil {
			payload = nak(time.Second)
			break
		}
		payload = "+TERM"
	default:
		if l.work.Err() == nil && !disposition.Planned {
			l.c.o.Logf("a message will be tried again", "consumer", l.o.Consumer, "seq", d.Seq, "attempt", d.Attempt, "delay", disposition.Delay, "error", err)
		}
		payload = nak(disposition.Delay)
	}
	if err := msg.Respond([]byte(payload)); err != nil {
		l.c.o.Logf("a message could not be answered; it will come again", "consumer", l.o.Consumer, "seq", d.Seq, "error", err)
	}
}

// nak gives a message back for a while. A plain -NAK would ignore any delay.
func nak(delay time.Duration) string { return fmt.Sprintf(`-NAK {"delay":%d}`, delay.Nanoseconds()) }

// idle waits, and takes note of handlers that finish meanwhile.
func (l *loop) idle(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		select {
		case msg := <-l.done:
			l.finished(msg)
		case <-l.heartbeat.C:
			l.beat()
		case <-ctx.Done():
			return
		case <-timer.C:
			return
		}
	}
}

// drain waits for the handlers at work, for a while with their context alive.
func (l *loop) drain(stopWork context.CancelFunc) {
	finished := make(chan struct{})
	go func() { l.handlers.Wait(); close(finished) }()
	patience := time.NewTimer(l.o.Drain)
	defer patience.Stop()
	for {
		select {
		case msg := <-l.done:
			l.finished(msg)
		case <-l.heartbeat.C:
			l.beat()
		case <-patience.C:
			stopWork()
		case <-finished:
			return
		}
	}
}

func delivery(msg *nats.Msg) (consume.Delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return consume.Delivery{}, err
	}
	return consume.Delivery{
		Message: schemas.Message{Subject: msg.Subject, Header: msg.Header, Body: msg.Data},
		Seq:     meta.Sequence.Stream, Attempt: int(meta.NumDelivered), Stored: meta.Timestamp,
	}, nil
}
