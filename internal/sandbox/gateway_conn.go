package sandbox

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

// gatewayConn is one websocket. Its fields are guarded by the sandbox's lock, ws, out and stream apart: one goroutine
// reads, one writes.
type gatewayConn struct {
	ws      *websocket.Conn
	out     chan frame
	gone    chan struct{} // closed when reading has ended
	stream  *stream       // nil: no compression over the whole connection
	version int

	session  *gatewaySession // nil: not identified, or no more
	compress bool            // large payloads are compressed
	leaving  bool            // the end was begun by the gateway: what comes is not heard
	window   time.Time       // of the rate limit
	heard    int             // in this window
}

// frame is something to be written: a payload, or the end.
type frame struct {
	payload  []byte
	compress bool
	code     int // a close code, if not 0
}

// Bounds of a connection.
const (
	maxPayload    = 4096            // bytes of what a client sends (Discord's documentation, "Sending Events")
	maxQueue      = 2 * maxReplay   // payloads; a client that does not read them is cut off
	compressFrom  = 512             // bytes; Discord compresses large payloads and does not say which
	maxHeard      = 120             // payloads of a client in a window
	heardWindow   = time.Minute     //
	closePatience = 5 * time.Second // for the client's side of a close, so that it reads the code before the connection goes
)

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // as Discord's: clients in browsers connect too

// serveGateway is the websocket.
func (s *Sandbox) serveGateway(w http.ResponseWriter, r *http.Request) {
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it has been answered
	}
	c := &gatewayConn{ws: ws, out: make(chan frame, maxQueue), gone: make(chan struct{})}
	q := r.URL.Query()
	c.version, _ = strconv.Atoi(q.Get("v")) // none: 0
	if q.Get("compress") == "zlib-stream" {
		c.stream = newStream()
	}
	s.mu.Lock()
	if s.gateway.closed {
		s.mu.Unlock()
		_ = ws.Close() // it ends before it began
		return
	}
	s.gateway.conns[c] = true
	s.gateway.working.Add(2)
	c.send(payload{Op: opHello, Data: map[string]any{"heartbeat_interval": s.o.HeartbeatInterval.Milliseconds(), "_trace": []string{"sandbox"}}})
	if c.version != 9 && c.version != 10 {
		s.hangUp(c, closeInvalidVersion)
	} else if e := q.Get("encoding"); e != "" && e != "json" {
		s.hangUp(c, closeDecodeError)
	}
	s.mu.Unlock()
	go func() {
		defer s.gateway.working.Done()
		c.write()
	}()
	defer s.gateway.working.Done()
	s.leave(c, s.read(c))
}

// read takes what the client sends until the connection ends, and returns why it did. Heartbeats go by real time: so do
// the clients' tickers.
func (s *Sandbox) read(c *gatewayConn) error {
	c.ws.SetReadLimit(1 << 20)
	c.patience(2 * s.o.HeartbeatInterval)
	for {
		_, message, err := c.ws.ReadMessage()
		if err != nil {
			return err
		}
		s.mu.Lock()
		s.take(c, message)
		s.mu.Unlock()
	}
}

// take handles one payload of a client. The caller holds the lock.
func (s *Sandbox) take(c *gatewayConn, message []byte) {
	var in struct {
		Op   *int            `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	if now := time.Now(); now.Sub(c.window) >= heardWindow {
		c.window, c.heard = now, 0
	}
	c.heard++
	switch {
	case c.leaving:
	case len(message) > maxPayload || json.Unmarshal(message, &in) != nil || in.Op == nil:
		s.hangUp(c, closeDecodeError)
	case c.heard > maxHeard:
		s.hangUp(c, closeRateLimited)
	case *in.Op == opHeartbeat:
		c.patience(2 * s.o.HeartbeatInterval)
		c.send(payload{Op: opHeartbeatAck})
	case *in.Op == opIdentify:
		s.identify(c, in.Data)
	case *in.Op == opResume:
		s.resume(c, in.Data)
	case *in.Op != opPresence && *in.Op != opVoiceState && *in.Op != opRequestMembers:
		s.hangUp(c, closeUnknownOpcode)
	case c.session == nil:
		s.hangUp(c, closeNotAuthenticated)
	}
}

// leave ends a connection. Its session may be resumed, unless the client said good-bye or was silent for too long.
func (s *Sandbox) leave(c *gatewayConn, err error) {
	var closed *websocket.CloseError
	var network interface{ Timeout() bool }
	s.mu.Lock()
	bye := errors.As(err, &closed) && (closed.Code == closeNormal || closed.Code == closeGoingAway)
	silent := errors.As(err, &network) && network.Timeout()
	if c.session != nil && (bye || silent) {
		delete(s.gateway.sessions, c.session.id)
	}
	if silent && !c.leaving {
		c.sayClosed(closeTimedOut)
	}
	s.detach(c)
	delete(s.gateway.conns, c)
	s.notify()
	s.mu.Unlock()
	close(c.gone)
}

// send queues a payload. The caller holds the sandbox's lock.
func (c *gatewayConn) send(p payload) {
	content, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers of our own: cannot happen
	}
	c.queue(frame{payload: content, compress: c.compress})
}

// hangUp ends a connection by a close code, after what was sent before. A session that it had can be resumed, unless the
// code forbids it. The caller holds the lock.
func (s *Sandbox) hangUp(c *gatewayConn, code int) {
	s.detach(c)
	c.leaving = true
	c.queue(frame{code: code})
	c.patience(closePatience)
}

func (c *gatewayConn) queue(f frame) {
	select {
	case c.out <- f:
	default:
		_ = c.ws.Close() // it does not read: it is cut off
	}
}

// patience is how long the client may be silent from now on.
func (c *gatewayConn) patience(d time.Duration) {
	_ = c.ws.SetReadDeadline(time.Now().Add(d)) // it fails on a connection that has ended
}

// sayClosed writes a close frame past the queue.
func (c *gatewayConn) sayClosed(code int) {
	message := websocket.FormatCloseMessage(code, closeTexts[code])
	_ = c.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second)) // it may be gone already
}

// write writes what is queued until the connection ends.
func (c *gatewayConn) write() {
	defer func() { _ = c.ws.Close() }() // for both sides
	for {
		var err error
		select {
		case <-c.gone:
			return
		case f := <-c.out:
			_ = c.ws.SetWriteDeadline(time.Now().Add(10 * time.Second)) // it fails on a connection that has ended
			switch {
			case f.code != 0:
				c.sayClosed(f.code)
			case c.stream != nil:
				err = c.ws.WriteMessage(websocket.BinaryMessage, c.stream.compress(f.payload))
			case f.compress && len(f.payload) >= compressFrom:
				err = c.ws.WriteMessage(websocket.BinaryMessage, deflate(f.payload))
			default:
				err = c.ws.WriteMessage(websocket.TextMessage, f.payload)
			}
		}
		if err != nil {
			return
		}
	}
}

// deflate compresses one payload.
func deflate(content []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(content) // into memory
	_ = w.Close()           // likewise
	return b.Bytes()
}

// stream is zlib-stream: one compression over the whole connection, flushed after each payload.
type stream struct {
	buffer bytes.Buffer
	zlib   *zlib.Writer
}

func newStream() *stream {
	s := &stream{}
	s.zlib = zlib.NewWriter(&s.buffer)
	return s
}

func (s *stream) compress(content []byte) []byte {
	s.buffer.Reset()
	_, _ = s.zlib.Write(content) // into memory
	_ = s.zlib.Flush()           // likewise
	return bytes.Clone(s.buffer.Bytes())
}
