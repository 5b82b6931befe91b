package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"
)

// opcodes of the gateway (Discord's documentation, "Gateway Opcodes").
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoiceState     = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// close codes of the gateway (Discord's documentation, "Gateway Close Event Codes"), and two of the websocket's own.
const (
	closeNormal            = 1000
	closeGoingAway         = 1001
	closeUnknownOpcode     = 4001
	closeDecodeError       = 4002
	closeNotAuthenticated  = 4003
	closeBadToken          = 4004
	closeAlreadyIdentified = 4005
	closeInvalidSeq        = 4007
	closeRateLimited       = 4008
	closeTimedOut          = 4009
	closeInvalidShard      = 4010
	closeInvalidVersion    = 4012
	closeInvalidIntents    = 4013
	closeDisallowedIntents = 4014
)

// closeTexts are the reasons given with close codes.
var closeTexts = map[int]string{
	closeGoingAway: "Going away.", closeUnknownOpcode: "Unknown opcode.", closeDecodeError: "Error while decoding payload.",
	closeNotAuthenticated: "Not authenticated.", closeBadToken: "Authentication failed.", closeAlreadyIdentified: "Already authenticated.",
	closeInvalidSeq: "Invalid seq.", closeRateLimited: "Rate limited.", closeTimedOut: "Session timed out.", closeInvalidShard: "Invalid shard.",
	closeInvalidVersion: "Invalid API version.", closeInvalidIntents: "Invalid intent(s).", closeDisallowedIntents: "Disallowed intent(s).",
}

// payload is what the gateway sends.
type payload struct {
	Op   int    `json:"op"`
	Data any    `json:"d"`
	Seq  *int64 `json:"s"`
	Type string `json:"t,omitempty"`
}

// maxReplay is how many events a session keeps for a resumption.
const maxReplay = 1000

// gatewaySession is what an IDENTIFY began. It outlives its connection.
type gatewaySession struct {
	id            string
	shard, shards int
	seq           int64
	conn          *gatewayConn // nil: the connection was lost
	lost          time.Time    // when it was
	sent          []payload    // the last ones
}

// resumeWithin is how long a session can be resumed after its connection was lost. Discord does not say.
const resumeWithin = 3 * time.Minute

// over reports whether a session can be resumed no more.
func (g *gatewaySession) over(now time.Time) bool {
	return g.conn == nil && now.Sub(g.lost) > resumeWithin
}

// dispatch sends an event, and keeps it. The caller holds the sandbox's lock.
func (g *gatewaySession) dispatch(typ string, data any) {
	p := g.next(typ, data)
	g.sent = append(g.sent, p)
	if len(g.sent) > maxReplay {
		g.sent = g.sent[1:]
	}
	if g.conn != nil {
		g.conn.send(p)
	}
}

// next makes the session's next event.
func (g *gatewaySession) next(typ string, data any) payload {
	g.seq++
	seq := g.seq
	return payload{Op: opDispatch, Data: data, Seq: &seq, Type: typ}
}

// Intents. The sandbox's application has none of the privileged ones: members, presences, message content.
const (
	knownIntents      = 1<<26 - 1
	privilegedIntents = 1<<1 | 1<<8 | 1<<15
)

// identify begins a session. The caller holds the lock.
func (s *Sandbox) identify(c *gatewayConn, data json.RawMessage) {
	var in struct {
		Token    string `json:"token"`
		Intents  *int   `json:"intents"`
		Compress bool   `json:"compress"`
		Shard    []int  `json:"shard"`
	}
	if json.Unmarshal(data, &in) != nil {
		s.hangUp(c, closeDecodeError)
		return
	}
	if len(in.Shard) == 0 {
		in.Shard = []int{0, 1}
	}
	switch {
	case c.session != nil:
		s.hangUp(c, closeAlreadyIdentified)
		return
	case !s.isBot(in.Token):
		s.hangUp(c, closeBadToken)
		return
	case len(in.Shard) != 2 || in.Shard[0] < 0 || in.Shard[0] >= in.Shard[1]:
		s.hangUp(c, closeInvalidShard)
		return
	case in.Intents == nil || *in.Intents&^knownIntents != 0:
		s.hangUp(c, closeInvalidIntents)
		return
	case *in.Intents&privilegedIntents != 0:
		s.hangUp(c, closeDisallowedIntents)
		return
	}
	g := &gatewaySession{id: strings.ToLower(rand.Text()), shard: in.Shard[0], shards: in.Shard[1], conn: c}
	s.gateway.sessions[g.id], c.session, c.compress = g, g, in.Compress
	c.send(g.next("READY", map[string]any{
		"v": c.version, "user": s.self(), "session_id": g.id, "session_type": "normal", "resume_gateway_url": s.gatewayURL(), "shard": in.Shard,
		"application": map[string]any{"id": s.app, "flags": 0}, "guilds": []any{}, "private_channels": []any{}, "relationships": []any{}, "presences": []any{},
		"user_settings": map[string]any{}, "_trace": []string{"sandbox"},
	}))
	s.notify()
}

// isBot reports whether a token of the gateway is the bot's. Discord takes it with and without the prefix.
func (s *Sandbox) isBot(token string) bool { return strings.TrimPrefix(token, "Bot ") == s.bot }

// resume continues a session on another connection: what was missed, each once and in order, then RESUMED. The caller
// holds the lock.
func (s *Sandbox) resume(c *gatewayConn, data json.RawMessage) {
	var in struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	if json.Unmarshal(data, &in) != nil {
		s.hangUp(c, closeDecodeError)
		return
	}
	g := s.gateway.sessions[in.SessionID]
	switch {
	case c.session != nil:
		s.hangUp(c, closeAlreadyIdentified)
	case !s.isBot(in.Token):
		s.hangUp(c, closeBadToken)
	case g == nil || g.over(s.o.Now()) || len(g.sent) > 0 && in.Seq < *g.sent[0].Seq-1 && len(g.sent) == maxReplay:
		c.send(payload{Op: opInvalidSession, Data: false})
	case in.Seq > g.seq || in.Seq < 0:
		delete(s.gateway.sessions, g.id)
		s.hangUp(c, closeInvalidSeq)
	default:
		if g.conn != nil {
			g.conn.session = nil // the old connection has lost it
		}
		g.conn, c.session = c, g
		for _, p := range g.sent {
			if *p.Seq > in.Seq {
				c.send(p)
			}
		}
		c.send(g.next("RESUMED", map[string]any{"_trace": []string{"sandbox"}}))
		s.notify()
	}
}
