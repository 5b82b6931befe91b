package jetstream

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/consume"
	"autointel.example/internal/faultpoint"
	"autointel.example/internal/pause"
	"autointel.example/schemas"
)

// Consumption is the work on the consumers that bring one kind of it.
type Consumption struct {
	Stream    string
	Consumers []string
	Workers   int // messages handled side by side
	Handler   consume.Handler
	// GivenUp gets, in the Handler's place, a message that was begun schemas.MaxBegun times and never answered, with the error that
	// makes it a dead letter: it settles and tells what it can, and returns that error. Nil: the consumer has a limit of its own.
	GivenUp func(ctx context.Context, d consume.Delivery, cause error) error
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
// returns. It survives the loss of the broker and of a consumer. A consumer is asked for messages only while workers are free
// for them; what several consumers bring at once waits here, which is at most one worker's set of each, and the server is told so.
func (c *Client) Consume(ctx context.Context, o Consumption) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	l := &loop{
		c: c, o: o, work: work, jobs: make(chan begun, o.Workers), done: make(chan *nats.Msg, o.Workers), working: map[*nats.Msg]bool{},
		heartbeat: time.NewTicker(schemas.Heartbeat),
	}
	defer close(l.jobs)
	for _, name := range o.Consumers {
		l.sources = append(l.sources, &source{name: name})
		c.o.Observer.InFlight(name, 0)
	}
	turned, ended := c.o.Pulse.Begin(strings.Join(o.Consumers, " "))
	l.turned = turned
	defer ended() // last: what drains is still watched
	defer l.heartbeat.Stop()
	defer l.drain(stopWork)
	for ctx.Err() == nil {
		if err := l.subscribe(ctx); err != nil && ctx.Err() == nil {
			c.o.Logf("consuming was interrupted; trying again", "consumers", strings.Join(o.Consumers, " "), "error", err)
			l.idle(ctx, time.Second)
		}
	}
	return nil
}

// loop is the state of one Consume. It is touched by one goroutine; handlers report on done.
type loop struct {
	c         *Client
	o         Consumption
	work      context.Context
	sources   []*source
	jobs      chan begun         // to the workers; room for all, as done has, so neither side ever waits to say something
	done      chan *nats.Msg     // a handler has finished with it
	working   map[*nats.Msg]bool // handed to a worker, and not known to be finished
	workers   int                // started; each stays, for its stack has grown to what the handler needs
	waiting   []begun            // delivered while no worker was free
	heartbeat *time.Ticker
	turned    func()       // says that the loop is not stuck
	holding   atomic.Int64 // handlers that hold a message in an outage
	handlers  sync.WaitGroup
}

// source is one of the consumers.
type source struct {
	name, inbox string
	outstanding int       // messages asked for and not yet delivered
	heard       time.Time // when it last said anything
}

// begun is a message with what it says of itself.
type begun struct {
	msg      *nats.Msg
	delivery consume.Delivery
	consumer string
}

// finished takes note of a handler that has finished, and gives its worker what waits.
func (l *loop) finished(msg *nats.Msg) {
	delete(l.working, msg)
	if len(l.waiting) > 0 {
		next := l.waiting[0]
		l.waiting = l.waiting[1:]
		l.begin(next)
	}
}

// beat tells the server that the messages at work, those that wait, and those held in an outage, are still worked on, so that it
// does not give them to another. One that is lost costs nothing: AckWait is three of them.
func (l *loop) beat() {
	l.turned()
	for msg := range l.working {
		_ = msg.Respond([]byte("+WPI"))
	}
	for _, b := range l.waiting {
		_ = b.msg.Respond([]byte("+WPI"))
	}
}

// subscribe pulls on fresh inboxes until the context ends or the pulls must be renewed.
func (l *loop) subscribe(ctx context.Context) error {
	messages := make(chan *nats.Msg, len(l.sources)*(l.o.Workers+16))
	base := l.c.nc.NewInbox()
	sub, err := l.c.nc.ChanSubscribe(base+".*", messages)
	if err != nil {
		return err
	}
	defer l.giveBack(sub, messages)
	for i, s := range l.sources {
		s.inbox, s.outstanding, s.heard = base+"."+strconv.Itoa(i), 0, time.Now()
	}
	silence := time.NewTicker(idleHeartbeat)
	defer silence.Stop()
	for {
		if err := l.pull(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case msg := <-messages:
			if err := l.take(msg); err != nil {
				return err
			}
		case msg := <-l.done:
			l.finished(msg)
		case <-l.heartbeat.C:
			l.beat()
		case <-silence.C:
			if err := l.silent(); err != nil {
				return err
			}
		}
	}
}

// giveBack ends the subscription and gives back at once what arrived and was not begun. Messages are still on their way when it ends:
// a mere Unsubscribe would drop them here, and they would come again only when the server misses their answer (AckWait).
func (l *loop) giveBack(sub *nats.Subscription, messages <-chan *nats.Msg) {
	if sub.Drain() == nil { // the server sends no more, and we still take what it has sent
		_ = l.c.nc.FlushTimeout(time.Second) // its answer is behind all of that; without a server there is nothing on its way
	}
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
}

// silent is an error when a consumer that was asked has said nothing for long.
func (l *loop) silent() error {
	for _, s := range l.sources {
		if s.outstanding > 0 && time.Since(s.heard) > 3*idleHeartbeat {
			return fmt.Errorf("the server has gone silent about %s", s.name)
		}
	}
	return nil
}

// pull asks each consumer for as many messages as there are free workers, once at least half of them are free or nothing is
// on its way from it: one request for many messages instead of one each.
func (l *loop) pull() error {
	free := l.o.Workers - len(l.working) - len(l.waiting)
	if free <= 0 || l.holding.Load() > 0 {
		return nil
	}
	for _, s := range l.sources {
		more := free - s.outstanding
		if more <= 0 || s.outstanding > 0 && more < (l.o.Workers+1)/2 {
			continue
		}
		if s.outstanding == 0 {
			s.heard = time.Now()
		}
		s.outstanding += more
		request := fmt.Appendf(nil, `{"batch":%d,"expires":%d,"idle_heartbeat":%d}`, more, pullExpires, idleHeartbeat)
		if err := l.c.nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+l.o.Stream+"."+s.name, s.inbox, request); err != nil {
			return err
		}
	}
	return nil
}

// take begins the work on a message, or reads what a status message says about our requests.
func (l *loop) take(msg *nats.Msg) error {
	status := ""
	if len(msg.Header) > 0 && msg.Reply == "" {
		status = msg.Header.Get("Status")
	}
	if status == "" {
		return l.message(msg)
	}
	s := l.source(func(s *source) bool { return s.inbox == msg.Subject })
	if s == nil {
		return nil
	}
	s.heard = time.Now()
	switch status {
	case "100": // idle heartbeat
		return nil
	case "404", "408", "409":
		if pending, err := strconv.Atoi(msg.Header.Get("Nats-Pending-Messages")); err == nil {
			s.outstanding = max(0, s.outstanding-pending)
			return nil
		}
	}
	return fmt.Errorf("pull from %s refused: %s %s", s.name, status, msg.Header.Get("Description")) // 503: no such consumer
}

// message takes a message in.
func (l *loop) message(msg *nats.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		l.c.o.Logf("a message without metadata was ignored", "subject", msg.Subject, "error", err)
		return nil
	}
	if s := l.source(func(s *source) bool { return s.name == meta.Consumer }); s != nil {
		s.outstanding, s.heard = max(0, s.outstanding-1), time.Now()
	}
	b := begun{msg, consume.Delivery{
		Message: schemas.Message{Subject: msg.Subject, Header: msg.Header, Body: msg.Data},
		Seq:     meta.Sequence.Stream, Attempt: int(meta.NumDelivered), Stored: meta.Timestamp,
	}, meta.Consumer}
	if len(l.working) >= l.o.Workers {
		l.waiting = append(l.waiting, b)
		return nil
	}
	l.begin(b)
	return nil
}

func (l *loop) source(is func(*source) bool) *source {
	if i := slices.IndexFunc(l.sources, is); i >= 0 {
		return l.sources[i]
	}
	return nil
}

func (l *loop) begin(b begun) {
	l.working[b.msg] = true
	l.handlers.Add(1)
	l.c.o.Observer.InFlight(b.consumer, 1)
	if l.workers < len(l.working) {
		l.workers++
		go l.worker()
	}
	l.jobs <- b
}

// worker handles one message after the other.
func (l *loop) worker() {
	for b := range l.jobs {
		l.handle(b)
		l.c.o.Observer.InFlight(b.consumer, -1)
		l.done <- b.msg
		l.handlers.Done()
	}
}

// handle runs the handler and answers the message by what its error means.
func (l *loop) handle(b begun) {
	var err error
	d, work := b.delivery, l.work
	if l.c.o.Tracer != nil {
		traced, end := l.c.o.Tracer.Handling(work, b.consumer, d.Subject, nats.Header(d.Header).Get(schemas.HeaderTrace), d.Attempt)
		work = traced
		defer func() {
			what := consume.Of(err, d.Attempt)
			end(string(what.Kind), what.Kind == consume.Ack || what.Planned)
		}()
	}
	err = l.careful(work, b)
	l.answer(work, b, err)
}

// patient runs a handler, and holds the message as long as that says that there is an outage.
func (l *loop) patient(ctx context.Context, b begun, handler consume.Handler) error {
	d := b.delivery
	for held := 1; ; held++ {
		err := handler(ctx, d)
		if consume.Of(err, d.Attempt).Kind != consume.Hold {
			return err
		}
		l.holding.Add(1)
		l.c.o.Logf("an outage; the message is held", "consumer", b.consumer, "seq", d.Seq, "error", err)
		stopped := pause.For(l.work, consume.Backoff(held, time.Second, 30*time.Second)) != nil
		l.holding.Add(-1)
		d.Held = true
		if stopped {
			return consume.RetryAfter(err, time.Second)
		}
	}
}

func (l *loop) answer(ctx context.Context, b begun, err error) {
	d := b.delivery
	disposition := consume.Of(err, d.Attempt)
	l.c.o.Observer.Handled(ctx, b.consumer, l.c.o.Now().Sub(d.Stored), d.Attempt, disposition.Kind)
	var payload string
	switch disposition.Kind {
	case consume.Ack:
		payload = "+ACK"
	case consume.Dead:
		// The dead letter is kept before the message is given up: a crash in between makes a second letter, not none.
		l.c.o.Logf("a message cannot be handled and is kept as a dead letter", "consumer", b.consumer, "seq", d.Seq, "error", err)
		if letterErr := l.c.deadLetter(l.work, b.consumer, d, err); letterErr != nil {
			payload = nak(time.Second)
			break
		}
		payload = "+TERM"
	default:
		if l.work.Err() == nil && !disposition.Planned {
			l.c.o.Logf("a message will be tried again", "consumer", b.consumer, "seq", d.Seq, "attempt", d.Attempt, "delay", disposition.Delay, "error", err)
		}
		payload = nak(disposition.Delay)
	}
	if faultpoint.On {
		faultpoint.Reached("handled", b.consumer) // and not yet answered
	}
	if err := b.msg.Respond([]byte(payload)); err != nil {
		l.c.o.Logf("a message could not be answered; it will come again", "consumer", b.consumer, "seq", d.Seq, "error", err)
	}
	if faultpoint.On {
		_ = l.c.nc.Flush() // the server has it, so that the point is after the answer
		faultpoint.Reached(string(disposition.Kind), b.consumer)
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

// drain gives back what waits, and waits for the handlers at work, for a while with their context alive.
func (l *loop) drain(stopWork context.CancelFunc) {
	for _, b := range l.waiting {
		_ = b.msg.Respond([]byte("-NAK"))
	}
	l.waiting = nil
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
