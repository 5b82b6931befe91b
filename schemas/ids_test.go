package schemas

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTheSameInteractionIsTheSameWorkflow(t *testing.T) {
	a, err := WorkflowID("1400000000000000000")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := WorkflowID("1400000000000000000")
	c, _ := WorkflowID("1400000000000000001")
	r, _ := RetrievalID("1400000000000000000")
	if a != b || a == c || strings.TrimPrefix(r, "rt_") == strings.TrimPrefix(a, "wf_") || !ValidID(a) || !ValidID(r) {
		t.Fatal(a, b, c, r)
	}
	want, _ := InteractionTime("1400000000000000000")
	if !IDTime(a).Equal(want) {
		t.Fatalf("time in the id %v, of the interaction %v", IDTime(a), want)
	}
	for _, bad := range []string{"", "0", "-1", "12", "x", "99999999999999999999"} {
		if _, err := WorkflowID(bad); !errors.Is(err, ErrSnowflake) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAReplayIsTheSameForTheSameRouteInTheSameBatch(t *testing.T) {
	id := ReplayID("wf_1", "dm", "b1", at)
	if id != ReplayID("wf_1", "dm", "b1", at) || !ValidID(id) || !strings.HasPrefix(id, "rt_") || !IDTime(id).Equal(at) {
		t.Errorf("%s of %v", id, IDTime(id))
	}
	for name, other := range map[string]string{
		"another workflow": ReplayID("wf_2", "dm", "b1", at),
		"another route":    ReplayID("wf_1", "channel", "b1", at),
		"another batch":    ReplayID("wf_1", "dm", "b2", at),
	} {
		if other == id {
			t.Errorf("%s is taken for the same replay", name)
		}
	}
}

func TestWhatIsNoIDHasNoTime(t *testing.T) {
	for _, text := range []string{"", "wf_1696291234", "wf_zzzzzzzzzzzz7000800000000000aaaa", "019b7c2e8a4e7d3f9a1b2c3d4e5f6071"} {
		if got := IDTime(text); !got.Equal(time.Time{}) {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestTheRetrievalCommandIsWhatAUserCanType(t *testing.T) {
	if got := RetrievalCommand("wf_1"); got != "/retrieve_results workflow_id:wf_1" {
		t.Error(got)
	}
}
