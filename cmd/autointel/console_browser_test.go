//go:build integration

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"autointel.example/cmd/autointel/demo/town"
	"autointel.example/internal/console/live"
	"autointel.example/internal/console/web"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
)

// readyLine hears on which address the health is served, which the log says once.
type readyLine struct{ addr chan string }

func (r readyLine) Write(p []byte) (int, error) {
	for line := range bytes.Lines(p) {
		var l struct{ Msg, Health string }
		if json.Unmarshal(line, &l) == nil && l.Msg == "ready" {
			r.addr <- strings.TrimSuffix(l.Health, "/readyz")
		}
	}
	return len(p), nil
}

// pages are sources that an operator sees things go wrong with: the first answer of /busy is that it is busy.
func pages() http.Handler {
	var asked atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("GET /closed/report", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/busy") && asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><html lang=en><head><title>Tides</title></head><body><article><p>"+
			strings.Repeat("The keeper of the gauge wrote the height of the water into a book every morning. ", 6)+"</p></article></body></html>")
	})
	return mux
}

// use uses the command for somebody.
func use(t *testing.T, h *house, user, url, depth string, private bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	options := map[string]any{"url": url, "depth": depth}
	if private {
		options["private"] = true
	}
	if _, err := h.sandbox.Command(ctx, sandbox.User{ID: user, Name: "user" + user, GuildID: "22", ChannelID: "33"}, "autointel", options); err != nil {
		t.Fatal(err)
	}
}

// TestTheConsoleInABrowser: a workflow that outlives its session, among others, as an operator sees it while it happens.
func TestTheConsoleInABrowser(t *testing.T) {
	wall, err := town.Start(20 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer wall.Close()
	server := httptest.NewServer(pages())
	defer server.Close()
	ready := readyLine{make(chan string, 1)}
	h, _ := runningWith(t, 12*time.Second, ready, append(wall.HostPorts(), strings.TrimPrefix(server.URL, "http://"))...)
	c := look(t, <-ready.addr+"/console", 1440, 1000)
	c.hears("#link", "live")
	c.hears("#live", "No workflow yet")

	for i, path := range []string{
		"/tides/monday", "/tides/tuesday", "/tides/wednesday", "/closed/report", "/busy/harbour", "/minutes/private?key=secret", "/tides/thursday", "/tides/friday", "/gauge/1953", "/gauge/1962",
	} {
		use(t, h, "1"+string(rune('0'+i)), server.URL+path, workflow.Depths()[i%4], i == 5)
	}
	c.sees(`document.querySelectorAll(".list > li").length === 10`)
	c.hears("#announcer", "workflow failed in acquire")
	c.sees(`[...document.querySelectorAll(".state")].filter((e) => e.textContent === "completed").length === 9`)
	use(t, h, "30", wall.URL(), workflow.Experimental, false)
	c.hears(".list .address", "/news/the-wall")
	c.hears(".doing", "reading the recording (")
	c.sees(`!document.querySelector(".tiles").textContent.includes("log: 0 events")`) // the consumers were looked at again
	c.picture("console")
	c.sees(`!document.body.innerText.includes("secret") && !document.body.innerText.includes("/minutes/private")`)

	c.types("/", "nowhere")
	c.sees(`document.activeElement.id === "q" && document.querySelectorAll(".list > li").length === 0`)
	c.value(`document.querySelector("#q").value = "", ""`)
	c.types("closed/rep")
	c.sees(`document.querySelectorAll(".list > li").length === 1 && location.search === "?q=closed%2Frep"`)
	c.value(`document.querySelector("#q").value = "", ""`)
	c.types("the-wall experimental")
	c.sees(`document.querySelectorAll(".list > li").length === 1 && document.querySelector(".list .address").textContent.includes("/news/the-wall")`)

	c.run(chromedp.Focus(chromedp.CSS(".list a")))
	c.types(kb.Enter)
	c.hears("h1", "/news/the-wall")
	c.hears("#lane-acquire .says", "ms")
	c.sees(`document.querySelector("#lane-transcribe rect.worked.working")`)
	c.hears("#lane-session .says", "closed: expired") // it happens while the page is open
	c.hears("#lane-answer .says", "notice shown")
	c.sees(`document.querySelectorAll(".lane.stage rect.worked").length >= 10 && document.querySelectorAll("#lane-answer circle.bad").length === 1`)
	c.sees(`document.querySelector("#lane-transcribe rect.worked").getBoundingClientRect().width > 300`)
	c.hears(".events th", "workflow.ended.completed")
	c.picture("console-workflow")

	c.run(chromedp.EmulateViewport(390, 844))
	c.sees(`document.documentElement.scrollWidth <= 390`)
	c.run(chromedp.Click(chromedp.CSS("nav a")))
	c.hears("#link", "live")
	c.sees(`document.documentElement.scrollWidth <= 390 && document.querySelectorAll(".list > li").length === 11`)
}

// TestTheConsolesTokenInABrowser: it is asked for, refused and taken, and a session can be ended.
func TestTheConsolesTokenInABrowser(t *testing.T) {
	h, client := running(t)
	source := live.New(client, h.runtime.Now)
	defer source.Close()
	const token = "a-token-of-some-length"
	addr, stop, err := lifecycle.Serve("127.0.0.1:0", h.runtime.Metrics.Registry, h.runtime.Logger, (&lifecycle.Pulse{}).Alive, nil, web.New(source, token, time.Now, h.runtime.Logger).Routes)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	c := look(t, "http://"+addr+"/console?state=running", 900, 700)
	c.sees(`document.activeElement.id === "token" && !document.querySelector("#live")`)
	c.types("wrong", kb.Enter)
	c.hears("#wrong", "not the token")
	c.sees(`document.activeElement.id === "token"`) // what is typed before that is lost
	c.types(token, kb.Enter)
	c.hears("#link", "live")
	c.sees(`location.search === "?state=running" && document.querySelector("#state").value === "running" && document.cookie === ""`)
	c.run(chromedp.Click(`//button[text()="Sign out"]`))
	c.sees(`document.querySelector("#token")`)
}
