package ingest

import (
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
)

// Endpoint is Discord's HTTP interactions endpoint: POST /interactions.
//
// A command is answered with 202 and an empty body, and its callback is sent by ourselves: Discord allows that, and so the
// answer cannot race the first edit of it. What is typed is completed in the response itself, which is the faster way and has
// no edits. A bad signature gets 401, which Discord tests for regularly.
type Endpoint struct {
	Key    ed25519.PublicKey
	Intake *Intake
	Now    func() time.Time
	Logger *slog.Logger
}

// Handler returns the endpoint's routes.
func (e *Endpoint) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /interactions", e.serve)
	return mux
}

func (e *Endpoint) serve(w http.ResponseWriter, r *http.Request) {
	body, err := discord.Verify(e.Key, r, e.Now())
	switch {
	case errors.Is(err, discord.ErrTooLarge):
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		e.Logger.Info("an interaction was refused", "reason", err)
		http.Error(w, "invalid request signature", http.StatusUnauthorized)
		return
	}
	in, err := parseInteraction(body)
	if err != nil {
		e.Logger.Warn("an interaction could not be read", "error", err)
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	switch in.Type {
	case discordgo.InteractionPing:
		answer(w, []byte(`{"type":1}`))
	case discordgo.InteractionApplicationCommandAutocomplete:
		answer(w, choicesCallback(e.Intake.Suggest(r.Context(), in)))
	default:
		e.Intake.Start(in)
		w.WriteHeader(http.StatusAccepted)
	}
}

func answer(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // the client has gone: nobody is left to tell
}
