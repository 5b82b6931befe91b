package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"
)

// volume shows how many bytes, or other things, of a known or estimated total have passed: on a terminal as a line that is drawn over, elsewhere as a
// line now and then.
type volume struct {
	w     io.Writer
	what  string // participle: written
	unit  func(n int64) string
	live  bool
	drawn bool
	last  time.Time
}

func newVolume(w io.Writer, what string) *volume {
	f, ok := w.(*os.File)
	return &volume{w: w, what: what, unit: bytesOf, live: ok && isatty.IsTerminal(f.Fd()), last: time.Now()}
}

// newVolumeOf is newVolume for what is counted.
func newVolumeOf(w io.Writer, what string) *volume {
	v := newVolume(w, what)
	v.unit = humanize.Comma
	return v
}

func bytesOf(n int64) string { return humanize.IBytes(uint64(n)) }

// at says how far it is. A total that turns out too small is not shown.
func (v *volume) at(done, total int64) {
	every := plainEvery
	if v.live {
		every = 100 * time.Millisecond
	}
	now := time.Now()
	if now.Sub(v.last) < every {
		return
	}
	v.last = now
	line := v.unit(done) + " " + v.what
	if total > done {
		line = fmt.Sprintf("%3d%%  %s of %s %s", done*100/total, v.unit(done), v.unit(total), v.what)
	}
	if v.live {
		fmt.Fprint(v.w, "\r\x1b[K"+line)
		v.drawn = true
		return
	}
	fmt.Fprintln(v.w, line)
}

// end takes away what was drawn.
func (v *volume) end() {
	if v.drawn {
		fmt.Fprint(v.w, "\r\x1b[K")
	}
}
