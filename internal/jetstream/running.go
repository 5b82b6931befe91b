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

	js "github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

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
	return true, nil
}

// ReleaseLease notes that a workflow has ended.
func (c *Client) ReleaseLease(ctx context.Context, r schemas.Requester, id string) error {
	if err := c.running.Purge(ctx, leaseKey(r, id)); err != nil && !errors.Is(err, js.ErrKeyNotFound) {
		return broker(fmt.Errorf("lease of %s: %w", id, err))
	}
	return nil
}

// Leases returns the leases that any of the filters matches, in the order in which they were taken. On a replicated
// bucket the newest may be missing.
func (c *Client) Leases(ctx context.Context, filters ...string) ([]Lease, error) {
	// One watch for each: a server refuses a consumer whose filters overlap.
	found := make([][]Lease, len(filters))
	group, beside := errgroup.WithContext(ctx)
	for i, filter := range filters {
		group.Go(func() (err error) {
			found[i], err = c.leases(beside, filter)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, broker(fmt.Errorf("list leases: %w", err))
	}
	all := slices.Concat(found...)
	slices.SortFunc(all, func(a, b Lease) int { return cmp.Compare(a.Rank, b.Rank) })
	return slices.CompactFunc(all, func(a, b Lease) bool { return a.Rank == b.Rank }), nil
}

func (c *Client) leases(ctx context.Context, filter string) (list []Lease, err error) {
	watcher, err := c.running.Watch(ctx, filter, js.IgnoreDeletes())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, watcher.Stop()) }()
	for {
		select {
		case entry := <-watcher.Updates():
			if entry == nil { // so far, that is all
				return list, nil
			}
			if l, ok := leaseOf(entry); ok {
				list = append(list, l)
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// leaseOf reads a lease from its key and its value. What is none is passed over: it must not keep anybody from working.
func leaseOf(entry js.KeyValueEntry) (l Lease, ok bool) {
	key := strings.Split(entry.Key(), ".")
	if len(key) != 3 || json.Unmarshal(entry.Value(), &l) != nil {
		return l, false
	}
	l.Guild, l.User, l.Workflow, l.Rank = key[0], key[1], key[2], entry.Revision()
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
	keys, err := c.running.ListKeys(ctx)
	if err != nil {
		return 0, broker(err)
	}
	n := 0
	for range keys.Keys() {
		n++
	}
	return n, nil
}

// unheardOf is how old a lease may be whose workflow the log does not know: ingest takes the lease first.
const unheardOf = time.Minute

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
