//go:build integration

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// page is short, so that a thousand workflows are about what happens to their answers.
var page = "<!doctype html><html lang=en><head><title>Tides</title></head><body><article><p>" +
	strings.Repeat("The keeper of the gauge wrote the height of the water into a book every morning. ", 6) + "</p></article></body></html>"

var storm = flag.Int("storm", 1000, "how many workflows the storm has")

// TestEveryUserOfAStormHasTheResultOrAWayToIt lets Discord fail at random, on every tenth request, under 1,000 workflows whose
// sessions are shorter than some of them take: every user ends with exactly one visible result or notice. None is lost, and
// none is there twice. A notice beside a result is allowed where it leads to the answer that was replaced after its session had
// closed, and where the result's confirmation was lost and the notice says so; the two are counted apart, and no other is.
func TestEveryUserOfAStormHasTheResultOrAWayToIt(t *testing.T) {
	workflows, seed := *storm, uint64(20261125)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "7") { // one in ten outlives its session
			select {
			case <-time.After(17 * time.Second):
			case <-r.Context().Done():
			}
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	}))
	defer server.Close()
	logs, ready := io.Discard, readyLine{make(chan string, 1)}
	if *screenshots != "" {
		logs = ready
	}
	h, client := runningWith(t, 15*time.Second, logs, strings.TrimPrefix(server.URL, "http://"))
	h.sandbox.FailRandomly(
		seed, 10,
		sandbox.Fault{Status: 500}, sandbox.Fault{Status: 502}, sandbox.Fault{Status: 429, RetryAfter: 200 * time.Millisecond, Scope: "shared"},
		sandbox.Fault{Status: 429, RetryAfter: 100 * time.Millisecond, Scope: "global"}, sandbox.Fault{Cloudflare: true, RetryAfter: time.Second},
		sandbox.Fault{Dropped: true}, sandbox.Fault{Lost: true}, sandbox.Fault{Delay: 300 * time.Millisecond},
	)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	users := make(map[string]string, workflows)   // workflow -> user
	answers := make(map[string]string, workflows) // workflow -> interaction
	var mu sync.Mutex
	var asking sync.WaitGroup
	slots := make(chan bool, 8)
	for n := range workflows {
		slots <- true
		asking.Go(func() {
			defer func() { <-slots }()
			user := sandbox.User{ID: fmt.Sprint(1_000_000 + n), Name: "u", GuildID: fmt.Sprint(500 + n/10), ChannelID: fmt.Sprint(700 + n/10)}
			var i sandbox.Interaction
			for again := true; again; again = turnedAway(ctx, h.sandbox, i.ID) {
				var err error
				if i, err = h.sandbox.Command(ctx, user, "autointel", map[string]any{"url": fmt.Sprintf("%s/%d", server.URL, n), "private": n%5 == 0}); err != nil {
					t.Error(err)
					return
				}
			}
			id, err := schemas.WorkflowID(i.ID)
			if err != nil {
				t.Error(err)
				return
			}
			if n%50 == 3 {
				h.sandbox.KillToken(i.ID) // Discord has ended it early
			}
			mu.Lock()
			defer mu.Unlock()
			users[id], answers[id] = user.ID, i.ID
		})
	}
	asking.Wait()
	if *screenshots != "" {
		c := look(t, <-ready.addr+"/console", 1440, 1000)
		c.hears("#link", "live")
		c.picture("console-storm")
	}
	finished := settledAll(ctx, t, client, users)
	h.sandbox.FailRandomly(0, 0)
	results, notices, both, uncertain, lost, doubled := 0, 0, 0, 0, 0, 0
	all := visible(h.sandbox)
	for id, user := range users {
		seen := all[id]
		switch {
		case seen.results+seen.notices == 0:
			lost++
			if lost <= 3 {
				_, timeline, complaint := call(t.Context(), "timeline", id, "--nats-url", h.embedded.URL())
				m, answered := h.sandbox.Original(answers[id])
				t.Logf("user %s has nothing of %s; answered %v: %q %+v\n%s%s", user, id, answered, m.Content, m.Embeds, timeline, complaint)
			}
		case seen.results > 1 || seen.notices > 1:
			doubled++
			t.Logf("user %s sees %d results and %d notices of %s", user, seen.results, seen.notices, id)
		case seen.results == 1 && seen.notices == 1 && seen.uncertain:
			uncertain++
		case seen.results == 1 && seen.notices == 1 && seen.linked:
			both++
		case seen.results == 1 && seen.notices == 1:
			doubled++
			t.Logf("user %s sees a result and a notice of %s that does not know of it", user, id)
		case seen.results == 1:
			results++
		default:
			notices++
		}
	}
	t.Logf("%d workflows in %s, %d requests failed: %d users have the result, %d a notice that it is kept, %d both, linked, %d both, said to be uncertain; %d lost, %d doubled", workflows, finished.Round(time.Second),
		h.sandbox.Faults(), results, notices, both, uncertain, lost, doubled)
	if lost+doubled > 0 {
		t.Error("somebody has nothing, or something twice")
	}
	if h.sandbox.Faults() < workflows/10 || results == 0 || notices+both == 0 {
		t.Error("the storm was none")
	}
}

// turnedAway reports whether a command was told that nothing was started, as on a machine that is too busy to make it durable in time: its
// user asks again. What has no answer within Discord's 3 s may have been started.
func turnedAway(ctx context.Context, box *sandbox.Sandbox, interaction string) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	for {
		if m, ok := box.Original(interaction); ok {
			return len(m.Embeds) > 0 && m.Embeds[0].Title == "Not available" && strings.Contains(m.Embeds[0].Description, "Nothing was started")
		}
		if pause.For(ctx, 10*time.Millisecond) != nil {
			return false
		}
	}
}

// settledAll waits until every workflow's answer is settled: shown, or kept and announced or not to be announced. It says how
// long that took.
func settledAll(ctx context.Context, t *testing.T, client *jetstream.Client, users map[string]string) time.Duration {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	settled := map[string]bool{}
	err := client.Follow(ctx, []string{"autointel.*.delivery.*.*"}, true, func(e schemas.Event) {
		switch d := e.Data.(type) {
		case schemas.DeliverySucceeded:
			settled[e.Workflow] = settled[e.Workflow] || d.Kind == schemas.KindResults || d.Kind == schemas.KindNotice
		case schemas.DeliveryFailed:
			settled[e.Workflow] = settled[e.Workflow] || d.Kind == schemas.KindNotice
		}
		if len(settled) >= len(users) {
			for id := range users {
				if !settled[id] {
					return
				}
			}
			cancel()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range users {
		if !settled[id] {
			t.Errorf("the answer of %s is not settled", id)
		}
	}
	return time.Since(began)
}

// seen is what somebody sees of a workflow.
type seen struct {
	results, notices  int
	linked, uncertain bool // the notice leads to the answer, or says that the result may have been seen
}

// visible is what is seen of every workflow.
func visible(box *sandbox.Sandbox) map[string]seen {
	all := map[string]seen{}
	for _, m := range box.Messages("") {
		if len(m.Embeds) > 0 && m.Embeds[0].Title == "Tides" && m.Embeds[0].Footer != nil {
			s := all[m.Embeds[0].Footer.Text]
			s.results++
			all[m.Embeds[0].Footer.Text] = s
		}
		for _, b := range m.Buttons() {
			if id, ok := strings.CutPrefix(b, "retrieve:"); ok {
				s := all[id]
				s.notices++
				s.linked = strings.Contains(m.Content, "my answer")
				s.uncertain = strings.Contains(m.Content, "if you have not seen it")
				all[id] = s
			}
		}
	}
	return all
}
