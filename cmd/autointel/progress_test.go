package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"autointel.example/services/archiver"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// after is the progress when n of a total are done, one a step.
func after(n, total int, step time.Duration) progress {
	p := progress{what: "replayed", total: total}
	for i := range n {
		p = p.did(noon.Add(time.Duration(i) * step))
	}
	return p
}

func TestProgressSaysHowFarAndHowLong(t *testing.T) {
	resumed := after(500, 1000, 0) // by an earlier run, in an instant
	for i := range recentDone {
		resumed = resumed.did(noon.Add(time.Duration(i) * time.Second))
	}
	for _, c := range []struct {
		p    progress
		want string
	}{
		{after(0, 0, 0), "[########################] 100% 0 of 0 replayed"},
		{after(0, 8, 0), "[........................]   0% 0 of 8 replayed"},
		{after(1, 8, time.Second), "[###.....................]  12% 1 of 8 replayed"},
		{after(4, 8, 1500*time.Millisecond), "[############............]  50% 4 of 8 replayed, 40 a minute, 6s left"},
		{after(6, 8, time.Millisecond), "[##################......]  75% 6 of 8 replayed, 1000 a second, 1s left"},
		{after(8, 8, time.Minute), "[########################] 100% 8 of 8 replayed, 1 a minute"},
		{after(8, 8, 0), "[########################] 100% 8 of 8 replayed"},
		{resumed, "[#############...........]  55% 550 of 1000 replayed, 60 a minute, 7m30s left"},
	} {
		if got := fmt.Sprint(c.p); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func TestABarIsDrawnOverOnATerminalAndPlainElsewhere(t *testing.T) {
	for live, want := range map[bool]string{
		true: "\r\x1b[Ka\n[############............]  50% 1 of 2 replayed" +
			"\r\x1b[Ka\n[########################] 100% 2 of 2 replayed, 1 a minute\r\x1b[K2 of 2 replayed.\n",
		false: "a\na\n[########################] 100% 2 of 2 replayed, 1 a minute\n2 of 2 replayed.\n",
	} {
		var out strings.Builder
		b := newBar(&out, "replayed", 2)
		b.live = live
		for i := range 2 {
			b.did(noon.Add(time.Duration(i)*time.Minute), func() { out.WriteString("a\n") })
		}
		b.end()
		if out.String() != want {
			t.Errorf("%q\nwant %q", out.String(), want)
		}
	}
}

// TestTheMovingOfAnEarlierArchiveIsShown: its end is said, once.
func TestTheMovingOfAnEarlierArchiveIsShown(t *testing.T) {
	var out bytes.Buffer
	d := showing(archiver.Database{DataDir: "d"}, &out)
	for moved := 64; moved < 150; moved += 64 {
		d.Moving(moved, 150-moved)
	}
	if out.Len() > 0 {
		t.Errorf("%q, though it has not ended and no time has passed", &out)
	}
	d.Moving(150, 0)
	if got := out.String(); got != "150 of 150 records of an earlier version moved.\n" || d.DataDir != "d" {
		t.Errorf("%q", got)
	}
}
