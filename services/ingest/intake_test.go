package ingest

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/watch"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is the endpoint between the sandbox and a real broker.
type desk struct {
	*sandbox.Sandbox
	conn   *nats.Conn
	client *jetstream.Client
	url    string
	intake *Intake
}

func open(t testing.TB) *desk {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Sandbox: box, conn: natstest.Start(t)}
	d.client = natstest.Bind(t, d.conn, jetstream.Options{})
	key, err := discord.PublicKey(box.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	logger := slog.New(slog.DiscardHandler)
	d.intake = &Intake{
		Client: d.client, Interactions: discord.NewInteractions(discord.Options{API: box.APIURL(), HTTP: &http.Client{Transport: transport}}),
		Times: watch.Times{Warning: 12 * time.Minute, Every: 5 * time.Minute}, Now: time.Now, Logger: logger,
	}
	endpoint := httptest.NewServer((&Endpoint{Key: key, Intake: d.intake, Now: time.Now, Logger: logger}).Handler())
	d.url = endpoint.URL + "/interactions"
	box.SetEndpoint(d.url)
	t.Cleanup(func() {
		endpoint.Close()
		d.intake.Wait()
		transport.CloseIdleConnections() // first: a server waits for connections that were opened and never used
		if err := box.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return d
}

var ann = sandbox.User{ID: "11", Name: "ann", GuildID: "22", ChannelID: "33"}

// use uses a command and waits until it is handled.
func (d *desk) use(t *testing.T, u sandbox.User, name string, options map[string]any) (sandbox.Interaction, sandbox.Message) {
	t.Helper()
	i, err := d.Command(t.Context(), u, name, options)
	if err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	m, ok := d.Original(i.ID)
	if !ok {
		t.Fatalf("%s %v was never answered", name, options)
	}
	return i, m
}

func text(m sandbox.Message) string {
	content := m.Content
	for _, e := range m.Embeds {
		content += e.Title + " " + e.Description
	}
	return content
}

func TestAnAcceptedCommandIsDurableBeforeItIsAcknowledged(t *testing.T) {
	d := open(t)
	i, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/a", "depth": "deep"})
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.client.State(t.Context(), id)
	if err != nil || s.Context.URL != "https://example.org/a" || len(s.Context.Plan) != 9 || s.Context.Requester.UserID != "11" || s.Context.Requester.GuildID != "22" {
		t.Fatalf("%+v, %v", s, err)
	}
	if s.Session.Acknowledged == nil || s.Session.Acknowledged.MessageID != m.ID || m.Ephemeral() {
		t.Errorf("%+v, shown as %+v", s.Session.Acknowledged, m)
	}
	if !strings.Contains(text(m), "Queued") || m.Embeds[0].Footer.Text != id {
		t.Errorf("%+v", m)
	}
	var session discord.Session
	if found, err := d.client.Session(t.Context(), i.ID, true, &session); !found || err != nil || session.Token == "" {
		t.Errorf("%v, %v", found, err)
	}
	events, err := d.client.Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		body, err := json.Marshal(e)
		if err != nil || strings.Contains(string(body), session.Token) {
			t.Errorf("the token is in %s, %v", e.Subject(), err)
		}
	}
	if n, err := d.client.Running(t.Context()); n != 1 || err != nil {
		t.Errorf("%d leases, %v", n, err)
	}
}

func TestTheSameInteractionTwiceIsOneWorkflow(t *testing.T) {
	d := open(t)
	i, _ := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org"})
	if err := d.Deliver(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	id, _ := schemas.WorkflowID(i.ID)
	events, err := d.client.Events(t.Context(), id)
	if err != nil || len(events) != 2 {
		t.Errorf("%d events, %v", len(events), err)
	}
	if n := len(d.Messages("33")); n != 1 {
		t.Errorf("%d answers", n)
	}
}

func TestAPrivateCommandIsAnsweredToItsUserAlone(t *testing.T) {
	d := open(t)
	_, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org", "private": true})
	if !m.Ephemeral() || m.For != ann.ID {
		t.Errorf("%+v", m)
	}
}

func TestWrongUsesAreRefusedClearlyAndToTheUserAlone(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		name, command string
		options       map[string]any
		want          string
	}{
		{"no address", "autointel", nil, "not a web address"},
		{"an address that is none", "autointel", map[string]any{"url": "hello"}, "not a web address"},
		{"another kind of address", "autointel", map[string]any{"url": "file:///etc/passwd"}, "only http and https"},
		{"an unknown depth", "autointel", map[string]any{"url": "https://e.org", "depth": "bottomless"}, "standard, deep"},
		{"an option of another type", "autointel", map[string]any{"url": true}, "not a web address"},
		{"a retrieval of nothing", "retrieve_results", nil, "Say which result"},
		{"a workflow id that is none", "retrieve_results", map[string]any{"workflow_id": "../../x"}, "not a workflow id"},
		{"an unknown time", "retrieve_results", map[string]any{"since": "1y"}, "one of 1h"},
		{"an unknown command", "dance", nil, "does not know"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, m := d.use(t, ann, c.command, c.options)
			if !m.Ephemeral() || !strings.Contains(text(m), c.want) {
				t.Errorf("%q", text(m))
			}
		})
	}
	if n, err := d.client.LastSeq(t.Context(), "autointel.>"); n != 0 || err != nil {
		t.Errorf("something was started: %d, %v", n, err)
	}
}

func TestARetrievalBecomesAnEventOfItsOwn(t *testing.T) {
	d := open(t)
	wf := "wf_0123456789abcdef0123456789abcdef"
	i, m := d.use(t, ann, "retrieve_results", map[string]any{"workflow_id": wf})
	rt, _ := schemas.RetrievalID(i.ID)
	e, found, err := d.client.Last(t.Context(), "autointel."+rt+".retrieval.requested")
	if err != nil || !found || e.Data.(schemas.RetrievalRequested).Workflow != wf || !m.Ephemeral() {
		t.Errorf("%+v, %v, %v", e, found, err)
	}
	b, err := d.Press(t.Context(), ann, m.ID, "retrieve:"+wf) // the button asks the same
	if err != nil {
		t.Fatal(err)
	}
	d.intake.Wait()
	rt, _ = schemas.RetrievalID(b.ID)
	if _, found, err := d.client.Last(t.Context(), "autointel."+rt+".retrieval.requested"); !found || err != nil {
		t.Errorf("%v, %v", found, err)
	}
}

func TestCancelling(t *testing.T) {
	d := open(t)
	i, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org"})
	id, _ := schemas.WorkflowID(i.ID)
	press := func(u sandbox.User) string {
		b, err := d.Press(t.Context(), u, m.ID, "cancel:"+id)
		if err != nil {
			t.Fatal(err)
		}
		d.intake.Wait()
		for _, m := range d.Messages("33") {
			if m.Interaction == b.ID {
				return text(m)
			}
		}
		return ""
	}
	stranger := sandbox.User{ID: "12", GuildID: "22", ChannelID: "33"}
	if got := press(stranger); !strings.Contains(got, "no such workflow") {
		t.Errorf("a stranger: %q", got)
	}
	if got := press(ann); !strings.Contains(got, "was cancelled") {
		t.Errorf("its requester: %q", got)
	}
	if got := press(ann); !strings.Contains(got, "already ended") {
		t.Errorf("once more: %q", got)
	}
	s, err := d.client.State(t.Context(), id)
	if err != nil || s.Ended == nil || s.Ended.Outcome != workflow.Cancelled || s.Ended.Cancelled.By != ann.ID {
		t.Errorf("%+v, %v", s.Ended, err)
	}
}

func TestABrokerThatIsAwayGetsAClearAnswerAtOnce(t *testing.T) {
	d := open(t)
	d.conn.Close()
	_, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org"})
	if !m.Ephemeral() || !strings.Contains(text(m), "Nothing was started") {
		t.Errorf("%q", text(m))
	}
}

func TestAnAnswerWhoseConfirmationWasLostIsNotTwo(t *testing.T) {
	d := open(t)
	d.Fail("callback", 1, sandbox.Fault{Lost: true})
	i, m := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org"})
	if n := len(d.Messages("33")); n != 1 {
		t.Errorf("%d answers", n)
	}
	id, _ := schemas.WorkflowID(i.ID)
	s, err := d.client.State(t.Context(), id)
	if err != nil || s.Session.Acknowledged == nil || s.Session.Acknowledged.MessageID != m.ID {
		t.Errorf("where it stands is not recorded: %+v, %v", s.Session.Acknowledged, err)
	}
}

func TestTheEndpointRefusesWhatIsNotDiscords(t *testing.T) {
	d := open(t)
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("Discord's own PING: %v", err)
	}
	post := func(body io.Reader, header map[string]string) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url, body)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range header {
			req.Header.Set(k, v)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	now := fmt.Sprint(time.Now().Unix())
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		want   int
	}{
		"unsigned":             {`{"type":1}`, nil, 401},
		"a forged signature":   {`{"type":1}`, map[string]string{"X-Signature-Timestamp": now, "X-Signature-Ed25519": strings.Repeat("ab", 64)}, 401},
		"a signature of words": {`{"type":1}`, map[string]string{"X-Signature-Timestamp": now, "X-Signature-Ed25519": "please"}, 401},
		"two megabytes":        {strings.Repeat("x", 2<<20), nil, 413},
	} {
		if got := post(strings.NewReader(c.body), c.header); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func FuzzParseInteraction(f *testing.F) {
	f.Add([]byte(`{"id":"1300000000000000000","type":2,"token":"t","data":{"id":"1","name":"autointel","type":1,"options":[{"name":"url","type":3,"value":"https://e.org"}]},"authorizing_integration_owners":{"0":"1"}}`))
	f.Add([]byte(`{"id":"1300000000000000000","type":3,"data":{"component_type":2,"custom_id":"cancel:wf_0123456789abcdef0123456789abcdef"}}`))
	f.Add([]byte(`{"type":2}`))
	f.Add([]byte(`{"type":4,"data":null}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		r, err := parseInteraction(body)
		if err != nil || r.Type != 2 {
			return
		}
		_, _ = parseAutointel(r.options()) // any answer is right, as long as there is one
		_, _ = parseRetrieval(r.options())
		_ = r.requester(false)
	})
}

func FuzzPress(f *testing.F) {
	const id = "wf_0123456789abcdef0123456789abcdef"
	for _, prefix := range []string{discord.CancelPrefix, discord.RetrievePrefix, discord.ReportPrefix, discord.DeeperPrefix, discord.OlderPrefix} {
		f.Add(prefix + id)
		f.Add(prefix + "../" + id)
		f.Add(prefix + id + ".>")
	}
	f.Add("retrieve:wf_1696291234")
	f.Add("older:1696291234000:wf_0123456789abcdef0123456789abcdef")
	f.Add(":")
	f.Fuzz(func(t *testing.T, customID string) {
		what, about, ok := parsePress(customID)
		if !ok {
			return
		}
		if what+about != customID {
			t.Errorf("%q was read as %q about %q", customID, what, about)
		}
		if what != discord.OlderPrefix && strings.ContainsAny(about, "/\\.*> \x00\n") { // it becomes part of a subject, a key and a file's name
			t.Errorf("%q is about %q", customID, about)
		}
		if what == discord.OlderPrefix {
			if after, ok := parsePlace(about); ok && !schemas.ValidWorkflow(after.AfterWorkflow) {
				t.Errorf("%q: %+v", customID, after)
			}
		}
	})
}
