package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"autointel.example/services/analyzer/llm"
	"autointel.example/services/ingest/speech"
)

// endpoints asks the language model for a word, and the speech recognition for what is said in a second of silence, where they are
// configured. Neither is needed: what is not configured is no failure.
func (c *doctorCommand) endpoints(ctx context.Context, note func(string, error, string)) {
	if err := c.Analyzer.Model.Resolve(); err != nil || !c.Analyzer.Model.Enabled() {
		note("language model", err, "none: everything is computed from the texts (AUTOINTEL_LLM_BASE_URL names one)")
	} else {
		began := time.Now()
		err := c.model(ctx)
		note("language model", err, fmt.Sprintf("%s at %s answers (%.1f s)", c.Analyzer.Model.Model, c.Analyzer.Model.BaseURL, time.Since(began).Seconds()))
	}
	if err := c.Transcription.Resolve(); err != nil || c.Transcription.BaseURL == "" {
		note("speech recognition", err, "none: recordings without captions are not transcribed (AUTOINTEL_TRANSCRIBE_BASE_URL names one)")
	} else {
		began := time.Now()
		err := c.speech(ctx)
		note("speech recognition", err, fmt.Sprintf("%s at %s answers (%.1f s)", c.Transcription.Model, c.Transcription.BaseURL, time.Since(began).Seconds()))
	}
}

// model asks the language model. The error says what to do.
func (c *doctorCommand) model(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	m := c.Analyzer.Model
	client := llm.New(m, time.Now)
	defer client.Close()
	err := client.Probe(ctx)
	if err == nil {
		return nil
	}
	var u *llm.UnavailableError
	if !errors.As(err, &u) {
		return unreached(err, m.BaseURL, c.Timeout)
	}
	switch u.Reason {
	case "unreachable", "broken_off", "timeout":
		return unreached(u.Err, m.BaseURL, c.Timeout)
	case "unauthorized":
		return refusedKey(u.Err, m.APIKey != "", "AUTOINTEL_LLM_API_KEY")
	case "http_404", "http_400", "http_422":
		return c.unknownModel(ctx, client, u)
	case "rate_limited":
		return fmt.Errorf("it takes the key, but not another request (%w): look at the limits and the credit of the account", u.Err)
	case "broken_answer":
		return fmt.Errorf("what answers at %s is no OpenAI-compatible endpoint: check AUTOINTEL_LLM_BASE_URL, which usually ends in /v1", m.BaseURL)
	}
	return answered(u.Err, m.BaseURL, "AUTOINTEL_LLM_BASE_URL")
}

// unknownModel says which models there are, where the endpoint tells.
func (c *doctorCommand) unknownModel(ctx context.Context, client *llm.Client, u *llm.UnavailableError) error {
	m := c.Analyzer.Model
	names := client.Models(ctx)
	switch {
	case len(names) > 0 && !slices.Contains(names, m.Model):
		return fmt.Errorf("it has no model %q (AUTOINTEL_LLM_MODEL), but %s", m.Model, some(names))
	case len(names) > 0:
		return fmt.Errorf("it has the model %q, but does not take a chat completion with it (%w): choose a model for chats with AUTOINTEL_LLM_MODEL, not one for embeddings, speech or pictures", m.Model, u.Err)
	case u.Reason == "http_404":
		return fmt.Errorf("%s has no chat completions, or not the model %q (%w): check AUTOINTEL_LLM_BASE_URL, which usually ends in /v1, and AUTOINTEL_LLM_MODEL", m.BaseURL, m.Model, u.Err)
	case strings.HasPrefix(m.BaseURL, "http:"):
		return fmt.Errorf("it does not take the request (%w): check AUTOINTEL_LLM_MODEL, and whether AUTOINTEL_LLM_BASE_URL should begin with https", u.Err)
	}
	return fmt.Errorf("it does not take the request (%w): check AUTOINTEL_LLM_MODEL", u.Err)
}

// some names a few of many.
func some(names []string) string {
	const few = 8
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names[:few], ", "), len(names)-few)
}

// speech asks the speech recognition. The error says what to do.
func (c *doctorCommand) speech(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	t := c.Transcription
	client := t.Listening().Speech
	defer client.Close()
	err := client.Probe(ctx)
	if err == nil {
		return nil
	}
	var e *speech.Error
	if !errors.As(err, &e) {
		return unreached(err, t.BaseURL, c.Timeout)
	}
	switch e.Status {
	case 0:
		if e.Unread {
			return fmt.Errorf("what answers at %s is no OpenAI-compatible speech recognition: check AUTOINTEL_TRANSCRIBE_BASE_URL, which usually ends in /v1", t.BaseURL)
		}
		return unreached(e.Err, t.BaseURL, c.Timeout)
	case http.StatusUnauthorized, http.StatusForbidden:
		return refusedKey(fmt.Errorf("status %d", e.Status), t.APIKey != "", "AUTOINTEL_TRANSCRIBE_API_KEY")
	case http.StatusNotFound, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusMethodNotAllowed:
		return fmt.Errorf("it does not take a recording (status %d): check AUTOINTEL_TRANSCRIBE_BASE_URL, which usually ends in /v1, and the model %q (AUTOINTEL_TRANSCRIBE_MODEL)", e.Status, t.Model)
	case http.StatusTooManyRequests:
		return fmt.Errorf("it takes the key, but not another request (status %d): look at the limits and the credit of the account", e.Status)
	}
	return answered(fmt.Errorf("status %d", e.Status), t.BaseURL, "AUTOINTEL_TRANSCRIBE_BASE_URL")
}

// answered is for an answer that says nothing of what to change here.
func answered(err error, base, variable string) error {
	return fmt.Errorf("%s does not work (%w): look at its own log or status page; if it redirects, put the address it redirects to into %s, since the key is sent nowhere else", base, err, variable)
}

func refusedKey(err error, hasKey bool, variable string) error {
	if !hasKey {
		return fmt.Errorf("it asks for a key (%w): put it into a file and name that with %s_FILE", err, variable)
	}
	return fmt.Errorf("it refuses the key (%w): check %s or the file that %s_FILE names, and whether the key may use this model", err, variable, variable)
}

// unreached says why there was no answer. The key stands in no such error: it is in a header.
func unreached(err error, base string, within time.Duration) error {
	var (
		name      *net.DNSError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		network   net.Error
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return fmt.Errorf("%s did not answer within %s: check that it can be reached from here (a firewall, a proxy); a server that loads its model first may need --timeout 2m", base, within)
	case errors.As(err, &name):
		return fmt.Errorf("the name %s is not known: check the address for typing errors, and the DNS of this machine", name.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: check host and port, and that the server is running; in a container, 127.0.0.1 is the container itself", base)
	case errors.As(err, &host):
		return fmt.Errorf("the certificate at %s is another host's: check the address (%w)", base, host)
	case errors.As(err, &authority), errors.As(err, &invalid), errors.As(err, &verify):
		return fmt.Errorf("the certificate at %s is not trusted here (%w): if it is a server of your own, name its authority with SSL_CERT_FILE", base, err)
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("%s does not speak TLS: its address has to begin with http://", base)
	}
	return fmt.Errorf("%s cannot be reached: %w", base, err)
}
