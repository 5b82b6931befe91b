package archiver_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

// BenchmarkRefusal measures how long a request waits for its refusal, from event to event: of somebody else's result of 50 kB,
// and of one that does not exist, by turns. Who could tell them apart would learn that the other exists.
func BenchmarkRefusal(b *testing.B) {
	h := open(b)
	theirs, _ := ids(1)
	report := []byte(`{"workflow_id":"x","markdown":"` + strings.Repeat("the keeper of the gauge ", 2000) + `"}`)
	a, err := h.client.PutArtifact(b.Context(), theirs, "application/json", report)
	if err != nil {
		b.Fatal(err)
	}
	h.append(b, theirs, ann, schemas.WorkflowRequested{RequestedAt: time.Now()})
	h.append(b, theirs, ann, schemas.WorkflowCompleted{Result: a, Title: "Tides"})
	h.append(b, theirs, ann, undelivered(a))
	<-h.events
	unknown, _ := ids(2)
	took := map[string][]time.Duration{}
	n := 10
	order := []string{theirs, unknown}
	for b.Loop() {
		slices.Reverse(order) // what came before is no reason
		for _, asked := range order {
			n++
			_, rt := ids(n)
			started := time.Now()
			h.append(b, rt, schemas.Requester{UserID: "7"}, schemas.RetrievalRequested{Workflow: asked})
			if r, ok := (<-h.events).Data.(schemas.RetrievalRefused); !ok || r.Reason != archive.NotFound {
				b.Fatalf("%+v", r)
			}
			<-h.counts.retrieved
			took[asked] = append(took[asked], time.Since(started))
		}
	}
	for id, name := range map[string]string{theirs: "theirs", unknown: "unknown"} {
		slices.Sort(took[id])
		b.ReportMetric(float64(took[id][len(took[id])/2].Microseconds()), name+"-median-us")
		b.ReportMetric(float64(took[id][len(took[id])*99/100].Microseconds()), name+"-p99-us")
	}
	b.ReportMetric(0, "ns/op")
}
