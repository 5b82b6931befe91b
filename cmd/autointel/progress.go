package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"

	"autointel.example/services/archiver"
)

// progress is how far a job of a known size is.
type progress struct {
	what        string // participle: replayed
	done, total int
	recent      []time.Time // when the last few were done, oldest first
}

// recentDone is over how many the rate is taken: what an earlier run had done passes in an instant and says nothing of the rest.
const recentDone = 50

func (p progress) did(now time.Time) progress {
	p.done++
	p.recent = append(p.recent[max(0, len(p.recent)+1-recentDone):len(p.recent):len(p.recent)], now)
	return p
}

// String is, say, "[######..................]  25% 250 of 1000 replayed, 40 a minute, 18m45s left". Of a rate that is not
// known yet it says nothing.
func (p progress) String() string {
	const width = 24
	full, percent := width, 100
	if p.total > 0 {
		full, percent = p.done*width/p.total, p.done*100/p.total
	}
	line := fmt.Sprintf("[%s%s] %3d%% %d of %d %s", strings.Repeat("#", full), strings.Repeat(".", width-full), percent, p.done, p.total, p.what)
	if len(p.recent) < 2 {
		return line
	}
	each := p.recent[len(p.recent)-1].Sub(p.recent[0]) / time.Duration(len(p.recent)-1)
	if each <= 0 {
		return line
	}
	if rate := float64(time.Minute) / float64(each); rate < 600 {
		line += fmt.Sprintf(", %.0f a minute", max(rate, 1))
	} else {
		line += fmt.Sprintf(", %.0f a second", rate/60)
	}
	if left := time.Duration(p.total-p.done) * each; left > 0 {
		line += fmt.Sprintf(", %s left", max(left.Round(time.Second), time.Second))
	}
	return line
}

// bar shows progress: on a terminal as one line that is drawn over, elsewhere as a line now and then.
type bar struct {
	progress
	w    io.Writer
	live bool
	last time.Time // a plain line was written, or the first was done
}

// plainEvery is how often progress is written where it cannot be drawn over.
const plainEvery = 10 * time.Second

func newBar(w io.Writer, what string, total int) *bar {
	f, ok := w.(*os.File)
	b := &bar{progress: progress{what: what, total: total}, w: w, live: ok && isatty.IsTerminal(f.Fd())}
	if b.live {
		fmt.Fprint(w, b.progress)
	}
	return b
}

// did counts one, of which say writes a line of its own: above the bar, if both are on one terminal.
func (b *bar) did(now time.Time, say func()) {
	b.progress = b.progress.did(now)
	if b.live {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
	say()
	switch {
	case b.live:
		fmt.Fprint(b.w, b.progress)
	case b.last.IsZero():
		b.last = now
	case now.Sub(b.last) >= plainEvery:
		fmt.Fprintln(b.w, b.progress)
		b.last = now
	}
}

// end leaves the last state behind as a line.
func (b *bar) end() {
	if b.live {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
	fmt.Fprintf(b.w, "%d of %d %s.\n", b.done, b.total, b.what)
}

// showing is an archive that shows how far its opening is, when it is of an earlier version: a large one takes minutes.
func showing(d archiver.Database, w io.Writer) archiver.Database {
	var b *bar
	d.Moving = func(moved, left int) {
		if b == nil {
			b = newBar(w, "records of an earlier version moved", moved+left)
		}
		for b.done < moved {
			b.did(time.Now(), func() {})
		}
		if left == 0 {
			b.end()
		}
	}
	return d
}
