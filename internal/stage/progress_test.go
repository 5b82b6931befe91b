package stage

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"autointel.example/schemas"
)

// spooling runs a spool by the bubble's clock until the test ends, and says what was published after how long.
func spooling(t *testing.T) (s *spool, stop func(), published func() []string) {
	t.Helper()
	s = newSpool()
	ctx, stop := context.WithCancel(t.Context())
	began := time.Now()
	var list []string
	go s.run(ctx, func(p schemas.Progress) error {
		list = append(list, p.Workflow+" "+p.Stage+" "+p.State+" "+time.Since(began).String())
		return nil
	})
	synctest.Wait()
	return s, stop, func() []string { synctest.Wait(); return list }
}

func TestTheNewestWordOfEachStageIsPublishedAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop, published := spooling(t)
		defer stop()
		s.put(schemas.Progress{Workflow: "wf_1", Stage: "analyze", State: "running"})
		s.put(schemas.Progress{Workflow: "wf_1", Stage: "verify", State: "running"})
		s.put(schemas.Progress{Workflow: "wf_1", Stage: "analyze", State: "completed"})
		s.put(schemas.Progress{Workflow: "wf_2", Stage: "analyze", State: "running"})
		s.ended("wf_2") // its ending says it all
		if got := published(); got != nil {
			t.Errorf("at once: %v", got)
		}
		<-time.After(progressDelay)
		if want := []string{"wf_1 analyze completed 200ms", "wf_1 verify running 200ms"}; !slices.Equal(published(), want) {
			t.Errorf("%v, want %v", published(), want)
		}
	})
}

func TestWhatIsLeftIsPublishedWhenTheProcessStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop, published := spooling(t)
		s.put(schemas.Progress{Workflow: "wf_1", Stage: "analyze", State: "running"})
		stop()
		if want := []string{"wf_1 analyze running 0s"}; !slices.Equal(published(), want) {
			t.Errorf("%v, want %v", published(), want)
		}
	})
}

func TestNewsOfManyWorkflowsDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, stop, published := spooling(t)
		defer stop()
		for i := range progressFlush + 1 {
			s.put(schemas.Progress{Workflow: strconv.Itoa(i), Stage: "analyze"})
		}
		if got := len(published()); got != progressFlush+1 {
			t.Errorf("%d of %d are published at once", got, progressFlush+1)
		}
	})
}

func TestNoMoreProgressIsKeptThanCanBePublished(t *testing.T) {
	s := newSpool() // whose publisher stands still
	for i := range 5 * progressFlush {
		s.put(schemas.Progress{Workflow: strconv.Itoa(i), Stage: "analyze", State: "running"})
	}
	s.put(schemas.Progress{Workflow: "0", Stage: "analyze", State: "completed"}) // takes no more room
	news := s.take()
	if len(news) != 4*progressFlush || news["0"][0].State != "completed" {
		t.Errorf("%d workflows are kept, the first with %+v", len(news), news["0"])
	}
	if len(s.take()) != 0 {
		t.Error("it is published twice")
	}
}
