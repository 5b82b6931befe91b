package sandbox

import (
	"encoding/json"
	"net/http"
)

// refusal is an error as Discord answers it.
type refusal struct {
	status  int
	Code    int    `json:"code"`
	Message string `json:"message"`
	Errors  any    `json:"errors,omitempty"`
}

// Discord's refusals (its documentation, "JSON Error Codes").
var (
	unauthorized       = refusal{http.StatusUnauthorized, 0, "401: Unauthorized", nil}
	invalidToken       = refusal{http.StatusUnauthorized, 50027, "Invalid Webhook Token", nil}
	unknownWebhook     = refusal{http.StatusNotFound, 10015, "Unknown Webhook", nil}
	unknownInteraction = refusal{http.StatusNotFound, 10062, "Unknown interaction", nil}
	acknowledged       = refusal{http.StatusBadRequest, 40060, "Interaction has already been acknowledged.", nil}
	unknownMessage     = refusal{http.StatusNotFound, 10008, "Unknown Message", nil}
	unknownChannel     = refusal{http.StatusNotFound, 10003, "Unknown Channel", nil}
	missingPermissions = refusal{http.StatusForbidden, 50013, "Missing Permissions", nil}
	cannotSendToUser   = refusal{http.StatusForbidden, 50007, "Cannot send messages to this user", nil}
	followupCap        = refusal{http.StatusBadRequest, 40094, "This interaction has reached its maximum number of follow-up messages.", nil}
	tooLarge           = refusal{http.StatusRequestEntityTooLarge, 40005, "Request entity too large", nil}
	emptyMessage       = refusal{http.StatusBadRequest, 50006, "Cannot send an empty message", nil}
	unknownCommand     = refusal{http.StatusNotFound, 10063, "Unknown application command", nil}
	notYourApplication = refusal{http.StatusForbidden, 20012, "You are not authorized to perform this action on this application", nil}
	tooManyCommands    = refusal{http.StatusBadRequest, 30032, "Maximum number of application commands reached (100)", nil}
	tooManyCreates     = refusal{http.StatusBadRequest, 30034, "Max number of daily application command creates has been reached (200)", nil}
	invalidJSON        = refusal{http.StatusBadRequest, 50109, "The request body contains invalid JSON.", nil}
)

func (r refusal) write(w http.ResponseWriter) { writeJSON(w, r.status, r) }

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has gone: nobody is left to tell
}
