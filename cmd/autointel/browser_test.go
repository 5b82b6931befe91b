//go:build integration

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The whole story by keyboard: a command, its progress, the warning, the closed session, the notice, the report.
func TestTheStoryInABrowser(t *testing.T) {
	h, article := open(t, 14*time.Second)
	c := look(t, h.sandbox.URL(), 1440, 900)

	c.types("/")
	c.hears("#suggestions [aria-selected=true]", "/autointel")
	c.picture("commands")
	c.types("aut", kb.Tab)
	c.sees(`document.querySelector("#command").value === "/autointel url:"`)
	c.types(article.URL(), " d", kb.Tab)
	c.hears("#suggestions [role=option]", "Comprehensive: and who wrote it")
	c.types(kb.ArrowDown, kb.ArrowDown, kb.ArrowDown)
	c.sees(`document.querySelector("#" + document.querySelector("#command").getAttribute("aria-activedescendant")).textContent.includes("Experimental:")`)
	c.types(kb.Enter)
	c.sees(`document.querySelector("#command").value.endsWith("depth:experimental ")`)
	c.types(kb.Enter)

	c.hears(".embed h3", "Working on it")
	c.hears(".embed .text", "⏳ Reading the recording (")
	c.hears("#announcer", "Working on it")
	c.hears("#timeline li", "stage.completed.acquire")
	c.picture("progress")

	for range 2 {
		c.run(chromedp.Click(chromedp.CSS(`#skip button[value="300"]`)))
	}
	c.sees(`/^[45]:\d\d left$/.test(document.querySelector("#left").textContent)`)
	for range 2 {
		c.run(chromedp.Click(chromedp.CSS(`#skip button[value="60"]`)))
	}
	c.hears(".embed dt", "Discord's window closes soon")
	c.hears("#timeline li", "session.expiring")
	c.picture("warning")
	c.run(chromedp.Click(chromedp.CSS(`#skip button[value="300"]`)))
	c.sees(`document.querySelector("#left").textContent === "closed"`)
	c.hears("#timeline li.bad", "session.closed")

	c.hears(".message .text", "@you Your report is ready")
	c.hears("#timeline li", "delivery.succeeded.notice")
	c.picture("notice")
	c.run(chromedp.Focus(`//button[text()="Show results"]`))
	c.types(kb.Enter)
	c.hears(".private .only", "Only you can see this")
	c.hears(".private .embed h3", "The wall that ended the floods")
	c.picture("report")
	c.run(chromedp.Click(chromedp.CSS(`.private .file summary`)))
	c.hears(".private .file pre", "# The wall that ended the floods")
	if text := c.value(`fetch(document.querySelector(".private .file a").href).then((r) => r.text())`); !strings.HasPrefix(text, "# The wall that ended the floods") {
		t.Errorf("the file: %.80s", text)
	}
	c.run(chromedp.Click(chromedp.CSS(`#timeline li:last-child summary`)))
	c.hears("#timeline pre", `"type": "autointel.delivery.succeeded.v1"`)

	id := c.value(`document.querySelector("#workflow").value`)
	c.run(chromedp.Focus(chromedp.CSS("#command")))
	c.types("/ret", kb.Tab, "wo", kb.Enter)
	c.types(id[:6], kb.Enter)
	c.sees(`document.querySelector("#command").value === "/retrieve_results workflow_id:` + id + ` "`)
	c.picture("completion")
	c.types(kb.Enter)
	c.sees(`document.querySelectorAll(".private .file").length === 2`)
	c.value(`document.querySelector("#messages").lastElementChild.scrollIntoView(), ""`)
	c.picture("retrieval")
}

func TestWhatGoesWrongIsSaidOnThePage(t *testing.T) {
	h, _ := open(t, 0)
	c := look(t, h.sandbox.URL(), 1100, 700)
	c.run(chromedp.Focus(chromedp.CSS("#command")))
	c.types("hello", kb.Enter)
	c.hears("#status", "takes commands")
	c.value(`document.querySelector("#command").value = ""`)
	c.types("/autointel ", kb.Escape, kb.Enter)
	c.hears("#status", "needs url")
	c.value(`document.querySelector("#command").value = ""`)
	c.types("/autointel url:ftp://example.org/ depth:standard", kb.Enter)
	c.hears(".private .embed h3", "That did not work")
	c.run(chromedp.Focus(chromedp.CSS("#command")))
	c.types("/autointel url:http://169.254.169.254/latest depth:standard", kb.Enter)
	c.hears(".embed h3", "No report")
	c.hears("#timeline .bad", "workflow.ended.failed")
	c.picture("error")
}

func TestThePageFitsAPhone(t *testing.T) {
	h, article := open(t, 0)
	c := look(t, h.sandbox.URL(), 390, 844)
	c.run(chromedp.Focus(chromedp.CSS("#command")))
	c.types("/autointel url:", article.URL(), " depth:standard", kb.Enter)
	c.hears(".embed h3", "The wall that ended the floods")
	c.sees(`document.documentElement.scrollWidth <= 390`)
	c.picture("narrow")
	c.sees(`document.querySelector("#events").offsetWidth === 0`)
	c.run(chromedp.Click(chromedp.CSS("#toggle-events")))
	c.hears("#timeline li", "workflow.ended.completed")
	c.sees(`document.activeElement.id === "close-events" && document.querySelector("#events").offsetWidth <= 390`)
	c.picture("narrow-events")
	c.types(kb.Escape)
	c.sees(`document.activeElement.id === "toggle-events" && document.querySelector("#events").offsetWidth === 0`)
}
