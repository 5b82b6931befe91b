//go:build integration

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"autointel.example/cmd/autointel/demo/town"
)

var screenshots = flag.String("screenshots", "", "directory to write pictures of the page to")

// open starts a house with its sandbox, and an article whose captions take a while. Both end with the test.
func open(t *testing.T, drip time.Duration) (*house, *town.Server) {
	t.Helper()
	article, err := town.Start(drip)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := article.Close(); err != nil {
			t.Error(err)
		}
	})
	h, _ := running(t, article.HostPorts()...)
	return h, article
}

// chromium is a page in a headless Chromium.
type chromium struct {
	t   *testing.T
	ctx context.Context
}

// look opens a page in a browser of its own. A script that fails, or that the page's policy stops, fails the test.
func look(t *testing.T, url string, width, height int) *chromium {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.WindowSize(width, height),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"))
	deadline, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 90*time.Second)
	allocator, stop := chromedp.NewExecAllocator(deadline, options...)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Errorf("the browser did not close: %v", err)
		}
		closeTab()
		stop()
		cancel()
	})
	c := &chromium{t, ctx}
	if err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("a script failed: %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				t.Errorf("the browser complains: %s %s", e.Entry.Text, e.Entry.URL)
			}
		}
	}); err != nil {
		t.Fatalf("this test needs Chromium: %v", err)
	}
	c.run(chromedp.EmulateViewport(int64(width), int64(height)), chromedp.Navigate(url))
	c.sees(`document.documentElement.classList.contains("scripted")`)
	return c
}

func (c *chromium) run(actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	if err := chromedp.Do(c.ctx, actions...); err != nil {
		c.t.Fatal(err)
	}
}

// sees waits until a condition in the page's own terms is true.
func (c *chromium) sees(condition string) {
	c.t.Helper()
	var err error
	for range 5 { // a page that is left takes the question with it; it is asked of the next
		if _, err = chromedp.Run(c.ctx, chromedp.Poll[bool]("!!("+condition+")", chromedp.WithPollingTimeout(40*time.Second))); err == nil {
			return
		}
		if errors.Is(err, chromedp.ErrPollingTimeout) || c.ctx.Err() != nil {
			break
		}
	}
	text, _ := chromedp.Run(c.ctx, chromedp.Evaluate[string]("document.body.innerText")) // it goes with another error
	c.t.Fatalf("%s: %v\n%s", condition, err, text)
}

// hears waits for a text within the elements of a selector.
func (c *chromium) hears(selector, text string) {
	c.t.Helper()
	c.sees(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, text))
}

// types sends keys to whatever has the focus. A key and its character are one event, as those of a keyboard are, so a page
// that takes a key for itself does not get the character as well.
func (c *chromium) types(keys ...string) {
	c.t.Helper()
	for _, r := range strings.Join(keys, "") {
		events := kb.Encode(r)
		down, up := *events[0], *events[len(events)-1]
		if len(events) == 3 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, e := range []input.DispatchKeyEventParams{down, up} {
			if _, err := chromedp.Call(c.ctx, input.DispatchKeyEvent, e); err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

// value evaluates an expression, or awaits it.
func (c *chromium) value(expression string) string {
	c.t.Helper()
	v, err := chromedp.Run(c.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// picture takes a picture of the page, if pictures are asked for.
func (c *chromium) picture(name string) {
	c.t.Helper()
	if *screenshots == "" {
		return
	}
	png, err := chromedp.Run(c.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o644); err != nil {
		c.t.Fatal(err)
	}
}
