package speech

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"
)

// Probe has a second of silence transcribed, to see whether the endpoint answers. Errors are *Error or the context's. Nothing is sent
// twice, but to a model that gives no times.
func (c *Client) Probe(ctx context.Context) error {
	samples := wav{format: binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32([]byte{1, 0, 1, 0}, 16000), 32000), block: 2, perSecond: 32000}
	samples.format = append(samples.format, 2, 0, 16, 0) // bytes and bits of a sample
	silence := make([]byte, samples.perSecond)
	p := piece{file: bytes.NewReader(silence), header: samples.header(samples.perSecond), to: samples.perSecond, name: "silence.wav", length: time.Second}
	_, _, err := c.send(ctx, p, "", "verbose_json")
	if errors.Is(err, errNoTimes) {
		_, _, err = c.send(ctx, p, "", "json")
	}
	return err
}
