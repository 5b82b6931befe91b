package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/sandbox"
)

// answering is an endpoint that answers everything with a body.
func answering(t *testing.T, s *sandbox.Sandbox, answer string) (heard *bytes.Buffer) {
	t.Helper()
	heard = &bytes.Buffer{}
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(heard, r.Body)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(endpoint.Close)
	s.SetEndpoint(endpoint.URL)
	return heard
}

func TestAutocompletionInTheEndpointsResponse(t *testing.T) {
	s := plain(t, sandbox.Options{})
	typed := map[string]any{"workflow_id": "wf_", "n": 3}
	heard := answering(t, s, `{"type":8,"data":{"choices":[{"name":"one","value":"wf_1"},{"name":"two","value":"wf_2"}]}}`)
	got, err := s.Autocomplete(t.Context(), ann, "retrieve_results", typed, "workflow_id")
	if err != nil || len(got) != 2 || got[1].Name != "two" || got[1].Value != "wf_2" {
		t.Errorf("%+v, %v", got, err)
	}
	if !strings.Contains(heard.String(), `{"focused":true,"name":"workflow_id","type":3,"value":"wf_"}`) || !strings.Contains(heard.String(), `{"name":"n","type":4,"value":3}`) {
		t.Errorf("%s", heard)
	}
	for name, c := range map[string]struct {
		answer string
		fine   bool
	}{
		"an empty list":               {`{"type":8,"data":{"choices":[]}}`, true},
		"a missing list":              {`{"type":8,"data":{}}`, false},
		"no data":                     {`{"type":8}`, false},
		"a message":                   {`{"type":4,"data":{"content":"hello"}}`, false},
		"26 choices":                  {`{"type":8,"data":{"choices":[` + strings.Repeat(`{"name":"n","value":"v"},`, 25) + `{"name":"n","value":"v"}]}}`, false},
		"a choice without a name":     {`{"type":8,"data":{"choices":[{"name":"","value":"v"}]}}`, false},
		"a name of 101 characters":    {`{"type":8,"data":{"choices":[{"name":"` + strings.Repeat("n", 101) + `","value":"v"}]}}`, false},
		"a choice without a value":    {`{"type":8,"data":{"choices":[{"name":"n"}]}}`, false},
		"a value of 101 characters":   {`{"type":8,"data":{"choices":[{"name":"n","value":"` + strings.Repeat("v", 101) + `"}]}}`, false},
		"choices that are not a list": {`{"type":8,"data":{"choices":"all"}}`, false},
	} {
		answering(t, s, c.answer)
		if _, err := s.Autocomplete(t.Context(), ann, "retrieve_results", typed, "workflow_id"); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	answering(t, s, `{"type":8,"data":{"choices":[]}}`)
	if _, err := s.Command(t.Context(), ann, "autointel", nil); err == nil {
		t.Error("a command was answered with choices")
	}
}

func TestAutocompletionByACallback(t *testing.T) {
	t.Parallel()
	s := plain(t, sandbox.Options{})
	b := online(t, s)
	answered := make(chan error, 1)
	b.AddHandler(func(d *discordgo.Session, i *discordgo.InteractionCreate) {
		answered <- d.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionApplicationCommandAutocompleteResult,
			Data: &discordgo.InteractionResponseData{Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "one", Value: "wf_1"}}},
		})
	})
	got, err := s.Autocomplete(within(t), ann, "retrieve_results", map[string]any{"workflow_id": ""}, "workflow_id")
	if err != nil || len(got) != 1 || got[0].Value != "wf_1" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

func TestAnEndpointIsProbedWithAWrongSignature(t *testing.T) {
	w := start(t)
	if status, err := w.ProbeSignature(t.Context()); status != http.StatusUnauthorized || err != nil {
		t.Errorf("one that checks: %d, %v", status, err)
	}
	answering(t, w.Sandbox, `{"type":1}`)
	if status, err := w.ProbeSignature(t.Context()); status != http.StatusOK || err != nil {
		t.Errorf("one that does not: %d, %v", status, err)
	}
}
