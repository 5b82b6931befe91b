package jetstream

import (
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Headers of an atomic batch (nats-server, ADR-50).
const (
	headerBatch       = "Nats-Batch-Id"
	headerBatchSeq    = "Nats-Batch-Sequence"
	headerBatchCommit = "Nats-Batch-Commit"
)

const (
	// groupLeast is how many appends make a group; fewer go one by one. A group has a price of its own: the server (2.15.2, a log
	// of one replica) makes a file for it and syncs that first, which takes as long as ten to twenty single appends.
	groupLeast = 13
	// groupMax keeps a group well below the server's limit of 1,000 messages.
	groupMax = 256
)

// Group commits appends of different workflows that wait at the same time together, in one atomic batch: the disk is synced once
// for all of them instead of once for each. An append that finds none under way goes at once; those that come meanwhile
// go together after it, and so on: nobody waits for company. A Group is for a log that syncs every write, and for all
// clients of one program together: what waits in several of them then waits for one sync.
//
// Either all of a group is stored or nothing is. If the server refuses it, because one of its events had happened already, each is
// appended on its own and meets its own answer. It is safe for concurrent use.
type Group struct {
	nc *nats.Conn

	mu       sync.Mutex
	underWay int // sent and not yet answered
	queue    []*grouped
}

// grouped is an append that waits for its group.
type grouped struct {
	msg  *nats.Msg
	done chan outcome // of one element, so that who has given up blocks nobody
}

// outcome is what became of an append.
type outcome struct {
	seq uint64
	err error
}

// NewGroup returns a group commit over a connection.
func NewGroup(nc *nats.Conn) *Group { return &Group{nc: nc} }

// publish sends msg alone or with others, and waits for the answer for as long as patience. What has not been answered
// by then may still be stored.
func (g *Group) publish(msg *nats.Msg, patience time.Duration) (uint64, error) {
	g.mu.Lock()
	if g.underWay == 0 {
		g.underWay++
		g.mu.Unlock()
		defer g.answered(1)
		return request(g.nc, msg, patience)
	}
	w := &grouped{msg, make(chan outcome, 1)}
	g.queue = append(g.queue, w)
	g.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case o := <-w.done:
		return o.seq, o.err
	case <-timer.C:
		return 0, nats.ErrTimeout
	}
}

// answered takes note of n answers. Once nothing is under way, what waits goes.
func (g *Group) answered(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.underWay -= n
	if g.underWay > 0 || len(g.queue) == 0 {
		return
	}
	batch := g.next()
	g.underWay += len(batch)
	if len(batch) < groupLeast {
		g.apart(batch)
		return
	}
	go g.together(batch)
}

// next takes out of the queue what goes now. Of two appends that expect the same, one stays: within one batch the server asks
// the log once for each expectation (nats-server 2.15.2, checkMsgHeadersPreClusteredProposal) and would store both.
func (g *Group) next() (batch []*grouped) {
	expecting := map[string]bool{}
	g.queue = slices.DeleteFunc(g.queue, func(w *grouped) bool {
		subject := w.msg.Subject
		if other := w.msg.Header[js.ExpectedLastSubjSeqSubjHeader]; other != nil {
			subject = other[0]
		}
		if len(batch) == groupMax || expecting[subject] {
			return false
		}
		expecting[subject] = true
		batch = append(batch, w)
		return true
	})
	return batch
}

// apart sends each on its own.
func (g *Group) apart(batch []*grouped) {
	for _, w := range batch {
		go func() {
			seq, err := request(g.nc, w.msg, answerTimeout)
			w.done <- outcome{seq, err}
			g.answered(1)
		}()
	}
}

// together commits a group. If the server refuses it, nothing of it was stored, and each goes on its own.
func (g *Group) together(batch []*grouped) {
	last, err := g.commit(batch)
	var refused *js.APIError
	if errors.As(err, &refused) {
		for _, w := range batch {
			delete(w.msg.Header, headerBatch)
			delete(w.msg.Header, headerBatchSeq)
			delete(w.msg.Header, headerBatchCommit)
		}
		g.apart(batch)
		return
	}
	for i, w := range batch {
		w.done <- outcome{last - uint64(len(batch)-1-i), err}
	}
	g.answered(len(batch))
}

// commit sends a group and returns the sequence of its last message; the others have those before it, without a gap.
func (g *Group) commit(batch []*grouped) (last uint64, err error) {
	id := []string{nuid.Next()}
	for i, w := range batch {
		w.msg.Header[headerBatch], w.msg.Header[headerBatchSeq] = id, []string{strconv.Itoa(i + 1)}
		if i < len(batch)-1 {
			if err := g.nc.PublishMsg(w.msg); err != nil {
				return 0, err
			}
			continue
		}
		w.msg.Header[headerBatchCommit] = []string{"1"}
		last, err = request(g.nc, w.msg, answerTimeout)
	}
	return last, err
}
