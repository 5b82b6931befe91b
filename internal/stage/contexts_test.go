package stage

import (
	"strconv"
	"testing"

	"autointel.example/schemas"
)

func opened(t *testing.T, id, context string) schemas.Envelope {
	t.Helper()
	v, err := schemas.Open(schemas.Message{
		Subject: "autointel." + id + ".stage.failed.analyze", Header: map[string][]string{schemas.HeaderType: {schemas.TypeStageFailed}, schemas.HeaderTime: {"2026-01-02T03:04:05Z"}},
		Body: []byte(`{"context":` + context + `,"data":{"stage":"analyze"}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAContextIsWhatItsOwnEventSays(t *testing.T) {
	known := newContexts()
	for _, c := range []struct{ context, depth string }{
		{`{"depth":"deep"}`, "deep"},
		{`{"depth":"deep"}`, "deep"},
		{`{"depth":"standard"}`, "standard"}, // of the same workflow, which should not be
		{`{"depth":"deep"}`, "deep"},
	} {
		if wc, err := known.of(opened(t, "wf_1", c.context)); err != nil || wc.Depth != c.depth {
			t.Errorf("%s was read as %q, %v", c.context, wc.Depth, err)
		}
	}
	if _, err := known.of(opened(t, "wf_2", `{"depth":7}`)); !schemas.Unreadable(err) {
		t.Errorf("a context that is none: %v", err)
	}
	if _, remembered := known.parsed["wf_2"]; remembered {
		t.Error("a context that is none is remembered")
	}
}

func TestTheContextsThatAreRememberedAreBounded(t *testing.T) {
	known := newContexts()
	for i := range remembered + 1 {
		if _, err := known.of(opened(t, "wf_"+strconv.Itoa(i), "{}")); err != nil {
			t.Fatal(err)
		}
	}
	_, oldest := known.parsed["wf_0"]
	if _, second := known.parsed["wf_1"]; len(known.parsed) != remembered || oldest || !second {
		t.Errorf("%d are remembered", len(known.parsed))
	}
}
