package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"code.dny.dev/ssrf"
)

// Reason says why a document could not be had. It is stable: reports and metrics use it.
type Reason string

// Reasons.
const (
	InvalidURL        Reason = "invalid_url"
	UnsupportedScheme Reason = "unsupported_scheme"
	PrivateAddress    Reason = "private_address"
	NotFound          Reason = "not_found"
	HTTPStatus        Reason = "http_status"
	TooLarge          Reason = "too_large"
	Timeout           Reason = "timeout"
	Unreachable       Reason = "unreachable"
	TLS               Reason = "tls"
	TooManyRedirects  Reason = "too_many_redirects"
	UnsupportedMedia  Reason = "unsupported_media_type"
	NoText            Reason = "no_text"
	Malformed         Reason = "malformed"
	Encrypted         Reason = "encrypted"
	Robots            Reason = "robots"
)

// Error is a document that could not be had.
type Error struct {
	Reason    Reason
	Message   string // a sentence for the person who asked
	Temporary bool   // the same request may succeed later
	Err       error  // the cause, for the log; may be nil
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s (%v)", e.Reason, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Reason, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func statusError(status int) error {
	e := &Error{Reason: HTTPStatus, Message: fmt.Sprintf("The server answered with status %d (%s).", status, http.StatusText(status))}
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		e.Reason, e.Message = NotFound, fmt.Sprintf("The page does not exist (status %d).", status)
	case status == http.StatusTooManyRequests || status >= 500:
		e.Temporary = true
	}
	return e
}

// translate turns an error of the network into ours.
func translate(err error) error {
	var ours *Error
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var network net.Error
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.Is(err, errRedirects):
		return &Error{Reason: TooManyRedirects, Message: "The address redirects too often.", Err: err}
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return &Error{Reason: PrivateAddress, Message: "The address lies in a private network and is not fetched.", Err: err}
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return &Error{Reason: PrivateAddress, Message: "Only the ports 80 and 443 are fetched.", Err: err}
	case errors.As(err, &dns):
		return &Error{Reason: Unreachable, Message: "The name of the server is not known.", Temporary: dns.IsTemporary || dns.IsTimeout, Err: err}
	case errors.As(err, &certificate), errors.As(err, &record):
		return &Error{Reason: TLS, Message: "The server's certificate is not valid.", Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &Error{Reason: Timeout, Message: "The server did not answer in time.", Temporary: true, Err: err}
	}
	return &Error{Reason: Unreachable, Message: "The server cannot be reached.", Temporary: true, Err: err}
}
