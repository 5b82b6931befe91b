package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"autointel.example/internal/console"
	"autointel.example/internal/console/live"
	"autointel.example/internal/console/web"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const token = "0123456789abcdef-the-token"

var began = time.Now().Add(-time.Minute)

func id(n int) string { return fmt.Sprintf("wf_%012x7000800000000000%04x", began.UnixMilli(), n) }

// served is a console on a server like that of `up`.
type served struct {
	t      *testing.T
	url    string
	log    *jetstream.Client
	source *live.Source
	client *http.Client
}

func serve(t *testing.T, token string, now func() time.Time) *served {
	t.Helper()
	nc := natstest.Start(t)
	client := natstest.Bind(t, nc, jetstream.Options{})
	source := live.New(client, now)
	c := web.New(source, token, now, slog.New(slog.DiscardHandler))
	addr, stop, err := lifecycle.Serve("127.0.0.1:0", prometheus.NewRegistry(), slog.New(slog.DiscardHandler), (&lifecycle.Pulse{}).Alive, nil, c.Routes)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("an open page keeps the server from stopping: %v", err)
		}
		_ = source.Close()
		transport.CloseIdleConnections()
	})
	return &served{t, "http://" + addr, client, source, &http.Client{Jar: jar, Transport: transport, Timeout: 20 * time.Second}}
}

func (s *served) add(id string, data schemas.Data) {
	s.t.Helper()
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		s.t.Fatal(err)
	}
	raw, err := json.Marshal(schemas.Context{URL: "https://a.example/<b>walls</b>?key=secret", Depth: workflow.Standard, Plan: plan, SessionID: "1", Requester: schemas.Requester{UserID: "4711"}})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.log.Append(s.t.Context(), schemas.Event{Workflow: id, Context: raw, Data: data}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *served) request(method, path string, form url.Values, header ...string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if r.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	return r
}

func (s *served) do(r *http.Request) (*http.Response, string) {
	s.t.Helper()
	answer, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer, string(body)
}

func (s *served) get(path string, header ...string) (int, string) {
	s.t.Helper()
	answer, body := s.do(s.request(http.MethodGet, path, nil, header...))
	return answer.StatusCode, body
}

func TestThePagesSayWhatTheLogSaysAndNothingSecret(t *testing.T) {
	s := serve(t, "", time.Now)
	s.add(id(1), schemas.WorkflowRequested{RequestedAt: began})
	s.add(id(1), schemas.StageCompleted{Stage: workflow.Acquire, StartedAt: began.Add(time.Second), FinishedAt: began.Add(3 * time.Second), Attempt: 2, Output: schemas.Output{Inline: schemas.RawJSON(`"secret"`)}})
	s.add(id(1), schemas.SessionClosed{Reason: "expired"})
	s.add(id(2), schemas.WorkflowRequested{RequestedAt: began})
	s.add(id(2), schemas.WorkflowFailed{Stage: workflow.Acquire, Reason: "http", Message: "404"})
	for path, wants := range map[string][]string{
		"/console":                                      {id(1), id(2), "/%3Cb%3Ewalls%3C/b%3E?…", "reading the recording", "session closed", "1 retry", "workflow failed in acquire", "http: 404"},
		"/console?state=failed":                         {id(2), "found among 2"},
		"/console?q=nowhere":                            {"Nothing is found"},
		"/console/workflow/" + id(1):                    {`id="lane-acquire"`, "earlier attempts", "session.closed", "rect class=\"worked completed\"", "<circle class=\"bad\""},
		"/console?q=" + id(1):                           {`id="lane-acquire"`},
		"/console/snapshot.json":                        {`"matching":2`, `"state":"failed"`},
		"/console/files/console.js":                     {"EventSource"},
		"/console/workflow/" + id(2) + "/timeline.json": {`"lanes":[`, `"name":"workflow.ended.failed"`},
	} {
		status, body := s.get(path)
		if status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q:\n%s", path, want, body)
			}
		}
		if strings.Contains(body, "secret") || strings.Contains(body, "4711") || strings.Contains(body, "style=") || strings.Contains(body, "<b>walls") {
			t.Errorf("%s shows what it must not:\n%s", path, body)
		}
	}
	if _, body := s.get("/console?state=failed"); strings.Contains(body, `<li id="`+id(1)) {
		t.Error("the search lets others through")
	}
	for path, want := range map[string]int{
		"/console/workflow/" + id(9): http.StatusNotFound, "/console/workflow/x": http.StatusNotFound, "/console/files/overview.html": http.StatusNotFound,
		"/console/workflow/" + id(9) + "/timeline.json": http.StatusNotFound,
	} {
		if status, _ := s.get(path); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	if answer, _ := s.do(s.request(http.MethodPost, "/console", url.Values{})); answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("the console is for reading: %d", answer.StatusCode)
	}
}

func TestEveryAnswerForbidsWhatThePageDoesNotNeed(t *testing.T) {
	s := serve(t, token, time.Now)
	for _, path := range []string{"/console", "/console/files/console.css", "/console/workflow/x"} {
		answer, _ := s.do(s.request(http.MethodGet, path, nil))
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || answer.Header.Get("X-Content-Type-Options") != "nosniff" || answer.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, answer.Header)
		}
	}
}

func TestWithoutATokenOnlyThisMachineSeesIt(t *testing.T) {
	s := serve(t, "", time.Now)
	for host, want := range map[string]int{
		"localhost:9464": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:1": http.StatusOK,
		"evil.example": http.StatusForbidden, "127.0.0.1.evil.example:9464": http.StatusForbidden, "10.0.0.1": http.StatusForbidden,
	} {
		if status, _ := s.get("/console/snapshot.json", "Host", host); status != want {
			t.Errorf("%s: %d", host, status)
		}
	}
	if status, _ := s.get("/console", "X-Forwarded-For", "203.0.113.7"); status != http.StatusForbidden {
		t.Errorf("through a proxy: %d", status)
	}
	for addr, want := range map[string]bool{"127.0.0.1:1": true, "localhost:1": true, "[::1]:1": true, ":9464": false, "0.0.0.0:1": false, "10.0.0.1:1": false, "x": false} {
		if web.Loopback(addr) != want {
			t.Errorf("%s: loopback is %v", addr, !want)
		}
	}
}

func TestATokenIsAskedForAndASessionEnds(t *testing.T) {
	now := time.Now()
	s := serve(t, token, func() time.Time { return now })
	for _, header := range [][]string{
		nil, {"Authorization", "Bearer wrong"}, {"Authorization", token}, {"Authorization", "Basic " + token}, {"Cookie", "autointel_console=" + token}, {"Cookie", "autointel_console=9999999999.00"},
	} {
		answer, body := s.do(s.request(http.MethodGet, "/console/snapshot.json", nil, header...))
		if answer.StatusCode != http.StatusUnauthorized || strings.Contains(body, "workflows") || answer.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%v: %d %s", header, answer.StatusCode, body)
		}
	}
	for _, path := range []string{"/console?token=" + token, "/console/snapshot.json?token=" + token, "/console/stream", "/console/workflow/" + id(1)} {
		if status, _ := s.get(path); status != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _ := s.get("/console/snapshot.json", "Authorization", "bearer "+token); status != http.StatusOK {
		t.Errorf("the right token: %d", status)
	}
	status, body := s.get("/console/workflow/x", "Accept", "text/html")
	if status != http.StatusOK || !strings.Contains(body, `name="next" value="/console/workflow/x"`) || strings.Contains(body, "live") {
		t.Errorf("the form: %d %s", status, body)
	}
	login := func(given, next string) (*http.Response, string) {
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		defer func() { s.client.CheckRedirect = nil }()
		return s.do(s.request(http.MethodPost, "/console/login", url.Values{"token": {given}, "next": {next}}))
	}
	if answer, body := login("wrong", "/console"); answer.StatusCode != http.StatusOK || len(answer.Cookies()) != 0 || !strings.Contains(body, "not the token") {
		t.Errorf("a wrong token: %d", answer.StatusCode)
	}
	for next, want := range map[string]string{"/console?q=x": "/console?q=x", "https://evil.example/console": "/console", "//evil.example/console": "/console", "/metrics": "/console"} {
		answer, _ := login(token, next)
		if got := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || got != want {
			t.Errorf("%s: %d to %s", next, answer.StatusCode, got)
		}
		c := answer.Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/console" || strings.Contains(c.Value, token) || c.Secure {
			t.Errorf("%+v", c)
		}
	}
	if status, body := s.get("/console"); status != http.StatusOK || !strings.Contains(body, "Sign out") {
		t.Errorf("with a session: %d", status)
	}
	if answer, _ := s.do(s.request(http.MethodPost, "/console/login", url.Values{"token": {token}}, "Sec-Fetch-Site", "cross-site")); answer.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %d", answer.StatusCode)
	}
	now = now.Add(13 * time.Hour)
	if status, _ := s.get("/console"); status != http.StatusUnauthorized {
		t.Errorf("after its time: %d", status)
	}
	if answer, _ := login(token, "/console"); !answer.Cookies()[0].Expires.IsZero() || answer.Cookies()[0].MaxAge != 12*3600 {
		t.Errorf("%+v", answer.Cookies())
	}
	if _, _ = s.do(s.request(http.MethodPost, "/console/logout", url.Values{})); len(s.client.Jar.Cookies(s.request(http.MethodGet, "/console", nil).URL)) != 0 {
		t.Error("the session outlives its end")
	}
	for range 30 {
		login("wrong", "/console")
	}
	if answer, _ := login("wrong", "/console"); answer.StatusCode != http.StatusTooManyRequests {
		t.Errorf("who tries many: %d", answer.StatusCode)
	}
	if answer, _ := login(token, "/console"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("who has it is not locked out by others: %d", answer.StatusCode)
	}
	if web.CheckToken("short") == nil || web.CheckToken("") != nil || web.CheckToken(token) != nil {
		t.Error("tokens are not judged by their length")
	}
}

// drawings reads a stream until a drawing has a text in it.
func (s *served) drawn(path string, reads func(has func(string))) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	answer, err := s.client.Do(s.request(http.MethodGet, path, nil).WithContext(ctx))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%d %v", answer.StatusCode, answer.Header)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<22)
	reads(func(want string) {
		s.t.Helper()
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var html string
			if err := json.Unmarshal([]byte(data), &html); err != nil {
				s.t.Fatal(err)
			}
			if strings.Contains(html, want) {
				return
			}
		}
		s.t.Fatalf("%q does not come: %v", want, lines.Err())
	})
}

func TestAnOpenPageIsToldWhatChanges(t *testing.T) {
	s := serve(t, "", time.Now)
	s.drawn("/console/stream?q=walls", func(has func(string)) {
		has("Nothing is found")
		s.add(id(1), schemas.WorkflowRequested{RequestedAt: began})
		has(id(1))
		s.drawn("/console/workflow/"+id(1)+"/stream", func(hasHere func(string)) {
			hasHere(`stage ready`)
		})
		s.add(id(1), schemas.WorkflowCancelled{})
		has(`state cancelled`)
	})
	s.drawn("/console/workflow/"+id(1)+"/stream", func(has func(string)) {
		has("workflow.ended.cancelled")
		s.add(id(1), schemas.DeliverySucceeded{Kind: schemas.KindResults, Route: schemas.RouteDM})
		has("results shown: by dm")
	})
	if !s.source.Reading() {
		t.Error("who turns a page should find the reading as it was")
	}
	if snapshot, _ := s.source.Snapshot(console.Query{}); snapshot.Known != 1 {
		t.Errorf("%+v", snapshot.Known)
	}
}

func TestASessionThatEndsEndsWhatIsOpen(t *testing.T) {
	var later atomic.Int64
	s := serve(t, token, func() time.Time { return time.Now().Add(time.Duration(later.Load())) })
	if answer, _ := s.do(s.request(http.MethodPost, "/console/login", url.Values{"token": {token}})); answer.StatusCode != http.StatusOK {
		t.Fatalf("%d", answer.StatusCode)
	}
	answer, err := s.client.Do(s.request(http.MethodGet, "/console/stream", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewReader(answer.Body)
	if line, err := lines.ReadString('\n'); err != nil || line != "event: html\n" {
		t.Fatalf("%q, %v", line, err)
	}
	later.Store(int64(13 * time.Hour))
	s.add(id(1), schemas.WorkflowRequested{RequestedAt: began})
	if rest, err := io.ReadAll(lines); err != nil || strings.Contains(string(rest), id(1)) {
		t.Errorf("it goes on: %v", err)
	}
}
