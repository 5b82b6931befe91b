package jetstream

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"autointel.example/internal/faultpoint"
	"autointel.example/schemas"
)

// Lease is a running workflow as limits and lists see it.
type Lease struct {
	Workflow string    `json:"workflow"`
	URL      string    `json:"url"`
	Depth    string    `json:"depth"`
	Since    time.Time `json:"since"`

	// Of its requester.
	User    string `json:"-"`
	Guild   string `json:"-"` // empty in a direct message
	Channel string `json:"channel,omitempty"`
	Private bool   `json:"private,omitempty"`
	// Rank says which of two leases was taken first: the one with the lower.
	Rank uint64 `json:"-"`
}

// noGuild stands in a key where there is no guild.
const noGuild = "dm"

func leaseKey(r schemas.Requester, id string) string {
	return guildToken(r.GuildID) + "." + r.UserID + "." + id
}

func guildToken(guild string) string {
	if guild == "" {
		return noGuild
	}
	return guild
}

// LeasesOfUser is the filter of a user's leases, wherever they asked.
func LeasesOfUser(user string) string { return "*." + user + ".>" }

// LeasesOfGuild is the filter of the leases of what was asked in a guild.
func LeasesOfGuild(guild string) string { return guildToken(guild) + ".>" }

// TakeLease notes that a workflow of a requester runs, until it is released or its deadline passes, and says whether it was not noted
// before. Taking it again changes nothing.
func (c *Client) TakeLease(ctx context.Context, r schemas.Requester, l Lease) (first bool, err error) {
	l.Channel, l.Private = r.ChannelID, r.Private
	value, err := json.Marshal(l)
	if err != nil {
		return false, err
	}
	_, err = c.running.Create(ctx, leaseKey(r, l.Workflow), value)
	if errors.Is(err, js.ErrKeyExists) {
		return false, nil
	}
	if err != nil {
		return false, broker(fmt.Errorf("lease of %s: %w", l.Workflow, err))
	}
	if faultpoint.On {
		faultpoint.Reached("write", "lease")
	}
	return true, nil
}

// markTTL is how long the mark of a released lease stays: the shortest life that a server allows (nats-server 2.15.2). Every list of leases
// reads the marks as well, and nobody needs them.
const markTTL = time.Second

// ReleaseLease notes that a workflow has ended.
func (c *Client) ReleaseLease(ctx context.Context, r schemas.Requester, id string) error {
	if err := c.running.Purge(ctx, leaseKey(r, id), js.PurgeTTL(markTTL)); err != nil && !errors.Is(err, js.ErrKeyNotFound) {
		return broker(fmt.Errorf("lease of %s: %w", id, err))
	}
	if faultpoint.On {
		faultpoint.Reached("write", "lease released")
	}
	return nil
}

// Leases returns the leases that any of the filters matches, in the order in which they were taken. On a replicated
// bucket the newest may be missing: any replica answers.
func (c *Client) Leases(ctx context.Context, filters ...string) ([]Lease, error) {
	if len(filters) == 0 {
		return nil, nil
	}
	subjects := make([]string, len(filters))
	for i, f := range filters {
		subjects[i] = runningSubject + f
	}
	all, err := c.leases(ctx, subjects)
	if err != nil {
		return nil, broker(fmt.Errorf("list leases: %w", err))
	}
	slices.SortFunc(all, func(a, b Lease) int { return cmp.Compare(a.Rank, b.Rank) })
	return slices.CompactFunc(all, func(a, b Lease) bool { return a.Rank == b.Rank }), nil
}

const (
	streamRunning  = "KV_" + schemas.BucketRunning
	runningSubject = "$KV." + schemas.BucketRunning + "."
	// leaseBatch is how many keys one answer holds; a server gives no more than 1,024 for one question.
	leaseBatch = 512
)

// leases reads the newest value of every key in one answer, without a consumer, which a watch would make for each filter. A
// list that is too long for one answer is watched all the same.
func (c *Client) leases(ctx context.Context, subjects []string) ([]Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	messages, err := jetstreamext.GetLastMsgsFor(ctx, c.js, streamRunning, subjects, jetstreamext.GetLastMsgsBatchSize(leaseBatch))
	if err != nil {
		return nil, err
	}
	var list []Lease
	n := 0
	for msg, err := range messages {
		switch {
		case errors.Is(err, jetstreamext.ErrNoMessages):
			return list, nil
		case err != nil:
			return c.watchLeases(ctx, subjects)
		}
		n++
		if l, ok := leaseOf(msg.Subject, msg.Sequence, msg.Header, msg.Data); ok {
			list = append(list, l)
		}
	}
	if n >= leaseBatch {
		return c.watchLeases(ctx, subjects)
	}
	return list, nil
}

// watchLeases reads any number of leases.
func (c *Client) watchLeases(ctx context.Context, subjects []string) ([]Lease, error) {
	var list []Lease
	for _, subject := range subjects { // one watch for each: a server refuses a consumer whose filters overlap
		consumer, err := c.js.OrderedConsumer(ctx, streamRunning, js.OrderedConsumerConfig{
			FilterSubjects: []string{subject}, DeliverPolicy: js.DeliverLastPerSubjectPolicy,
		})
		if err != nil {
			return nil, err
		}
		for {
			batch, err := consumer.FetchNoWait(leaseBatch)
			if err != nil {
				return nil, err
			}
			got := 0
			for msg := range batch.Messages() {
				got++
				if meta, err := msg.Metadata(); err == nil {
					if l, ok := leaseOf(msg.Subject(), meta.Sequence.Stream, msg.Headers(), msg.Data()); ok {
						list = append(list, l)
					}
				}
			}
			if err := batch.Error(); err != nil && !errors.Is(err, js.ErrNoMessages) {
				return nil, err
			}
			if got == 0 {
				break
			}
		}
	}
	return list, nil
}

// leaseOf reads a lease from a message of the bucket. What is none, such as the mark of a released one, is passed over: it
// must not keep anybody from working.
func leaseOf(subject string, seq uint64, header nats.Header, value []byte) (l Lease, ok bool) {
	key := strings.Split(strings.TrimPrefix(subject, runningSubject), ".")
	if len(key) != 3 || len(value) == 0 || header.Get("KV-Operation") != "" || json.Unmarshal(value, &l) != nil {
		return l, false
	}
	l.Guild, l.User, l.Workflow, l.Rank = key[0], key[1], key[2], seq
	if l.Guild == noGuild {
		l.Guild = ""
	}
	return l, true
}

// RunningWorkflows returns the leases of all workflows that run. One that ends meanwhile may be among them or not.
func (c *Client) RunningWorkflows(ctx context.Context) ([]Lease, error) {
	return c.Leases(ctx, js.AllKeys)
}

// Running counts the running workflows.
func (c *Client) Running(ctx context.Context) (int, error) {
	leases, err := c.RunningWorkflows(ctx)
	return len(leases), err
}

// unheardOf is how old a lease may be whose workflow the log does not know: ingest takes the lease first, and has 3 s for the
// whole command. What a process that was killed in between has left behind keeps its user no longer than this from asking again.
const unheardOf = 10 * time.Second

// Live returns the leases whose workflows do run, as far as the nearest server knows. A lease outlives its workflow until
// the notifier has heard of the ending, and by its deadline when ingest ended between the lease and the request.
func (c *Client) Live(ctx context.Context, leases []Lease) ([]Lease, error) {
	if len(leases) == 0 {
		return nil, nil
	}
	filters := make([]string, len(leases))
	for i, l := range leases {
		filters[i] = schemas.Lifecycle(l.Workflow)
	}
	found, err := c.Snapshot(ctx, filters)
	if err != nil {
		return nil, err
	}
	known, ended := map[string]bool{}, map[string]bool{}
	for subject := range found {
		if s, err := schemas.ParseSubject(subject); err == nil {
			known[s.ID] = true
			ended[s.ID] = ended[s.ID] || s.Verb == "ended"
		}
	}
	return slices.DeleteFunc(slices.Clone(leases), func(l Lease) bool {
		return ended[l.Workflow] || !known[l.Workflow] && c.o.Now().Sub(l.Since) > unheardOf
	}), nil
}
