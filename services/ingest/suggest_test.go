package ingest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"autointel.example/internal/discord"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/testtime"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// typing is somebody who types the workflow id of a command.
func typing(t *testing.T, u sandbox.User, command, typed string) []byte {
	t.Helper()
	permissions := "0"
	if u.ManageGuild {
		permissions = "32"
	}
	body, err := json.Marshal(map[string]any{
		"id": discord.Snowflake(time.Now(), 7), "application_id": "1", "type": 4, "token": "secret", "guild_id": u.GuildID, "channel_id": u.ChannelID,
		"member":                         map[string]any{"user": map[string]any{"id": u.ID}, "permissions": permissions},
		"authorizing_integration_owners": map[string]string{"0": u.GuildID},
		"data": map[string]any{"id": "2", "name": command, "type": 1, "options": []any{
			map[string]any{"name": "workflow_id", "type": 3, "value": typed, "focused": true},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func (d *desk) suggested(t *testing.T, u sandbox.User, command, typed string) []Choice {
	t.Helper()
	r, err := parseInteraction(typing(t, u, command, typed))
	if err != nil {
		t.Fatal(err)
	}
	return d.intake.Suggest(t.Context(), r)
}

func TestEndedWorkflowsAreSuggestedForRetrieval(t *testing.T) {
	d := open(t)
	a := &archive{}
	for n := range 30 {
		a.entries = append(a.entries, schemas.ArchiveEntry{
			Workflow: fmt.Sprintf("wf_%032x", n), URL: "https://example.org", Depth: "deep", Outcome: workflow.Completed, Title: "Tides", EndedAt: time.Now().Add(-3 * time.Hour),
		})
	}
	a.entries[1].Title = strings.Repeat("ü", 300)
	a.entries[2].Title, a.entries[2].Outcome = "", workflow.Failed
	d.archive(t, a)
	got := d.suggested(t, ann, "retrieve_results", " tid ")
	if len(got) != maxChoices || got[0] != (Choice{"Tides · deep · 3 h ago", a.entries[0].Workflow}) {
		t.Fatalf("%d: %+v", len(got), got)
	}
	if n := utf8.RuneCountInString(got[1].Name); n != maxChoiceName || !strings.HasSuffix(got[1].Name, "… · deep · 3 h ago") {
		t.Errorf("%d characters: %q", n, got[1].Name)
	}
	if got[2].Name != "https://example.org · deep, failed · 3 h ago" {
		t.Errorf("%q", got[2].Name)
	}
	var asked schemas.ArchiveSuggest
	if err := json.Unmarshal([]byte(<-a.asked), &asked); err != nil || asked.Typed != "tid" || asked.Requester.UserID != ann.ID || asked.Limit != maxChoices {
		t.Errorf("%+v, %v", asked, err)
	}
}

func TestRunningWorkflowsAreSuggestedForCancelling(t *testing.T) {
	d := open(t)
	one, _ := d.start(t, ann, "https://example.org/tides")
	two, _ := d.start(t, ann, "https://example.org/bread")
	secret, _ := d.use(t, ann, "autointel", map[string]any{"url": "https://example.org/secret", "private": true})
	three, _ := schemas.WorkflowID(secret.ID)
	for _, c := range []struct {
		name  string
		who   sandbox.User
		typed string
		want  []string
	}{
		{"one's own, newest first", ann, "", []string{three, two, one}},
		{"by a part of the address", ann, "TIDES", []string{one}},
		{"by the id", ann, two, []string{two}},
		{"nothing that fits", ann, "cheese", nil},
		{"of somebody else", sandbox.User{ID: "12", GuildID: "22"}, "", nil},
		{"of the guild one manages", sandbox.User{ID: "13", GuildID: "22", ManageGuild: true}, "", []string{two, one}},
	} {
		var ids []string
		for _, s := range d.suggested(t, c.who, "cancel", c.typed) {
			ids = append(ids, s.Value)
		}
		if fmt.Sprint(ids) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, ids, c.want)
		}
	}
	if got := d.suggested(t, ann, "cancel", "tides"); len(got) != 1 || got[0].Name != "https://example.org/tides · deep · just now" {
		t.Errorf("%+v", got)
	}
}

func TestWhereNothingCanBeSuggestedThereAreNoChoices(t *testing.T) {
	d := open(t)
	if got := d.suggested(t, ann, "retrieve_results", ""); got != nil {
		t.Errorf("no archive: %v", got)
	}
	if got := d.suggested(t, ann, "autointel", ""); got != nil {
		t.Errorf("an option that is not completed: %v", got)
	}
	a := &archive{err: errors.New("the disk is gone")}
	d.archive(t, a)
	if got := d.suggested(t, ann, "retrieve_results", ""); got != nil {
		t.Errorf("an archive that fails: %v", got)
	}
	a.hold = make(chan struct{})
	began := time.Now()
	if got := d.suggested(t, ann, "retrieve_results", ""); got != nil || time.Since(began) > testtime.Limit(time.Second) {
		t.Errorf("an archive that does not answer: %v after %s", got, time.Since(began))
	}
	close(a.hold)
	d.conn.Close()
	if got := d.suggested(t, ann, "cancel", ""); got != nil {
		t.Errorf("no broker: %v", got)
	}
}

const noChoices = `{"data":{"choices":[]},"type":8}`

func TestChoicesAreAnsweredInTheResponse(t *testing.T) {
	d := open(t)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := httptest.NewServer((&Endpoint{Key: public, Intake: d.intake, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}).Handler())
	defer endpoint.Close()
	ask := func(command string) string {
		body := typing(t, ann, command, "")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, endpoint.URL+"/interactions", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		now := fmt.Sprint(time.Now().Unix())
		req.Header.Set("X-Signature-Timestamp", now)
		req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(private, append([]byte(now), body...))))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%d, %v", resp.StatusCode, err)
		}
		return string(content)
	}
	if got := ask("retrieve_results"); got != noChoices {
		t.Errorf("%s", got)
	}
	id, _ := d.start(t, ann, "https://example.org")
	if got := ask("cancel"); got != `{"data":{"choices":[{"name":"https://example.org · deep · just now","value":"`+id+`"}]},"type":8}` {
		t.Errorf("%s", got)
	}
}

func TestDiscordTakesWhatIsSuggested(t *testing.T) {
	d := open(t)
	id, _ := d.start(t, ann, "https://example.org")
	for command, want := range map[string]int{"cancel": 1, "retrieve_results": 0} {
		got, err := d.Autocomplete(t.Context(), ann, command, map[string]any{"workflow_id": "wf_"}, "workflow_id")
		if err != nil || len(got) != want || want > 0 && got[0].Value != id {
			t.Errorf("%s: %+v, %v", command, got, err)
		}
	}
}

func TestChoicesOfTheGatewayAreSentByTheCallbackRoute(t *testing.T) {
	d := open(t)
	got := make(chan string, 1)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got <- fmt.Sprint(r.Method, " ", strings.HasSuffix(r.URL.Path, "/secret/callback"), " ", string(body), err)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer api.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	d.intake.Interactions = discord.NewInteractions(discord.Options{API: api.URL, HTTP: &http.Client{Transport: transport}})
	r, err := parseInteraction(typing(t, ann, "retrieve_results", "x"))
	if err != nil {
		t.Fatal(err)
	}
	d.intake.Start(r)
	d.intake.Wait()
	if body := <-got; body != "POST true "+noChoices+"<nil>" {
		t.Errorf("%s", body)
	}
}

func TestSuggestionsEndWithTheRequest(t *testing.T) {
	d := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := parseInteraction(typing(t, ann, "cancel", ""))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.intake.Suggest(ctx, r); got != nil {
		t.Errorf("%v", got)
	}
}
