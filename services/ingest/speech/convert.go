package speech

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// convert has ffmpeg make MP3 of a recording: one channel, 16 kHz, 32 kbit/s, which is all that speech recognition uses. The
// file is temporary, and the caller's.
func (c *Client) convert(ctx context.Context, file *os.File) (*os.File, error) {
	out, err := os.CreateTemp("", "autointel-speech-*.mp3")
	if err != nil {
		return nil, err
	}
	// The recording comes from a stranger: its container may name other files and addresses, so ffmpeg may open files alone, and only
	// the one that it is given.
	cmd := exec.CommandContext(ctx, c.o.FFmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-protocol_whitelist", "file", "-i", "file:"+file.Name(),
		"-vn", "-sn", "-dn", "-t", fmt.Sprintf("%d", int(c.o.MaxLength.Seconds())+1), "-ac", "1", "-ar", "16000", "-b:a", "32k", "-f", "mp3", "file:"+out.Name())
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // nothing of ours, least of all the keys
	cmd.WaitDelay = 5 * time.Second
	said := &tail{}
	cmd.Stderr = said
	if err := cmd.Run(); err != nil {
		_, _ = out.Close(), os.Remove(out.Name()) // a temporary file: the system removes what is left
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Error{Code: CodeFormat, Message: "The recording could not be converted by ffmpeg.", Err: fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said.text)))}
	}
	return out, nil
}

// tail keeps the beginning of what a program says.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p[:min(len(p), 2048-min(2048, len(t.text)))]...)
	return len(p), nil
}
