package robots_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/testtime"
	"autointel.example/services/ingest/robots"
)

func TestWhoMayAskForWhat(t *testing.T) {
	for _, c := range []struct {
		name, file string
		allowed    string // paths, by spaces
		refused    string
	}{
		{"an empty file allows everything", "", "/ /a", ""},
		{"a page instead of a file, too", "<!doctype html><title>Not found</title>", "/a", ""},
		{"everybody is kept out", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a"},
		{"an empty rule keeps nobody out", "User-agent: *\nDisallow:", "/ /a", ""},
		{"the longest rule decides", "User-agent: *\nDisallow: /a\nAllow: /a/open\nDisallow: /a/open/not", "/b /a/open/x", "/a /ab /a/x /a/open/not/x"},
		{"of two as long the one that allows", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", ""},
		{"our own group counts alone", "User-agent: *\nDisallow: /\nUser-agent: autointel\nDisallow: /mine", "/a", "/mine"},
		{"whatever its case and version", "User-agent: AutoIntel/2.0\nDisallow: /mine", "/a", "/mine"},
		{"another's name that begins like ours is not ours", "User-agent: autointel-images\nDisallow: /", "/a", ""},
		{"groups that name us are one", "User-agent: autointel\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\nUser-agent: autointel\nDisallow: /b", "/c", "/a /b"},
		{"a group may name several", "User-agent: other\nUser-agent: autointel\nDisallow: /a\nUser-agent: third\nDisallow: /b", "/b", "/a"},
		{"other lines do not end a group", "User-agent: other\nSitemap: https://e.org/s.xml\nUser-agent: autointel\nDisallow: /a", "/b", "/a"},
		{"wildcards", "User-agent: *\nDisallow: /*.pdf$\nDisallow: /*?print=\nDisallow: /a/*/c", "/x.pdf?y /a/c /a.html", "/x.pdf /y/z.pdf /a?print=1 /a/b/c/d"},
		{"a pattern's end may overlap nothing", "User-agent: *\nDisallow: /ab*b$", "/ab", "/abb /abxb"},
		{"comments, blanks and CRLF", "\xef\xbb\xbf# hello\r\nUser-agent : * # all\r\n  Disallow : /a # not this\r\n", "/b", "/a"},
		{"encoded and not is the same", "User-agent: *\nDisallow: /caf%c3%a9\nDisallow: /%7Euser\nDisallow: /straße", "/cafe", "/café /caf%C3%A9 /~user /stra%C3%9Fe"},
		{"an encoded slash is not a slash", "User-agent: *\nDisallow: /a%2Fb", "/a/b", "/a%2fb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := robots.Parse([]byte(c.file), "autointel")
			for _, p := range strings.Fields(c.allowed) {
				if !r.Allowed(p) {
					t.Errorf("%s is refused", p)
				}
			}
			for _, p := range strings.Fields(c.refused) {
				if r.Allowed(p) {
					t.Errorf("%s is allowed", p)
				}
			}
		})
	}
}

func TestHowSlowly(t *testing.T) {
	for file, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 2.5":                                         2500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 5\nUser-agent: autointel\nCrawl-delay: 1":    time.Second,
		"User-agent: *\nCrawl-delay: soon":                                        0,
		"User-agent: *\nCrawl-delay: -1\nDisallow: /a":                            0,
		"User-agent: *\nCrawl-delay: 1e300":                                       0,
		"User-agent: someone\nCrawl-delay: 7\n\nUser-agent: autointel\nDisallow:": 0,
	} {
		if got := robots.Parse([]byte(file), "autointel").Delay; got != want {
			t.Errorf("%q: %s, want %s", file, got, want)
		}
	}
}

func TestASiteWithoutAFile(t *testing.T) {
	if !robots.Everything().Allowed("/a") || robots.Nothing().Allowed("/a") || !robots.Nothing().Allowed("/robots.txt") {
		t.Error("a client's error allows everything, a server's nothing")
	}
}

func TestWhatIsTooLongIsIgnored(t *testing.T) {
	late := "User-agent: *\nDisallow: /early\n" + strings.Repeat("# filler\n", robots.MaxBytes/9) + "Disallow: /late\n"
	if r := robots.Parse([]byte(late), "autointel"); r.Allowed("/early") || !r.Allowed("/late") {
		t.Error("500 KiB are read, and no more")
	}
	// A pattern made to be slow, on a path made for it.
	r := robots.Parse([]byte("User-agent: *\nDisallow: /"+strings.Repeat("*a", 1000)+"b"), "autointel")
	started := time.Now()
	r.Allowed("/" + strings.Repeat("a", 2000))
	if took := time.Since(started); took > testtime.Limit(time.Second) {
		t.Errorf("it took %s", took)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nAllow: /%7e\nCrawl-delay: 1"), "/a/b?c")
	f.Add([]byte("user-agent:autointel\rdisallow:*$*"), "")
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		r := robots.Parse(body, "autointel")
		if r.Delay < 0 || !r.Allowed("/robots.txt") {
			t.Error("an answer that cannot be")
		}
		if len(body) > robots.MaxBytes/2 || bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
			return
		}
		other := robots.Parse(append([]byte("User-agent: somebody\nDisallow: /\n"), body...), "autointel")
		if other.Allowed(path) != r.Allowed(path) {
			t.Error("what is said to somebody else changes what is said to us")
		}
	})
}
