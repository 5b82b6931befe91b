package ingest

import (
	"strings"
	"testing"
	"time"

	"autointel.example/schemas"
)

func TestTheFirstAnswerSaysHowLongItUsuallyTakes(t *testing.T) {
	d := open(t)
	d.intake.Times.Lifetime, d.intake.Times.Margin = 15*time.Minute, 10*time.Second
	now := time.Now()
	d.intake.Now = func() time.Time { return now }
	a := &archive{estimated: schemas.ArchiveEstimated{Runs: 50, Median: 4*time.Minute + 10*time.Second}}
	d.archive(t, a)
	_, m := d.start(t, ann, "https://example.org/1")
	if !strings.Contains(text(m), "usually about 4 min") || strings.Contains(text(m), "outlast") {
		t.Errorf("%q", text(m))
	}
	a.estimated.Median = 20 * time.Minute
	if _, m = d.start(t, ann, "https://example.org/2"); !strings.Contains(text(m), "usually about 4 min") {
		t.Errorf("within the minute it is remembered: %q", text(m))
	}
	now = now.Add(estimateFor)
	id, m := d.start(t, ann, "https://example.org/3")
	for _, want := range []string{"usually about 20 min", "outlast the 15 min", "/retrieve_results workflow_id:" + id} {
		if !strings.Contains(text(m), want) {
			t.Errorf("%q is missing in %q", want, text(m))
		}
	}
	if n := len(a.asked); n != 2 {
		t.Errorf("the archive was asked %d times", n)
	}
}

func TestNothingIsSaidOfWhatIsNotKnown(t *testing.T) {
	t.Run("there is no archive", func(t *testing.T) {
		d := open(t)
		if _, m := d.start(t, ann, "https://example.org"); strings.Contains(text(m), "usually") || !strings.Contains(text(m), "Queued") {
			t.Errorf("%q", text(m))
		}
	})
	t.Run("too few have ended", func(t *testing.T) {
		d := open(t)
		d.archive(t, &archive{estimated: schemas.ArchiveEstimated{Runs: estimateRuns - 1, Median: time.Minute}})
		if _, m := d.start(t, ann, "https://example.org"); strings.Contains(text(m), "usually") {
			t.Errorf("%q", text(m))
		}
	})
	t.Run("the archive is slow, and is not waited for twice", func(t *testing.T) {
		d := open(t)
		a := &archive{estimated: schemas.ArchiveEstimated{Runs: 50, Median: time.Minute}, hold: make(chan struct{})}
		d.archive(t, a)
		for _, url := range []string{"https://example.org/1", "https://example.org/2"} {
			if _, m := d.start(t, ann, url); strings.Contains(text(m), "usually") || !strings.Contains(text(m), "Queued") {
				t.Errorf("%q", text(m))
			}
		}
		close(a.hold)
		if n := len(a.asked); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestDurationsAsPeopleSayThem(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                         "a few seconds",
		4 * time.Second:           "a few seconds",
		7 * time.Second:           "about 10 s",
		44 * time.Second:          "about 40 s",
		100 * time.Second:         "about 2 min",
		15 * time.Minute:          "about 15 min",
		2*time.Hour - time.Minute: "about 2 h",
	} {
		if got := about(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}
