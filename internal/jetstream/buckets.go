package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/faultpoint"
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
	if faultpoint.On {
		faultpoint.Reached("write", "session")
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
	if faultpoint.On {
		faultpoint.Reached("write", "session forgotten")
	}
	return nil
}
