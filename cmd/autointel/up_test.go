package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// asProgram makes a process of this test the program itself, with its command line: nothing is built for it, and under the race
// detector it is watched as well.
const asProgram = "TEST_AS_PROGRAM"

// process is `autointel up` as a process of its own, against a sandbox that outlives it.
type process struct {
	t    *testing.T
	env  []string
	nats string
	data string
	cmd  *exec.Cmd
}

func newProcess(t *testing.T, box *sandbox.Sandbox, article *source.Server) *process {
	t.Helper()
	p := &process{t: t, nats: freeAddr(t), data: t.TempDir()}
	interactions := freeAddr(t)
	box.SetEndpoint("http://" + interactions + "/interactions")
	p.env = append(os.Environ(), asProgram+"=1",
		"DISCORD_API_URL="+box.APIURL(), "DISCORD_PUBLIC_KEY="+box.PublicKey(), "DISCORD_TOKEN="+box.BotToken(), "DISCORD_APPLICATION_ID="+box.ApplicationID(),
		"AUTOINTEL_INTERACTIONS_ADDR="+interactions, "AUTOINTEL_HTTP_ADDR=127.0.0.1:0", "AUTOINTEL_NATS_LISTEN="+p.nats, "AUTOINTEL_DATA_DIR="+p.data,
		"AUTOINTEL_FETCH_ALLOW="+article.HostPort(), "AUTOINTEL_LOG_FORMAT=json", "NATS_URL=")
	return p
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// start starts the process and waits until it is ready. It returns where its health is served.
func (p *process) start() (health string) {
	p.t.Helper()
	p.cmd = exec.CommandContext(context.WithoutCancel(p.t.Context()), os.Args[0], "up")
	p.cmd.Env = p.env
	logs, err := p.cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	scanner := bufio.NewScanner(logs)
	for scanner.Scan() {
		var line struct{ Msg, Health string }
		if json.Unmarshal(scanner.Bytes(), &line) == nil && line.Msg == "ready" {
			go func() { _, _ = io.Copy(io.Discard, logs) }() // ends with the process
			return line.Health
		}
		p.t.Log(scanner.Text())
	}
	p.t.Fatal("the process ended before it was ready")
	return ""
}

// events are the workflow's, by their subject, as the nats CLI's user would count them.
func (p *process) events(id string) map[string]int {
	p.t.Helper()
	code, stdout, stderr := call(p.t.Context(), "timeline", id, "--json", "--nats-url", "nats://"+p.nats)
	if code != 0 {
		p.t.Fatalf("timeline: %s", stderr)
	}
	var rows []struct{ Subject string }
	if err := json.Unmarshal([]byte(stdout), &rows); err != nil {
		p.t.Fatal(err)
	}
	count := map[string]int{}
	for _, r := range rows {
		count[strings.TrimPrefix(r.Subject, "autointel."+id+".")]++
	}
	return count
}

var ann = sandbox.User{ID: "11", Name: "ann", GuildID: "22", ChannelID: "33"}

func TestAWorkflowSurvivesKillingItsProcess(t *testing.T) {
	for _, c := range []struct {
		name    string
		session time.Duration
		want    string // the event that says where the result went
	}{
		{"while its session is open it is delivered, once", 15 * time.Minute, "delivery.succeeded.results"},
		{"when its session has closed it is archived, once", 8 * time.Second, "result.archived"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			box, err := sandbox.Start(sandbox.Options{TokenLifetime: c.session})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = box.Close() }()
			article, err := source.Start(4 * time.Second)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = article.Close() }()
			p := newProcess(t, box, article)
			p.env = append(p.env, "AUTOINTEL_SESSION_LIFETIME="+c.session.String())
			p.start()
			i, err := box.Command(t.Context(), ann, "autointel", map[string]any{"url": article.URL(), "depth": "deep"})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			_, err = box.WaitMessage(ctx, func(m sandbox.Message) bool { // in the middle of the captions
				return m.Interaction == i.ID && len(m.Embeds) > 0 && strings.Contains(m.Embeds[0].Description, "⏳ Reading the recording")
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = p.cmd.Wait() // killed, as it says
			p.start()
			id, _ := schemas.WorkflowID(i.ID)
			_, err = box.WaitMessage(ctx, func(m sandbox.Message) bool {
				return m.Interaction == i.ID && titled(m, id) || has(m, "retrieve:"+id)
			})
			if err != nil {
				t.Fatalf("%v\n%v", err, p.events(id))
			}
			p.stop()
			p.start() // the log is the same after one more restart
			for subject, n := range p.events(id) {
				if n != 1 {
					t.Errorf("%s happened %d times", subject, n)
				}
			}
			if p.events(id)[c.want] != 1 {
				t.Errorf("%s did not happen: %v", c.want, p.events(id))
			}
			p.stop()
			p.checkArchive(id, c.want == "result.archived")
		})
	}
}

// stop asks the process to stop and checks that it says so: exit code 0.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("after an interrupt: %v", err)
	}
}

func (p *process) checkArchive(id string, undelivered bool) {
	p.t.Helper()
	code, stdout, stderr := call(p.t.Context(), "results", "list", "--json", "--data-dir", p.data)
	var list []listed
	if err := json.Unmarshal([]byte(stdout), &list); code != 0 || err != nil || len(list) != 1 || list[0].WorkflowID != id || list[0].Undelivered != undelivered {
		p.t.Errorf("exit %d, %v, %+v %s", code, err, list, stderr)
	}
	if code, stdout, _ := call(p.t.Context(), "results", "show", id, "--data-dir", p.data); code != 0 || !strings.Contains(stdout, "# The Book of the Water") {
		p.t.Errorf("exit %d: %.80s", code, stdout)
	}
	if code, stdout, stderr := call(p.t.Context(), "results", "show", id, "--drawing", "--data-dir", p.data); code != 1 || stdout != "" || !strings.Contains(stderr, "at depth experimental only") {
		p.t.Errorf("a drawing of no relations: exit %d: %.80s %s", code, stdout, stderr)
	}
	_, err := os.Stat(filepath.Join(p.data, "orphaned_results", id+".json"))
	if os.IsNotExist(err) == undelivered {
		p.t.Errorf("undelivered %v, file %v", undelivered, err)
	}
}

func TestARunningHouseIsHealthyAndFindsItself(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	article, err := source.Start(0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = article.Close() }()
	p := newProcess(t, box, article)
	health := p.start()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(url string) string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s %v", url, resp.StatusCode, body, err)
		}
		return string(body)
	}
	if got := get(health); !strings.Contains(got, `"nats":"ok"`) || !strings.Contains(got, `"archive":"ok"`) {
		t.Error(got)
	}
	if got := get(strings.Replace(health, "readyz", "metrics", 1)); !strings.Contains(got, "autointel_nats_connected 1") {
		t.Error("no metrics")
	}
	code, stdout, stderr := call(t.Context(), "doctor", "--json", "--data-dir", p.data, "--nats-url", "nats://"+p.nats)
	if code != 0 || !strings.Contains(stdout, "stage-briefing") {
		t.Errorf("doctor: exit %d %s %s", code, stdout, stderr)
	}
	second := exec.CommandContext(t.Context(), os.Args[0], "up")
	second.Env = p.env
	if out, err := second.CombinedOutput(); err == nil || !bytes.Contains(out, []byte("in use by another process")) {
		t.Errorf("a second one on the same directory: %v %s", err, out)
	}
	p.stop()
	if code, _, stderr := call(t.Context(), "doctor", "--data-dir", p.data, "--nats-url", "nats://"+p.nats); code != 1 {
		t.Errorf("doctor without a broker: exit %d %s", code, stderr)
	}
}
