// Package discord speaks to Discord: a REST client of our own for the routes that an interaction's token opens, and
// discordgo for types, signatures and the routes of the bot's token.
//
// The interaction routes have a client of their own because discordgo (v0.29.0) keeps one bucket for all interaction
// tokens and holds its lock over the round trip, so one exhausted token stalls all others, and because its waits on a
// 429 know neither a limit nor the context.
package discord

import (
	"log/slog"
	"strconv"
	"time"
)

// Session is an interaction that can be answered: what the bucket sessions keeps. Its token is a credential.
type Session struct {
	ID            string    `json:"id"`
	ApplicationID string    `json:"application_id"`
	Token         string    `json:"token"`
	CreatedAt     time.Time `json:"created_at"`
	ClosedReason  string    `json:"-"` // recorded in the log; empty: open
}

// String describes the session without its token.
func (s Session) String() string { return "session " + s.ID }

// GoString describes the session without its token.
func (s Session) GoString() string { return "discord.Session{" + s.ID + "}" }

// LogValue describes the session without its token.
func (s Session) LogValue() slog.Value { return slog.StringValue(s.ID) }

// Validity is whether an interaction can be answered.
type Validity string

// Validities.
const (
	Valid    Validity = "valid"
	Expiring Validity = "expiring" // still valid, for a short while
	Closed   Validity = "closed"
)

// Reason is why a session is closed.
type Reason string

// Reasons found without asking Discord. What Discord answers is a Class.
const (
	MissingReference Reason = "missing_reference"
	TokenGone        Reason = "token_gone"
	Expired          Reason = "expired"
)

// Lifetimes are how long an interaction's token lives, as our side reckons it.
type Lifetimes struct {
	Lifetime time.Duration // Discord: 15 minutes from the interaction's creation
	Warning  time.Duration // after which the session is expiring
	Margin   time.Duration // before the end, from which on it is taken for closed
}

// DefaultLifetime is how long Discord's interaction tokens live (Discord's documentation, "Receiving and Responding").
const DefaultLifetime = 15 * time.Minute

// LifetimesOf fills in what is zero: 15 minutes, a warning at 0.8 of the lifetime, a margin of 1/90 of it.
func LifetimesOf(l Lifetimes) Lifetimes {
	if l.Lifetime == 0 {
		l.Lifetime = DefaultLifetime
	}
	if l.Warning == 0 {
		l.Warning = l.Lifetime * 4 / 5
	}
	if l.Margin == 0 {
		l.Margin = l.Lifetime / 90
	}
	return l
}

// Check says whether the session can be answered now. It is pure and allocates nothing.
func (s Session) Check(now time.Time, l Lifetimes) (Validity, Reason) {
	age := now.Sub(s.CreatedAt)
	switch {
	case s.ID == "":
		return Closed, MissingReference
	case s.Token == "":
		return Closed, TokenGone
	case s.ClosedReason != "":
		return Closed, Reason(s.ClosedReason)
	case age >= l.Lifetime-l.Margin:
		return Closed, Expired
	case age >= l.Warning:
		return Expiring, ""
	}
	return Valid, ""
}

// epoch is the first millisecond of Discord's snowflakes.
const epoch = 1420070400000

// Snowflake returns the smallest id of a millisecond, plus n (below 2^22).
func Snowflake(at time.Time, n uint64) string {
	return strconv.FormatUint(uint64(at.UnixMilli()-epoch)<<22|n&(1<<22-1), 10)
}
