package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"autointel.example/schemas"
)

// piece is a part of a recording that is sent in one request.
type piece struct {
	file     io.ReaderAt
	header   []byte // comes before the bytes
	from, to int64  // bytes of the file
	name     string // which tells the endpoint the format by its ending
	start    time.Duration
	length   time.Duration // zero: not known
	// Speech that another piece has too belongs to the one in whose half of the overlap it is: to this, from begin to end.
	begin, end time.Duration // of the recording; end zero: no end
}

func (p piece) reader() io.Reader {
	return io.MultiReader(bytes.NewReader(p.header), io.NewSectionReader(p.file, p.from, p.to-p.from))
}

// cut cuts a recording into pieces. What was made on the way is removed by cleanUp, which is never nil.
func (c *Client) cut(ctx context.Context, file *os.File) (pieces []piece, limits []schemas.Limit, cleanUp func(), err error) {
	cleanUp = func() {}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, cleanUp, err
	}
	head := make([]byte, 4096)
	n, err := file.ReadAt(head, 0)
	if errors.Is(err, io.EOF) { // a short file
		err = nil
	}
	if err != nil {
		return nil, nil, cleanUp, err
	}
	kind := sniff(head[:n])
	switch {
	case kind == "":
		return nil, nil, cleanUp, &Error{Code: CodeFormat, Message: "The recording is in no format that speech recognition takes (MP3, WAV, M4A, MP4, Ogg, WebM, FLAC)."}
	case kind != "mp3" && kind != "wav" && info.Size() > c.o.PieceBytes:
		if c.o.FFmpeg == "" {
			return nil, nil, cleanUp, &Error{Code: CodeFormat, Message: fmt.Sprintf("The recording is a %s file of %d MB; more than %d MB can only be cut from MP3 and WAV. The operator can install ffmpeg, which converts it.", kind, info.Size()>>20, c.o.PieceBytes>>20)}
		}
		converted, err := c.convert(ctx, file)
		if err != nil {
			return nil, nil, cleanUp, err
		}
		cleanUp = func() { _, _ = converted.Close(), os.Remove(converted.Name()) } // a temporary file: the system removes what is left
		file, kind = converted, "mp3"
		if info, err = converted.Stat(); err != nil {
			return nil, nil, cleanUp, err
		}
	}
	var truncated bool
	switch kind {
	case "mp3":
		pieces, truncated, err = c.cutMP3(ctx, file, info.Size())
	case "wav":
		pieces, truncated, err = c.cutWAV(file, info.Size())
	default:
		pieces = []piece{{file: file, to: info.Size(), name: "recording." + kind}}
	}
	if truncated {
		limits = append(limits, schemas.Limit{Code: LimitLength, Message: fmt.Sprintf("Only the first %s of the recording were transcribed.", minutes(c.o.MaxLength))})
	}
	return pieces, limits, cleanUp, err
}

// sniff tells a format by the first bytes of a file; empty: it is none.
func sniff(b []byte) string {
	at := func(i int, s string) bool { return len(b) >= i+len(s) && string(b[i:i+len(s)]) == s }
	switch {
	case at(0, "RIFF") && at(8, "WAVE"):
		return "wav"
	case at(0, "ID3"):
		return "mp3"
	case at(4, "ftyp"):
		if at(8, "M4A") {
			return "m4a"
		}
		return "mp4"
	case at(0, "OggS"):
		return "ogg"
	case at(0, "fLaC"):
		return "flac"
	case at(0, "\x1aE\xdf\xa3"):
		return "webm"
	}
	for i := range b {
		if f, ok := frameAt(b[i:]); ok {
			if _, ok := frameAt(b[min(len(b), i+f.size):]); ok {
				return "mp3"
			}
		}
	}
	return ""
}

// plan cuts a length of time into pieces of at most a time, which overlap, and says whose the overlaps are.
func plan(length, most, overlap time.Duration) []piece {
	if length <= most {
		return []piece{{length: length}}
	}
	var pieces []piece
	for start := time.Duration(0); ; start += most - overlap {
		p := piece{start: start, length: min(most, length-start)}
		if n := len(pieces); n > 0 {
			p.begin = start + overlap/2
			pieces[n-1].end = p.begin
		}
		pieces = append(pieces, p)
		if start+most >= length {
			return pieces
		}
	}
}

// minutes shows a length to people.
func minutes(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	}
	return fmt.Sprintf("%d minutes", int(d.Minutes()))
}

// counter adds up what is done.
type counter struct {
	mu          sync.Mutex
	done, total time.Duration
	tell        func(done, total int64)
}

func newCounter(pieces []piece, tell func(done, total int64)) *counter {
	c := &counter{tell: tell}
	for _, p := range pieces {
		c.total += p.length
	}
	return c
}

func (c *counter) add(p piece) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += p.length
	if c.tell != nil {
		c.tell(int64(c.done.Seconds()), int64(c.total.Seconds()))
	}
}
