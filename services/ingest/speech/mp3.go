package speech

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"
)

// frame is a frame of MPEG audio, layer III: some milliseconds of sound that are decoded nearly by themselves.
type frame struct {
	size   int // bytes, with its header
	length time.Duration
}

// Bit rates in kbit/s by their index, of MPEG 1 and of MPEG 2 and 2.5; zero: not allowed, or not told.
var (
	rates1 = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	rates2 = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	// samplings are in Hz, by their index, of MPEG 1.
	samplings = [4]int{44100, 48000, 32000, 0}
)

// frameAt reads the header of a frame at the beginning of some bytes.
func frameAt(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE0 != 0xE0 || b[1]&0x06 != 0x02 { // the mark of a frame, and of layer III
		return frame{}, false
	}
	version := b[1] >> 3 & 3 // 3: MPEG 1; 2: MPEG 2; 0: MPEG 2.5
	if version == 1 {
		return frame{}, false
	}
	rate, sampling, samples := rates1[b[2]>>4], samplings[b[2]>>2&3], 1152
	if version != 3 {
		rate, samples = rates2[b[2]>>4], 576
		sampling /= 2
		if version == 0 {
			sampling /= 2
		}
	}
	if rate == 0 || sampling == 0 {
		return frame{}, false
	}
	padding := int(b[2] >> 1 & 1)
	return frame{size: samples/8*rate*1000/sampling + padding, length: time.Duration(samples) * time.Second / time.Duration(sampling)}, true
}

// mark is where in a file a moment of the recording is.
type mark struct {
	at     int64 // bytes
	moment time.Duration
}

// cutMP3 cuts between frames. Every frame is looked at, since frames of different sizes are common and what a file says of its
// own length is not to be counted on.
func (c *Client) cutMP3(ctx context.Context, file io.ReaderAt, size int64) (pieces []piece, truncated bool, err error) {
	marks, length, end, truncated, err := scanMP3(ctx, file, size, c.o.MaxLength)
	if err != nil {
		return nil, false, err
	}
	if length == 0 {
		return nil, false, &Error{Code: CodeFormat, Message: "The recording holds no sound that can be read."}
	}
	most := c.o.PieceTime
	if average := float64(end) / length.Seconds(); average*most.Seconds() > float64(c.o.PieceBytes) {
		most = time.Duration(float64(c.o.PieceBytes) / average * 0.9 * float64(time.Second)) // the rate varies
	}
	pieces = plan(length, max(most, 4*c.o.Overlap), c.o.Overlap)
	for i := range pieces {
		p := &pieces[i]
		p.file, p.name = file, "recording.mp3"
		from, until := before(marks, p.start), before(marks, p.start+p.length)
		p.from, p.to, p.start = from.at, until.at, from.moment
		if i == len(pieces)-1 {
			p.to = end
		}
	}
	return pieces, truncated, nil
}

// before is the last mark not after a moment. There is a mark at zero.
func before(marks []mark, moment time.Duration) mark {
	low, high := 0, len(marks)
	for high-low > 1 {
		if middle := (low + high) / 2; marks[middle].moment <= moment {
			low = middle
		} else {
			high = middle
		}
	}
	return marks[low]
}

// scanMP3 walks over the frames of a file, up to a length of sound. The marks are half a second apart.
func scanMP3(ctx context.Context, file io.ReaderAt, size int64, most time.Duration) (marks []mark, length time.Duration, end int64, truncated bool, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(file, 0, size), 256<<10)
	var at int64
	skip := func(n int) error {
		skipped, err := in.Discard(n)
		at += int64(skipped)
		return err
	}
	if head, err := in.Peek(10); err == nil && string(head[:3]) == "ID3" { // tags, perhaps with pictures that look like frames
		tags := int(head[6]&0x7F)<<21 | int(head[7]&0x7F)<<14 | int(head[8]&0x7F)<<7 | int(head[9]&0x7F)
		if err := skip(10 + tags); err != nil {
			return nil, 0, 0, false, nil
		}
	}
	for looked := 0; ; looked++ {
		if looked&0xFFF == 0 && ctx.Err() != nil {
			return nil, 0, 0, false, ctx.Err()
		}
		head, err := in.Peek(4)
		if errors.Is(err, io.EOF) {
			return marks, length, at, false, nil
		}
		if err != nil {
			return nil, 0, 0, false, err
		}
		f, ok := frameAt(head)
		if !ok {
			if err := skip(1); err != nil {
				return marks, length, at, false, nil
			}
			continue
		}
		if length >= most {
			return marks, length, at, true, nil
		}
		if n := len(marks); n == 0 || length-marks[n-1].moment >= time.Second/2 {
			marks = append(marks, mark{at, length})
		}
		length += f.length
		if err := skip(f.size); err != nil { // the last frame is not whole
			return marks, length, at, false, nil
		}
	}
}
