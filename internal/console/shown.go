package console

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"autointel.example/schemas"
)

// longest is how many characters of a text are shown.
const longest = 240

// Address is what an operator sees of an address: no user, no query, no fragment, as these may hold what was meant for one
// person; of a private request the host alone.
func Address(raw string, private bool) string {
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "(not an address)"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	text := shown.String()
	switch {
	case private:
		text = u.Scheme + "://" + u.Host + "/…"
	case u.RawQuery != "":
		text += "?…"
	}
	return short(text)
}

var addresses = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"'<>()]+`)

// message is a text about a workflow with its addresses shown as Address shows them.
func message(text string, private bool) string {
	return short(addresses.ReplaceAllStringFunc(text, func(raw string) string {
		bare := strings.TrimRight(raw, ".,:;!?") // of the sentence
		return Address(bare, private) + raw[len(bare):]
	}))
}

func short(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// because is a reason with its message, if there is one.
func because(reason, text string, private bool) string {
	if text = message(text, private); text == "" {
		return reason
	}
	return reason + ": " + text
}

// Describe is what is worth saying of an event in a line, without anything that its requester wrote or was told.
func Describe(data schemas.Data, private bool) string {
	switch d := data.(type) {
	case schemas.StageCompleted:
		return fmt.Sprintf("took %s, attempt %d", d.FinishedAt.Sub(d.StartedAt).Round(time.Millisecond), d.Attempt)
	case schemas.StageSkipped:
		return d.Reason
	case schemas.StageFailed:
		return because(d.Reason, d.Message, private)
	case schemas.WorkflowCompleted:
		return fmt.Sprintf("%d stages completed, %d skipped, %d failed", d.Completed, d.Skipped, d.Failed)
	case schemas.WorkflowFailed:
		return because(d.Reason, d.Message, private)
	case schemas.WorkflowCancelled:
		return "by its requester, or who may"
	case schemas.SessionAcknowledged:
		if d.Ephemeral {
			return "seen by the requester alone"
		}
		return ""
	case schemas.SessionExpiring:
		return "closes at " + d.ExpiresAt.UTC().Format(time.TimeOnly)
	case schemas.SessionClosed:
		return d.Reason
	case schemas.DeliverySucceeded:
		return "by " + d.Route
	case schemas.DeliveryFailed:
		return d.Reason
	case schemas.ResultArchived:
		return "kept until " + d.ExpiresAt.UTC().Format(time.DateOnly)
	case schemas.ResultExpiring:
		return "on " + d.ExpiresAt.UTC().Format(time.DateOnly)
	case schemas.RetrievalCompleted:
		return d.Workflow
	case schemas.RetrievalRefused:
		return d.Reason
	case schemas.TriggerRepeated:
		return d.Why
	}
	return ""
}
