package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/schemas"
)

// PutSession keeps what is needed to answer an interaction, its token among it, under the interaction's id. A key is
// only ever created, so its life is the bucket's TTL; that it exists already means the same interaction came twice.
func (c *Client) PutSession(ctx context.Context, id string, session any) error {
	value, err := json.Marshal(session)
	if err != nil {
		return errors.New("a session could not be encoded") // the cause might quote the token
	}
	if _, err = c.sessions.Create(ctx, id, value); err != nil && !errors.Is(err, js.ErrKeyExists) {
		return broker(fmt.Errorf("keep session %s: %w", id, err))
	}
	return nil
}

// Session reads a session into v. Found is false when its key is gone: expired, or closed. On a replicated bucket a
// lagging replica may not have it yet, so while the session can still be alive the leader is asked.
func (c *Client) Session(ctx context.Context, id string, mayLive bool, v any) (found bool, err error) {
	if id == "" || strings.ContainsAny(id, ".*> ") {
		return false, nil
	}
	entry, err := c.sessions.Get(ctx, id)
	switch {
	case err == nil:
		if json.Unmarshal(entry.Value(), v) != nil {
			return false, fmt.Errorf("the session %s cannot be read", id)
		}
		return true, nil
	case !errors.Is(err, js.ErrKeyNotFound):
		return false, broker(fmt.Errorf("read session %s: %w", id, err))
	case !c.replicated || !mayLive:
		return false, nil
	}
	value, found, err := c.lastValueFromLeader(ctx, "KV_"+schemas.BucketSessions, "$KV."+schemas.BucketSessions+"."+id)
	if err != nil || !found {
		return false, err
	}
	return json.Unmarshal(value, v) == nil, nil
}

// lastValueFromLeader reads a key's value from the leader of its bucket; deleted keys have none.
func (c *Client) lastValueFromLeader(ctx context.Context, stream, subject string) ([]byte, bool, error) {
	msg, err := c.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, fmt.Appendf(nil, `{"last_by_subj":%q}`, subject))
	if err != nil {
		return nil, false, broker(err)
	}
	var answer struct {
		Message *struct {
			Data []byte `json:"data"`
		} `json:"message"`
	}
	if err := json.Unmarshal(msg.Data, &answer); err != nil || answer.Message == nil || len(answer.Message.Data) == 0 {
		return nil, false, err
	}
	return answer.Message.Data, true, nil
}

// CloseSession forgets a session: nobody will answer it again.
func (c *Client) CloseSession(ctx context.Context, id string) error {
	if err := c.sessions.Delete(ctx, id); err != nil && !errors.Is(err, js.ErrKeyNotFound) {
		return broker(fmt.Errorf("forget session %s: %w", id, err))
	}
	return nil
}

// Lease is a running workflow as limits and lists see it.
type Lease struct {
	Workflow string    `json:"workflow"`
	URL      string    `json:"url"`
	Depth    string    `json:"depth"`
	Since    time.Time `json:"since"`
}

func leaseKey(r schemas.Requester, id string) string {
	guild := r.GuildID
	if guild == "" {
		guild = "dm"
	}
	return guild + "." + r.UserID + "." + id
}

// TakeLease notes that a workflow runs, until it is released or its deadline passes. Taking it again changes nothing.
func (c *Client) TakeLease(ctx context.Context, r schemas.Requester, l Lease) error {
	value, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err = c.running.Create(ctx, leaseKey(r, l.Workflow), value); err != nil && !errors.Is(err, js.ErrKeyExists) {
		return broker(fmt.Errorf("lease of %s: %w", l.Workflow, err))
	}
	return nil
}

// ReleaseLease notes that a workflow has ended.
func (c *Client) ReleaseLease(ctx context.Context, r schemas.Requester, id string) error {
	if err := c.running.Purge(ctx, leaseKey(r, id)); err != nil && !errors.Is(err, js.ErrKeyNotFound) {
		return broker(fmt.Errorf("lease of %s: %w", id, err))
	}
	return nil
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

// RunningWorkflows returns the leases of the workflows that run, in no order. A workflow that ends meanwhile may be among
// them or not.
func (c *Client) RunningWorkflows(ctx context.Context) ([]Lease, error) {
	keys, err := c.running.ListKeys(ctx)
	if err != nil {
		return nil, broker(err)
	}
	var leases []Lease
	for key := range keys.Keys() {
		entry, err := c.running.Get(ctx, key)
		if errors.Is(err, js.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return leases, errors.Join(broker(fmt.Errorf("lease %s: %w", key, err)), keys.Stop())
		}
		var l Lease
		if json.Unmarshal(entry.Value(), &l) == nil {
			leases = append(leases, l)
		}
	}
	return leases, nil
}
