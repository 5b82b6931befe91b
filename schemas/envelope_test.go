package schemas

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestAnEventWithoutAContextOrWithBrokenDataIsNotWritten(t *testing.T) {
	e := sampleEvent(t, StageFailed{Stage: "analyze"})
	e.Context = nil
	if m, err := Encode(e); err == nil {
		t.Errorf("without a context: %s", m.Body)
	}
	e = sampleEvent(t, WorkflowCompleted{Report: RawJSON(`{"cut":`)})
	if m, err := Encode(e); err == nil || !strings.Contains(err.Error(), TypeWorkflowCompleted) {
		t.Errorf("%v, %s", err, m.Body)
	}
}

// Where the end is missed, the JSON package reads the whole body: right, and slow.
func TestTheEndOfAnObjectIsFoundPastItsStrings(t *testing.T) {
	for _, object := range []string{`{}`, `{"a":"}"}`, `{"a":"\"}"}`, `{"a":"\\"}`, `{"a":"\\\"{"}`, `{"a":[{"b":"]"}],"c":{}}`} {
		if got := objectEnd([]byte(object + `,"data":{}}`)); got != len(object) {
			t.Errorf("%s ends at %d, want %d", object, got, len(object))
		}
	}
	for _, none := range []string{``, `[]`, `{`, `{"a":"}`, `{"a":"\"}`, `{"a":"\`} {
		if got := objectEnd([]byte(none)); got != 0 {
			t.Errorf("%s ends at %d", none, got)
		}
	}
}

// The outside of an event is read by its brackets and strings alone, and as the JSON package reads it.
func TestTheOutsideOfAnEventIsReadAsTheWholeOfItIs(t *testing.T) {
	for _, context := range []string{
		`{}`, `{"a":"}"}`, `{"a":"\"}"}`, `{"a":"\\"}`, `{"a":"\\\"{"}`, `{"a":[{"b":"]"}],"c":{}}`, `{"a":",\"data\":{"}`, `{ "a" : 1 }`,
	} {
		for _, form := range []string{`{"context":%s,"data":%s}`, `{ "context": %s, "data": %s }`, `{"context":%s,"data":%s,"more":1}`, `{"data":%[2]s,"context":%[1]s}`} {
			body := fmt.Appendf(nil, form, context, `{"stage":"analyze","message":"\"}{"}`)
			var want struct{ Context, Data RawJSON }
			if err := json.Unmarshal(body, &want); err != nil {
				t.Fatal(err)
			}
			m := Message{"autointel.wf_1.stage.failed.analyze", map[string][]string{HeaderType: {TypeStageFailed}}, body}
			v, err := Open(m)
			if err != nil || string(v.Context) != string(want.Context) || string(v.Data) != string(want.Data) {
				t.Errorf("%s was read as %s and %s (%v)", body, v.Context, v.Data, err)
			}
		}
	}
}

func TestTheContextOfAnEventIsReadOrSaidToBeBroken(t *testing.T) {
	m, err := Encode(sampleEvent(t, StageFailed{Stage: "analyze"}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := Decode(m)
	if err != nil {
		t.Fatal(err)
	}
	v, err := Open(m)
	if err != nil {
		t.Fatal(err)
	}
	for name, parse := range map[string]func() (Context, error){"event": e.ParseContext, "envelope": v.ParseContext} {
		if got, err := parse(); err != nil || !reflect.DeepEqual(got, sampleContext) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	e.Context, v.Context = RawJSON(`{"depth":7}`), RawJSON(`{"depth":7}`)
	for name, parse := range map[string]func() (Context, error){"event": e.ParseContext, "envelope": v.ParseContext} {
		if _, err := parse(); !Unreadable(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for body, want := range map[string]string{
		`{"context":{"url":"u"},"data":7}`:     `{"url":"u"}`, // what cannot be read is the data
		`{"context":{"depth":7},"data":{}}`:    "",
		`{"context":[],"data":{}}`:             "",
		`{"context":null,"data":{}}`:           "",
		`{"data":{}}`:                          "",
		`{"context":{"url":`:                   "",
		`{"context":{url},"data":{"stage":1}}`: "",
		``:                                     "",
	} {
		if got := ContextIn([]byte(body)); string(got) != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestEveryErrorOfAReaderNamesTheEventAndMakesItUnreadable(t *testing.T) {
	cause := errors.New("cut short")
	for _, c := range []struct {
		err  error
		says []string
	}{
		{&UnknownTypeError{"autointel.other.v1"}, []string{"autointel.other.v1"}},
		{&NewerVersionError{"autointel.stage.failed.v2", 1}, []string{"autointel.stage.failed.v2", "1"}},
		{&BrokenError{"autointel.wf_1.session.closed", TypeSessionClosed, cause}, []string{"autointel.wf_1.session.closed", TypeSessionClosed, "cut short"}},
	} {
		for _, want := range c.says {
			if !strings.Contains(c.err.Error(), want) {
				t.Errorf("%T does not say %q: %v", c.err, want, c.err)
			}
		}
		if !Unreadable(fmt.Errorf("read: %w", c.err)) {
			t.Errorf("%T: another try is taken for worth while", c.err)
		}
	}
	if Unreadable(cause) || Unreadable(nil) {
		t.Error("any error at all makes an event unreadable")
	}
	if !errors.Is(&BrokenError{Err: cause}, cause) {
		t.Error("the cause is hidden")
	}
}

// What a context cannot say is found where the whole event is decoded: Open looks at brackets alone.
func TestAContextThatIsNoJSONMakesTheWholeEventUnreadable(t *testing.T) {
	m := Message{"autointel.wf_1.stage.failed.analyze", map[string][]string{HeaderType: {TypeStageFailed}, HeaderTime: {"2026-01-02T03:04:05Z"}}, []byte(`{"context":{url},"data":{"stage":"analyze"}}`)}
	if _, err := Decode(m); !Unreadable(err) {
		t.Error(err)
	}
}

func TestAPlanFindsItsStages(t *testing.T) {
	plan := sampleContext.Plan
	if s, ok := plan.Find("transcribe"); !ok || !s.Given || s.Stage != "transcribe" {
		t.Errorf("%+v, %v", s, ok)
	}
	if s, ok := plan.Find("verify"); ok || s.Stage != "" {
		t.Errorf("not planned: %+v", s)
	}
}
