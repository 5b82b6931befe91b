package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/bwmarrin/discordgo"
)

// APIError is Discord's answer to a request that it refused. It never holds a token.
type APIError struct {
	Route   string // the route's name, without ids
	Status  int
	Code    int // Discord's JSON error code; 0 if the body was no JSON
	Message string
	Errors  json.RawMessage // of 50035: which fields are wrong
	// Unconfirmed: the same request was sent before, and no answer came to that. It may have been carried out.
	Unconfirmed bool
}

func (e *APIError) Error() string {
	text := fmt.Sprintf("discord: %s: HTTP %d", e.Route, e.Status)
	if e.Code != 0 {
		text += fmt.Sprintf(", code %d", e.Code)
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if len(e.Errors) > 0 {
		text += ": " + string(e.Errors)
	}
	return text
}

// ConnectionError says that no answer came. Whether the request was carried out is not known.
type ConnectionError struct {
	Route string
	Err   error // without the URL, which holds the token
}

func (e *ConnectionError) Error() string { return fmt.Sprintf("discord: %s: %v", e.Route, e.Err) }

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.Err }

// RateLimitedError says that Discord asked for more patience than the caller has.
type RateLimitedError struct {
	Route string
	After time.Duration
}

func (e *RateLimitedError) Error() string {
	return fmt.Sprintf("discord: %s: rate limited, retry after %s", e.Route, e.After)
}

// RetryAfter reports whether an error is a rate limit, and how long it asks to wait.
func RetryAfter(err error) (after time.Duration, limited bool) {
	var r *RateLimitedError
	if errors.As(err, &r) {
		return r.After, true
	}
	return 0, false
}

// Unconfirmed reports whether a request that was refused may have been carried out by an earlier try.
func Unconfirmed(err error) bool {
	var api *APIError
	return errors.As(err, &api) && api.Unconfirmed
}

// Class is what an error of Discord's means for us.
type Class string

// Classes of errors, one per row of Discord's behaviour that we treat differently.
const (
	None                Class = ""
	TokenInvalid        Class = "token_invalid"         // 50027: the session is closed, for good
	UnknownWebhook      Class = "unknown_webhook"       // 10015: not acknowledged yet, or closed
	AcknowledgedTooLate Class = "acknowledged_too_late" // 10062: closed, for good
	AlreadyAcknowledged Class = "already_acknowledged"  // 40060
	Gone                Class = "gone"                  // 10008, 10003: the message or channel is no more
	Forbidden           Class = "forbidden"             // 50001, 50013
	DMClosed            Class = "dm_closed"             // 50007, 50278
	DMTooFast           Class = "dm_too_fast"           // 40003
	FollowupCap         Class = "followup_cap"          // 40094
	BadBody             Class = "bad_body"              // 50035: a bug of ours
	EditsExhausted      Class = "edits_exhausted"       // 30046
	Unauthorized        Class = "unauthorized"          // 401 without that code: the bot's own token is not taken
	RateLimited         Class = "rate_limited"
	Unavailable         Class = "unavailable" // 5xx, or no answer
	Other               Class = "other"
)

var classes = map[int]Class{
	50027: TokenInvalid, 10015: UnknownWebhook, 10062: AcknowledgedTooLate, 40060: AlreadyAcknowledged, 10008: Gone, 10003: Gone,
	50001: Forbidden, 50013: Forbidden, 50007: DMClosed, 50278: DMClosed, 40003: DMTooFast, 40094: FollowupCap, 50035: BadBody, 30046: EditsExhausted,
}

// Classify says what an error means. It knows our own errors and discordgo's.
func Classify(err error) Class {
	var api *APIError
	var rest *discordgo.RESTError
	var limited *RateLimitedError
	var goLimited *discordgo.RateLimitError
	var connection *ConnectionError
	var network net.Error
	switch {
	case err == nil:
		return None
	case errors.As(err, &api):
		return classOf(api.Status, api.Code)
	case errors.As(err, &rest):
		code, status := 0, 0
		if rest.Message != nil { // nil when the body is no JSON
			code = rest.Message.Code
		}
		if rest.Response != nil {
			status = rest.Response.StatusCode
		}
		return classOf(status, code)
	case errors.As(err, &limited), errors.As(err, &goLimited):
		return RateLimited
	case errors.As(err, &connection), errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Unavailable
	}
	return Other
}

func classOf(status, code int) Class {
	if c, ok := classes[code]; ok {
		return c
	}
	switch {
	case status == 429:
		return RateLimited
	case status >= 500:
		return Unavailable
	case status == 401:
		return Unauthorized
	}
	return Other
}

// ClosesSession reports whether the error means that the interaction can never be answered again. Grace is whether
// the acknowledgement may still be on its way, when 10015 means "not yet".
func (c Class) ClosesSession(grace bool) bool {
	return c == TokenInvalid || c == AcknowledgedTooLate || c == UnknownWebhook && !grace
}

// Temporary reports whether the same request may succeed later. A bot's token that is not taken is the operator's to mend, and
// nothing may be lost until it is.
func (c Class) Temporary() bool {
	return c == RateLimited || c == Unavailable || c == DMTooFast || c == Unauthorized
}
