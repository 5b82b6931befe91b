package archiver_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// report keeps the report of a completed workflow, n minutes ago.
func (h *house) report(t testing.TB, n int, who schemas.Requester, r schemas.Report) {
	t.Helper()
	wf, _ := ids(n)
	content, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	ended := time.Now().Add(-time.Duration(n) * time.Minute)
	record := archive.Record{
		WorkflowID: wf, URL: r.URL, Normalized: strings.TrimPrefix(r.URL, "https://"), Depth: "deep", Outcome: workflow.Completed, Title: r.Title, Result: content,
		UserID: who.UserID, GuildID: who.GuildID, Private: who.Private, RequestedAt: ended, EndedAt: ended,
	}
	if err := h.store.Put(t.Context(), record); err != nil {
		t.Fatal(err)
	}
}

func about(title string) schemas.Report {
	return schemas.Report{URL: "https://example.org/" + title, Title: title}
}

func TestAReportNamesOnlyWhatItsReadersMayKnow(t *testing.T) {
	h := openAnswering(t)
	user := schemas.Requester{UserID: "6", GuildID: "2"}
	elsewhere, direct, private, bob := user, user, user, schemas.Requester{UserID: "7", GuildID: "2"}
	elsewhere.GuildID, direct.GuildID, private.Private = "3", "", true
	bobPrivate := bob
	bobPrivate.Private = true
	boss := schemas.Requester{UserID: "8", GuildID: "2", ManageGuild: true}
	h.report(t, 1, user, about("tides"))
	h.report(t, 2, private, about("secret"))
	h.report(t, 3, elsewhere, about("elsewhere"))
	h.report(t, 4, direct, about("direct"))
	h.report(t, 5, bob, about("bread"))
	h.report(t, 6, bobPrivate, about("cake"))
	for name, c := range map[string]struct {
		who  schemas.Requester
		want string
	}{
		"in a guild, where others see it": {user, "tides "},
		"in private":                      {private, "tides secret elsewhere direct "},
		"in a direct message":             {direct, "tides secret elsewhere direct "},
		"somebody else":                   {bob, "bread "},
		"who may manage the guild":        {boss, "tides bread "},
		"a manager of another guild":      {schemas.Requester{UserID: "9", GuildID: "3", ManageGuild: true}, "elsewhere "},
	} {
		got, err := h.client.Known(t.Context(), schemas.ArchiveKnown{Requester: c.who, URLs: []string{"https://example.org/secret", "https://example.org/cake"}})
		var titles string
		for _, r := range got.Reports {
			titles += r.Title + " "
		}
		if err != nil || titles != c.want {
			t.Errorf("%s: %q, %v, want %q", name, titles, err, c.want)
		}
	}
}

func TestWhatAReportSaysAboutItself(t *testing.T) {
	h := openAnswering(t)
	h.report(t, 1, ann, schemas.Report{
		URL: "https://example.org/a", SourceURL: "https://example.org/b", Title: "The gauge", SiteName: "Post", Authors: []string{"Ada"}, SourceHash: "ab",
		Analysis:   &schemas.Analysis{Fingerprint: []uint32{1, 4294967295}, Entities: []schemas.Entity{{Name: "Clara Voss"}}},
		Assessment: &schemas.Assessment{Trust: schemas.Trust{Score: 61}},
	})
	h.report(t, 2, ann, schemas.Report{URL: "https://example.org/c", Imported: schemas.RawJSON(`{"old":[1,2]}`)})
	got, err := h.client.Known(t.Context(), schemas.ArchiveKnown{Requester: ann})
	if err != nil || len(got.Reports) != 2 || got.Truncated {
		t.Fatalf("%+v, %v", got, err)
	}
	r := got.Reports[0]
	if r.SourceURL != "https://example.org/b" || r.SiteName != "Post" || r.Authors[0] != "Ada" || r.Digest != "ab" || *r.Trust != 61 || r.Entities[0] != "Clara Voss" || r.Fingerprint[1] != 4294967295 || r.EndedAt.IsZero() {
		t.Errorf("%+v", r)
	}
	if r := got.Reports[1]; r.URL != "https://example.org/c" || r.Trust != nil || r.Fingerprint != nil {
		t.Errorf("%+v", r)
	}
}

// An archive of three hundred reports of 200 kB each: those of the address and the names are found however old they are, and the
// answer comes in time and fits into a message.
func TestAFullArchiveAnswersInTime(t *testing.T) {
	h := openAnswering(t)
	fingerprint := make([]uint32, 128)
	for i := range fingerprint {
		fingerprint[i] = uint32(4_000_000_000 + i)
	}
	var entities []schemas.Entity
	for i := range 60 {
		entities = append(entities, schemas.Entity{Name: fmt.Sprintf("Somebody Important %d", i)})
	}
	for n := range 300 {
		r := about(fmt.Sprintf("page%d", n))
		r.Analysis = &schemas.Analysis{Fingerprint: fingerprint, Entities: entities}
		r.Markdown = strings.Repeat("word ", 40_000)
		if n == 290 {
			r.Markdown += "Clara Voss"
		}
		h.report(t, n+1, ann, r)
	}
	question := schemas.ArchiveKnown{Requester: ann, URLs: []string{"https://example.org/page280"}, Names: []string{"Clara Voss"}}
	started := time.Now()
	got, err := h.client.Known(t.Context(), question)
	first := time.Since(started)
	again, errAgain := h.client.Known(t.Context(), question)
	if second := time.Since(started) - first; errAgain != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("asked again, the answer is another: %v", errAgain)
	} else {
		t.Logf("%d reports in %s, and again in %s", len(got.Reports), first, second)
	}
	found := map[string]bool{}
	for i, r := range got.Reports {
		found[r.Title] = true
		if i > 0 && r.EndedAt.After(got.Reports[i-1].EndedAt) {
			t.Errorf("%s stands behind an older one", r.Title)
		}
	}
	if err != nil || len(got.Reports) != 102 || !got.Truncated || !found["page280"] || !found["page290"] || !found["page0"] {
		t.Errorf("%d reports, truncated %v, %v", len(got.Reports), got.Truncated, err)
	}
}
