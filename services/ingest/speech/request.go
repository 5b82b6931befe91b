package speech

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer is what became of a piece.
type answer struct {
	verbose
	err error
}

// verbose is the response format verbose_json, or json, which has the text alone.
type verbose struct {
	Language string  `json:"language"`
	Duration float64 `json:"duration"`
	Text     string  `json:"text"`
	Segments []struct {
		Start    float64 `json:"start"` // seconds, from the beginning of the piece
		End      float64 `json:"end"`
		Text     string  `json:"text"`
		Speaker  string  `json:"speaker"`
		NoSpeech float64 `json:"no_speech_prob"`
		LogProb  float64 `json:"avg_logprob"`
	} `json:"segments"`
}

const (
	maxAnswer = 16 << 20         // bytes
	maxWait   = 60 * time.Second // before a request is sent again, whatever the endpoint asks for
)

// ask sends a piece until there is an answer, or the attempts are over.
func (c *Client) ask(ctx context.Context, p piece, language string) answer {
	format := "verbose_json"
	for attempt := 0; ; attempt++ {
		v, wait, err := c.send(ctx, p, language, format)
		var e *Error
		switch {
		case err == nil:
			return answer{verbose: v}
		case errors.Is(err, errNoTimes) && format == "verbose_json":
			format = "json"
			continue
		case ctx.Err() != nil:
			return answer{err: ctx.Err()}
		case !errors.As(err, &e) || !e.Temporary || attempt+1 >= c.o.Attempts:
			return answer{err: err}
		}
		timer := time.NewTimer(min(max(wait, c.o.Backoff(attempt)), maxWait))
		select {
		case <-ctx.Done():
			timer.Stop()
			return answer{err: ctx.Err()}
		case <-timer.C:
		}
	}
}

// errNoTimes says that the model does not know verbose_json.
var errNoTimes = errors.New("the model gives no times")

// send sends a piece once. Wait is how long the endpoint asks to be left alone.
func (c *Client) send(ctx context.Context, p piece, language, format string) (v verbose, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.Within)
	defer cancel()
	body, contentType := c.form(p, language, format)
	defer func() { _ = body.Close() }() // which ends its writer
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.o.BaseURL+"/audio/transcriptions", body)
	if err != nil {
		return v, 0, &Error{Code: CodeRefused, Message: "The address of the speech recognition is none: check AUTOINTEL_TRANSCRIBE_BASE_URL."}
	}
	req.Header.Set("Content-Type", contentType)
	if c.o.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.o.Key)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return v, 0, &Error{Code: CodeUnavailable, Message: "The speech recognition could not be reached.", Temporary: true, Err: err}
	}
	defer func() { _ = resp.Body.Close() }() // what matters has been read
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return v, 0, &Error{Code: CodeUnavailable, Message: "The speech recognition broke off its answer.", Temporary: true, Err: err}
	}
	if resp.StatusCode != http.StatusOK {
		return v, retryAfter(resp.Header), c.refusal(resp.StatusCode, content, format)
	}
	if err := json.Unmarshal(content, &v); err != nil {
		return v, 0, &Error{Code: CodeUnavailable, Message: "The speech recognition's answer cannot be read.", Temporary: true, Unread: true, Err: err}
	}
	return v, 0, nil
}

// form is the multipart body, written while it is read: a piece is never held in memory.
func (c *Client) form(p piece, language, format string) (io.ReadCloser, string) {
	in, out := io.Pipe()
	w := multipart.NewWriter(out)
	go func() {
		err := func() error {
			fields := [][2]string{{"model", c.o.Model}, {"response_format", format}, {"temperature", "0"}}
			if language != "" {
				fields = append(fields, [2]string{"language", language})
			}
			for _, f := range fields {
				if err := w.WriteField(f[0], f[1]); err != nil {
					return err
				}
			}
			file, err := w.CreateFormFile("file", p.name)
			if err != nil {
				return err
			}
			if _, err := io.Copy(file, p.reader()); err != nil {
				return err
			}
			return w.Close()
		}()
		_ = out.CloseWithError(err) // never fails
	}()
	return in, w.FormDataContentType()
}

// refusal says what a status means. What the endpoint wrote is for the log, without the key, which some of them quote.
func (c *Client) refusal(status int, body []byte, format string) error {
	said := strings.Join(strings.Fields(string(body[:min(len(body), 500)])), " ")
	if c.o.Key != "" {
		said = strings.ReplaceAll(said, c.o.Key, "***")
	}
	e := &Error{Code: CodeFormat, Message: fmt.Sprintf("The speech recognition does not take the recording (status %d).", status), Status: status, Err: fmt.Errorf("status %d: %s", status, said)}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Code, e.Message, e.Err = CodeRefused, "The speech recognition refuses the key: the operator has to check AUTOINTEL_TRANSCRIBE_API_KEY.", fmt.Errorf("status %d", status)
	case status == http.StatusNotFound:
		e.Code, e.Message = CodeRefused, "The speech recognition does not know the route or the model: the operator has to check AUTOINTEL_TRANSCRIBE_BASE_URL and _MODEL."
	case status == http.StatusBadRequest && format == "verbose_json" && strings.Contains(said, "response_format"):
		return errNoTimes
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		e.Code, e.Temporary = CodeUnavailable, true
		e.Message = fmt.Sprintf("The speech recognition is overloaded or out of order (status %d).", status)
	case status == http.StatusRequestEntityTooLarge:
		e.Message = "The speech recognition takes no files of this size."
	}
	return e
}

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, 3600)) * time.Second
}
