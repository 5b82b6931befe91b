package town

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func get(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	return string(body)
}

// TestEveryLinkOfTheArticleLeadsToAPage: the pages link to each other by invented names, which must all be replaced.
func TestEveryLinkOfTheArticleLeadsToAPage(t *testing.T) {
	s, err := Start(0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	article := get(t, s.URL())
	links := regexp.MustCompile(`href="(https?://[^"]*)"`).FindAllStringSubmatch(article, -1)
	if len(links) != len(sites)-1 {
		t.Errorf("%d links to %d other sites", len(links), len(sites)-1)
	}
	for _, l := range links {
		if page := get(t, l[1]); !strings.Contains(page, "</html>") {
			t.Errorf("%s: %s", l[1], page)
		}
	}
	if captions := get(t, strings.Replace(s.URL(), "the-wall", "wall.en.vtt", 1)); !strings.HasPrefix(captions, "WEBVTT") || strings.Count(captions, " --> ") != 30 {
		t.Error(captions)
	}
	if !strings.Contains(article, `src="wall.en.vtt"`) || strings.Contains(article, ".example") {
		t.Error("the article names a site that nobody serves")
	}
}
