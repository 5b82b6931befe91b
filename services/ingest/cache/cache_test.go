package cache_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"autointel.example/services/ingest/cache"
)

func document(body string) cache.Document {
	return cache.Document{FinalURL: "https://example.org/", Digest: "sha of " + body[:min(10, len(body))], Body: []byte(body)}
}

func TestDocumentsAreKeptAndForgotten(t *testing.T) {
	c := cache.New(100_000)
	page := func(n int) cache.Document { return document(fmt.Sprintf("%03d", n) + strings.Repeat("x", 20_000)) }
	for n := range 4 {
		c.Put(fmt.Sprint(n), page(n))
	}
	if _, ok := c.Get("0"); !ok { // which makes 1 the one not asked for the longest
		t.Fatal("0 is gone")
	}
	c.Put("4", page(4))
	for n, want := range []bool{true, false, true, true, true} {
		if d, ok := c.Get(fmt.Sprint(n)); ok != want || ok && string(d.Body[:3]) != fmt.Sprintf("%03d", n) {
			t.Errorf("%d: %t", n, ok)
		}
	}
	if c.Held() > 100_000 {
		t.Errorf("%d bytes are held", c.Held())
	}
	c.Put("large", document(strings.Repeat("y", 30_000)))
	if _, ok := c.Get("large"); ok {
		t.Error("a document of more than a quarter is kept")
	}
	c.Put("0", document("new")) // in place of the old
	if d, _ := c.Get("0"); string(d.Body) != "new" {
		t.Errorf("%q", d.Body)
	}
}

func TestOneBodyOfManyAddresses(t *testing.T) {
	c := cache.New(1_000_000)
	for n := range 100 {
		c.Put(fmt.Sprint(n), document(strings.Repeat("z", 100_000)))
	}
	if held := c.Held(); held > 250_000 {
		t.Errorf("%d bytes for one body", held)
	}
	for n := range 100 {
		c.Put(fmt.Sprint(n), document("short"))
	}
	if held := c.Held(); held > 110_000 {
		t.Errorf("%d bytes after nobody has the long one", held)
	}
}

func TestNoCache(t *testing.T) {
	var c *cache.Cache
	c.Put("a", document("b"))
	if _, ok := c.Get("a"); ok {
		t.Error("a cache that is none holds something")
	}
}

func TestManyAtOnce(t *testing.T) {
	c := cache.New(50_000)
	var group sync.WaitGroup
	for w := range 8 {
		group.Go(func() {
			for n := range 500 {
				address := fmt.Sprint((n * w) % 40)
				c.Put(address, document(address+strings.Repeat("x", 5000)))
				if d, ok := c.Get(address); ok && !strings.HasPrefix(string(d.Body), address) {
					t.Errorf("%s holds %.10s", address, d.Body)
				}
			}
		})
	}
	group.Wait()
	if c.Held() > 50_000 {
		t.Errorf("%d bytes", c.Held())
	}
}
