package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// gateway is Discord's websocket: who is connected, and which sessions there are. It is guarded by the sandbox's lock.
type gateway struct {
	sessions map[string]*gatewaySession // by id; one without a connection can be resumed
	conns    map[*gatewayConn]bool
	working  sync.WaitGroup // the goroutines of the connections
	closed   bool           // no more connections
}

// errNobody says that there is no way to deliver an interaction.
var errNobody = errors.New("the application has no interactions endpoint yet, and no session on the gateway")

// heartbeatInterval is Discord's.
const heartbeatInterval = 41250 * time.Millisecond

// gatewayURL is where the websocket is.
func (s *Sandbox) gatewayURL() string { return "ws://" + s.listener.Addr().String() + "/gateway" }

// getGateway is GET /gateway.
func (s *Sandbox) getGateway(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"url": s.gatewayURL()})
}

// getGatewayBot is GET /gateway/bot.
func (s *Sandbox) getGatewayBot(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"url": s.gatewayURL(), "shards": 1,
		"session_start_limit": map[string]int{"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1},
	})
}

// publish delivers an interaction to the sessions of its guild's shard, those included that may still be resumed. A
// direct message's is shard 0 (Discord's documentation, "Sharding"). It reports whether there was any such session.
func (s *Sandbox) publish(guildID string, interaction []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	guild, _ := strconv.ParseUint(guildID, 10, 64) // none: 0
	found := false
	for id, session := range s.gateway.sessions {
		if session.over(s.o.Now()) {
			delete(s.gateway.sessions, id)
			continue
		}
		if guild>>22%uint64(session.shards) == uint64(session.shard) {
			session.dispatch("INTERACTION_CREATE", json.RawMessage(interaction))
			found = true
		}
	}
	return found
}

// GatewaySessions is how many sessions are connected.
func (s *Sandbox) GatewaySessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected()
}

// connected counts the sessions that have a connection. The caller holds the lock.
func (s *Sandbox) connected() int {
	n := 0
	for _, session := range s.gateway.sessions {
		if session.conn != nil {
			n++
		}
	}
	return n
}

// WaitGateway returns when exactly n sessions are connected, or the context ends.
func (s *Sandbox) WaitGateway(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		changed, connected := s.changed, s.connected()
		s.mu.Unlock()
		if connected == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// DropGateway breaks every connection of the gateway, without a word. The sessions may be resumed; what happens until
// then is kept for them.
func (s *Sandbox) DropGateway() {
	s.eachConn(func(c *gatewayConn) {
		s.detach(c)
		_ = c.ws.Close() // broken is what it is to be
	})
}

// RequestReconnect asks every client to reconnect and resume, as Discord does before it restarts a gateway. From then on
// what happens is kept for the resumed session; a client that stays is cut off after a while.
func (s *Sandbox) RequestReconnect() {
	s.eachConn(func(c *gatewayConn) {
		s.detach(c)
		c.send(payload{Op: opReconnect})
		c.leaving = true
		c.patience(closePatience)
	})
}

// InvalidateSession tells every client that its session is no more or, when it is resumable, to resume it.
func (s *Sandbox) InvalidateSession(resumable bool) {
	s.eachConn(func(c *gatewayConn) {
		if c.session != nil && !resumable {
			delete(s.gateway.sessions, c.session.id)
		}
		s.detach(c)
		c.send(payload{Op: opInvalidSession, Data: resumable})
	})
}

// eachConn does something with each connection, under the lock.
func (s *Sandbox) eachConn(do func(*gatewayConn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		do(c)
	}
	s.notify()
}

// detach takes a connection's session from it. The caller holds the lock.
func (s *Sandbox) detach(c *gatewayConn) {
	if c.session != nil && c.session.conn == c {
		c.session.conn, c.session.lost = nil, s.o.Now()
	}
	c.session = nil
}

// closeGateway ends every connection and waits for their goroutines.
func (s *Sandbox) closeGateway() {
	s.mu.Lock()
	s.gateway.closed = true
	for c := range s.gateway.conns {
		s.detach(c)
		c.sayClosed(closeGoingAway)
		_ = c.ws.Close() // the sandbox ends: nobody reads on
	}
	s.mu.Unlock()
	s.gateway.working.Wait()
}
