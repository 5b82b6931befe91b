package discord

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Errors of Verify.
var (
	ErrSignature = errors.New("the request's signature is not Discord's")
	ErrStale     = errors.New("the request's timestamp is too far from now")
	ErrTooLarge  = errors.New("the request's body is too large")
)

// Bounds of a request to the interactions endpoint.
const (
	MaxInteraction = 1 << 20 // bytes
	Freshness      = 5 * time.Minute
)

// PublicKey reads an application's public key from its hex form.
func PublicKey(hexKey string) (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(hexKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("DISCORD_PUBLIC_KEY must be %d hex digits: copy it from the application's General Information page", 2*ed25519.PublicKeySize)
	}
	return key, nil
}

// Verify reads the body of a request to the interactions endpoint and checks that Discord sent it, just now. discordgo
// checks the signature; it checks neither freshness nor size, and panics on a key of the wrong length (PublicKey).
func Verify(key ed25519.PublicKey, r *http.Request, now time.Time) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxInteraction+1))
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	if len(body) > MaxInteraction {
		return nil, ErrTooLarge
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !discordgo.VerifyInteraction(r, key) {
		return nil, ErrSignature
	}
	seconds, err := strconv.ParseInt(r.Header.Get("X-Signature-Timestamp"), 10, 64)
	if err != nil {
		return nil, ErrSignature
	}
	if d := now.Sub(time.Unix(seconds, 0)); d > Freshness || d < -Freshness {
		return nil, ErrStale
	}
	return body, nil
}
