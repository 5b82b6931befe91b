package speech

import (
	"encoding/binary"
	"io"
	"time"
)

// wav is what the header of a WAV file says.
type wav struct {
	format     []byte // the chunk "fmt ", which every piece gets
	block      int64  // bytes of one sample of all channels
	perSecond  int64  // bytes
	data, size int64  // where the samples are, and how many bytes
}

var errWAV = &Error{Code: CodeFormat, Message: "The recording's WAV header cannot be read."}

// readWAV reads the chunks of a file up to the samples. A size that is not told, as programs that write to a pipe leave it, is
// the rest of the file.
func readWAV(file io.ReaderAt, size int64) (wav, error) {
	var w wav
	head := make([]byte, 8)
	for at, chunks := int64(12), 0; chunks < 1000; chunks++ {
		if _, err := file.ReadAt(head, at); err != nil {
			return w, errWAV
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		switch string(head[:4]) {
		case "fmt ":
			if length < 16 || length > 256 {
				return w, errWAV
			}
			w.format = make([]byte, length)
			if _, err := file.ReadAt(w.format, at+8); err != nil {
				return w, errWAV
			}
			w.perSecond = int64(binary.LittleEndian.Uint32(w.format[8:]))
			w.block = int64(binary.LittleEndian.Uint16(w.format[12:]))
		case "data":
			w.data, w.size = at+8, min(length, size-at-8)
			if w.format == nil || w.block == 0 || w.perSecond < w.block {
				return w, errWAV
			}
			return w, nil
		}
		at += 8 + length + length&1
	}
	return w, errWAV
}

// cutWAV cuts between samples. Each piece has a header of its own.
func (c *Client) cutWAV(file io.ReaderAt, size int64) (pieces []piece, truncated bool, err error) {
	w, err := readWAV(file, size)
	if err != nil {
		return nil, false, err
	}
	at := func(d time.Duration) int64 {
		return min(w.size, int64(d.Seconds()*float64(w.perSecond))/w.block*w.block)
	}
	length := time.Duration(float64(w.size) / float64(w.perSecond) * float64(time.Second))
	if length > c.o.MaxLength {
		length, truncated = c.o.MaxLength, true
	}
	if length == 0 {
		return nil, false, &Error{Code: CodeFormat, Message: "The recording holds no sound."}
	}
	most := min(c.o.PieceTime, time.Duration(float64(c.o.PieceBytes-1024)/float64(w.perSecond)*float64(time.Second)))
	pieces = plan(length, max(most, 4*c.o.Overlap), c.o.Overlap)
	for i := range pieces {
		p := &pieces[i]
		p.file, p.name = file, "recording.wav"
		p.from, p.to = w.data+at(p.start), w.data+at(p.start+p.length)
		p.header = w.header(p.to - p.from)
	}
	return pieces, truncated, nil
}

// header is that of a file with so many bytes of samples.
func (w wav) header(size int64) []byte {
	h := append([]byte("RIFF"), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(h[4:], uint32(20+int64(len(w.format))+size))
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, uint32(len(w.format)))
	h = append(h, w.format...)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, uint32(size))
}
