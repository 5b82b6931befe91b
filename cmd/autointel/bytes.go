package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"
)

// volume shows how many bytes of a known or estimated total have passed: on a terminal as a line that is drawn over, elsewhere as a
// line now and then.
type volume struct {
	w     io.Writer
	what  string // participle: written
	live  bool
	drawn bool
	last  time.Time
}

func newVolume(w io.Writer, what string) *volume {
	f, ok := w.(*os.File)
	return &volume{w: w, what: what, live: ok && isatty.IsTerminal(f.Fd()), last: time.Now()}
}

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
	line := humanize.IBytes(uint64(done)) + " " + v.what
	if total > done {
		line = fmt.Sprintf("%3d%%  %s of %s %s", done*100/total, humanize.IBytes(uint64(done)), humanize.IBytes(uint64(total)), v.what)
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
