package schemas

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// discordEpoch is the first millisecond of Discord's snowflakes, 2015-01-01T00:00:00Z (Discord's reference,
// "Snowflakes").
const discordEpoch = 1420070400000

// ErrSnowflake says that a text is not a Discord id.
var ErrSnowflake = errors.New("not a Discord id")

// InteractionTime returns the time in an interaction's id, to the millisecond. The error wraps ErrSnowflake.
func InteractionTime(id string) (time.Time, error) {
	n, err := strconv.ParseUint(id, 10, 63)
	if err != nil || n>>22 == 0 {
		return time.Time{}, fmt.Errorf("%w: %q", ErrSnowflake, id)
	}
	return time.UnixMilli(int64(n>>22) + discordEpoch).UTC(), nil
}

// WorkflowID returns the id of the workflow that an interaction starts. It is a function of the interaction alone,
// so two replicas that see the same interaction speak of the same workflow.
func WorkflowID(interactionID string) (string, error) { return idOf("wf_", interactionID) }

// RetrievalID returns the id of the retrieval that an interaction asks for.
func RetrievalID(interactionID string) (string, error) { return idOf("rt_", interactionID) }

// ReplayID returns the id of a replay of a workflow's result by an operator: the same for the same route in the same batch,
// so a batch that is begun again goes on where it stopped.
func ReplayID(workflowID, route, batch string, at time.Time) string {
	return uuidOf("rt_", at, "replay "+workflowID+" "+route+" "+batch)
}

func idOf(prefix, interactionID string) (string, error) {
	t, err := InteractionTime(interactionID)
	if err != nil {
		return "", err
	}
	return uuidOf(prefix, t, prefix+interactionID), nil
}

// uuidOf makes a UUIDv7 (RFC 9562) from a time and the SHA-256 of a text, without dashes.
func uuidOf(prefix string, t time.Time, text string) string {
	sum := sha256.Sum256([]byte(text))
	var u uuid.UUID
	copy(u[6:], sum[:10])
	ms := uint64(t.UnixMilli())
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	u[6] = u[6]&0x0f | 0x70 // version 7
	u[8] = u[8]&0x3f | 0x80 // variant
	return prefix + hex.EncodeToString(u[:])
}

var idForm = regexp.MustCompile(`^(wf|rt)_[0-9a-f]{32}$`)

// ValidID reports whether a text has the form of a workflow's or a retrieval's id. What has it is safe as a token
// of a subject, a key and a file name.
func ValidID(id string) bool { return idForm.MatchString(id) }

var workflowForm = regexp.MustCompile(`^(wf_[0-9a-f]{32}|wf_[0-9]{1,20}|autointel_[0-9]{1,20}_[0-9]{1,4})$`)

// ValidWorkflow reports whether a text has the form of a workflow's id: ours, or one of the earlier system's, whose results
// the archive can hold (wf_1696291234, autointel_1696291234_42). It is as safe as ValidID says.
func ValidWorkflow(id string) bool { return workflowForm.MatchString(id) }

// IDTime returns the time in a workflow's or retrieval's id, or the zero time.
func IDTime(id string) time.Time {
	_, digits, _ := strings.Cut(id, "_")
	if len(digits) != 32 {
		return time.Time{}
	}
	ms, err := strconv.ParseInt(digits[:12], 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// RetrievalCommand is what a user types to get a result.
func RetrievalCommand(workflowID string) string { return "/retrieve_results workflow_id:" + workflowID }
