package sandbox_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"autointel.example/internal/sandbox"
)

// wire is a client that does only what a test says.
type wire struct {
	t  *testing.T
	ws *websocket.Conn
}

type payload struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s"`
	Type string          `json:"t"`
}

// dial connects and takes the HELLO.
func dial(t *testing.T, s *sandbox.Sandbox, query string) *wire {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(s.URL(), "http")+"/gateway?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	_ = ws.SetReadDeadline(time.Now().Add(20 * time.Second))
	w := &wire{t, ws}
	if !strings.Contains(query, "zlib-stream") {
		if hello := w.next(); hello.Op != 10 || !strings.Contains(string(hello.Data), "heartbeat_interval") {
			t.Fatalf("%+v", hello)
		}
	}
	return w
}

func (w *wire) send(content string) {
	w.t.Helper()
	if err := w.ws.WriteMessage(websocket.TextMessage, []byte(content)); err != nil {
		w.t.Fatal(err)
	}
}

// next is the next payload.
func (w *wire) next() payload {
	w.t.Helper()
	kind, content, err := w.ws.ReadMessage()
	if err != nil {
		w.t.Fatal(err)
	}
	if kind == websocket.BinaryMessage {
		z, err := zlib.NewReader(bytes.NewReader(content))
		if err != nil {
			w.t.Fatal(err)
		}
		if content, err = io.ReadAll(z); err != nil {
			w.t.Fatal(err)
		}
	}
	var p payload
	if err := json.Unmarshal(content, &p); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// code reads until the gateway closes, and returns why.
func (w *wire) code() int {
	w.t.Helper()
	for {
		_, _, err := w.ws.ReadMessage()
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			return closed.Code
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// identify identifies and takes the READY.
func (w *wire) identify(s *sandbox.Sandbox, more string) (sessionID string) {
	w.t.Helper()
	w.send(`{"op":2,"d":{"token":"` + s.BotToken() + `","intents":0,"properties":{}` + more + `}}`)
	p := w.next()
	var ready struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(p.Data, &ready); err != nil || p.Type != "READY" || p.Seq != 1 || ready.SessionID == "" {
		w.t.Fatalf("%+v, %v", p, err)
	}
	return ready.SessionID
}

func TestCloseCodes(t *testing.T) {
	s := plain(t, sandbox.Options{})
	token := `"token":"` + s.BotToken() + `"`
	for _, c := range []struct {
		name, query, sent string
		identified        bool
		want              int
	}{
		{"an unknown opcode", "v=10", `{"op":99}`, true, 4001},
		{"no JSON", "v=10", `hello`, false, 4002},
		{"no opcode", "v=10", `{}`, false, 4002},
		{"a payload that is too large", "v=10", `{"op":1,"d":"` + strings.Repeat("x", 4096) + `"}`, false, 4002},
		{"a presence before identifying", "v=10", `{"op":3,"d":{}}`, false, 4003},
		{"a wrong token", "v=10", `{"op":2,"d":{"token":"wrong","intents":0}}`, false, 4004},
		{"a wrong token in a resumption", "v=10", `{"op":6,"d":{"token":"wrong","session_id":"x","seq":1}}`, false, 4004},
		{"identified twice", "v=10", `{"op":2,"d":{` + token + `,"intents":0}}`, true, 4005},
		{"a shard outside of the total", "v=10", `{"op":2,"d":{` + token + `,"intents":0,"shard":[2,2]}}`, false, 4010},
		{"another version", "v=7", `{"op":1}`, false, 4012},
		{"no intents", "v=10", `{"op":2,"d":{` + token + `}}`, false, 4013},
		{"unknown intents", "v=10", `{"op":2,"d":{` + token + `,"intents":1073741824}}`, false, 4013},
		{"privileged intents", "v=10", `{"op":2,"d":{` + token + `,"intents":32768}}`, false, 4014},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := dial(t, s, c.query)
			if c.identified {
				w.identify(s, "")
			}
			w.send(c.sent)
			if got := w.code(); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
	t.Run("too many payloads", func(t *testing.T) {
		w := dial(t, s, "v=10")
		for range 121 {
			w.send(`{"op":1,"d":null}`)
		}
		if got := w.code(); got != 4008 {
			t.Errorf("%d", got)
		}
	})
}

func TestHeartbeats(t *testing.T) {
	s := plain(t, sandbox.Options{HeartbeatInterval: 100 * time.Millisecond})
	w := dial(t, s, "v=10")
	w.identify(s, "")
	for range 3 {
		w.send(`{"op":1,"d":1}`)
		if p := w.next(); p.Op != 11 {
			t.Errorf("%+v", p)
		}
	}
	if got := w.code(); got != 4009 { // two intervals without one
		t.Errorf("%d", got)
	}
	if err := s.WaitGateway(within(t), 0); err != nil {
		t.Error(err)
	}
}

func TestResumptions(t *testing.T) {
	s := plain(t, sandbox.Options{})
	resume := func(id string, seq int64) *wire {
		w := dial(t, s, "v=10")
		w.send(`{"op":6,"d":{"token":"` + s.BotToken() + `","session_id":"` + id + `","seq":` + strconv.FormatInt(seq, 10) + `}}`)
		return w
	}
	first := dial(t, s, "v=10")
	id := first.identify(s, "")
	use(t, s, ann)
	use(t, s, ann)
	second := resume(id, 2) // the first of the two was seen, and the old connection is not even closed
	if p := second.next(); p.Type != "INTERACTION_CREATE" || p.Seq != 3 {
		t.Errorf("%+v", p)
	}
	if p := second.next(); p.Type != "RESUMED" || p.Seq != 4 {
		t.Errorf("%+v", p)
	}
	i := use(t, s, ann)
	if p := second.next(); p.Seq != 5 || !strings.Contains(string(p.Data), i.ID) {
		t.Errorf("%+v", p)
	}
	s.InvalidateSession(true)
	if p := second.next(); p.Op != 9 || string(p.Data) != "true" {
		t.Errorf("%+v", p)
	}
	third := resume(id, 5)
	if p := third.next(); p.Type != "RESUMED" {
		t.Errorf("%+v", p)
	}
	if p := resume("unknown", 1).next(); p.Op != 9 || string(p.Data) != "false" {
		t.Errorf("an unknown session: %+v", p)
	}
	if got := resume(id, 99).code(); got != 4007 {
		t.Errorf("a sequence of the future: %d", got)
	}
	if p := resume(id, 5).next(); p.Op != 9 {
		t.Errorf("which ends the session: %+v", p)
	}
}

func TestAnInteractionGoesToItsGuildsShard(t *testing.T) {
	s := plain(t, sandbox.Options{})
	shards := []*wire{dial(t, s, "v=10"), dial(t, s, "v=10")}
	for n, w := range shards {
		w.identify(s, `,"shard":[`+strconv.Itoa(n)+`,2]`)
	}
	for _, c := range []struct {
		guild string
		shard int
	}{{strconv.Itoa(5 << 22), 1}, {strconv.Itoa(6 << 22), 0}, {"", 0}, {strconv.Itoa(7<<22 + 12345), 1}} {
		u := ann
		u.GuildID = c.guild
		i := use(t, s, u)
		if p := shards[c.shard].next(); !strings.Contains(string(p.Data), i.ID) {
			t.Errorf("guild %q: %+v", c.guild, p)
		}
	}
}

func TestDeliveryIsByTheEndpointOrByTheGatewayAndNeverByBoth(t *testing.T) {
	w := start(t)
	over := dial(t, w.Sandbox, "v=10")
	over.identify(w.Sandbox, "")
	w.command(t, ann) // the endpoint has it
	w.SetEndpoint("")
	i := use(t, w.Sandbox, ann)
	if p := over.next(); p.Seq != 2 || !strings.Contains(string(p.Data), i.ID) {
		t.Errorf("%+v", p)
	}
}

func TestCompression(t *testing.T) {
	s := plain(t, sandbox.Options{})
	for more, want := range map[string]int{`,"compress":true`: websocket.BinaryMessage, `,"compress":false`: websocket.TextMessage} {
		w := dial(t, s, "v=9&encoding=json")
		w.identify(s, more)
		use(t, s, ann)
		if kind, _, err := w.ws.ReadMessage(); kind != want || err != nil {
			t.Errorf("%s: a message of kind %d, %v", more, kind, err)
		}
		w.send(`{"op":1,"d":2}`)
		if kind, _, err := w.ws.ReadMessage(); kind != websocket.TextMessage || err != nil { // small payloads are never compressed
			t.Errorf("%s: an acknowledgement of kind %d, %v", more, kind, err)
		}
	}
	t.Run("over the whole connection", func(t *testing.T) {
		w := dial(t, s, "v=10&compress=zlib-stream")
		w.send(`{"op":1,"d":null}`)
		var all bytes.Buffer
		for range 2 { // HELLO, and the acknowledgement
			_, content, err := w.ws.ReadMessage()
			if err != nil || !bytes.HasSuffix(content, []byte{0, 0, 0xff, 0xff}) {
				t.Fatalf("%x, %v", content, err)
			}
			all.Write(content)
		}
		z, err := zlib.NewReader(&all)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(z)
		for _, op := range []int{10, 11} {
			var p payload
			if err := decoder.Decode(&p); err != nil || p.Op != op {
				t.Errorf("%+v, %v", p, err)
			}
		}
	})
}
