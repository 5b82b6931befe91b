package sandbox

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Deliver delivers an interaction, once more if it was delivered before: to the endpoint if there is one, else over the
// gateway, as at Discord never both. An answer in the endpoint's response counts as the callback would.
func (s *Sandbox) Deliver(ctx context.Context, i Interaction) error {
	s.mu.Lock()
	endpoint, of := s.endpoint, s.interactions[i.ID]
	s.mu.Unlock()
	if of == nil {
		return fmt.Errorf("there is no interaction %s", i.ID)
	}
	if endpoint == "" {
		if !s.publish(of.user.GuildID, i.Body) {
			return errNobody
		}
		return nil
	}
	content, err := s.post(ctx, i.Body)
	if err != nil || len(bytes.TrimSpace(content)) == 0 {
		return err
	}
	var inline callbackBody
	if err := json.Unmarshal(content, &inline); err != nil {
		return fmt.Errorf("the endpoint's answer is no callback: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.answerWith(of, inline.Type, inline.Data, nil); r != nil {
		return errors.New(r.Message)
	}
	return nil
}

// pingBody is a PING.
var pingBody = fmt.Appendf(nil, `{"id":"1","type":%d}`, typePing)

// Ping sends a PING, as Discord does when an endpoint is set up.
func (s *Sandbox) Ping(ctx context.Context) error {
	content, err := s.post(ctx, pingBody)
	if err == nil && !bytes.Contains(content, []byte(`"type":1`)) {
		return fmt.Errorf("a PING was answered with %q", content)
	}
	return err
}

// ProbeSignature sends a PING with a wrong signature and returns the HTTP status of the answer. Discord does so from time
// to time, and removes an endpoint that does not answer 401.
func (s *Sandbox) ProbeSignature(ctx context.Context) (status int, err error) {
	_, wrong, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return 0, err
	}
	status, _, err = s.signed(ctx, pingBody, wrong)
	return status, err
}

// post signs a body as Discord does and delivers it to the endpoint.
func (s *Sandbox) post(ctx context.Context, content []byte) ([]byte, error) {
	status, answer, err := s.signed(ctx, content, s.key)
	if err == nil && status >= 300 {
		err = fmt.Errorf("deliver the interaction: HTTP %d: %s", status, answer)
	}
	return answer, err
}

// signed posts a body to the endpoint, signed by a key over the timestamp and the body.
func (s *Sandbox) signed(ctx context.Context, content []byte, key ed25519.PrivateKey) (status int, answer []byte, err error) {
	s.mu.Lock()
	endpoint := s.endpoint
	s.mu.Unlock()
	if endpoint == "" {
		return 0, nil, errors.New("the application has no interactions endpoint yet")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(content))
	if err != nil {
		return 0, nil, err
	}
	timestamp := strconv.FormatInt(s.o.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Signature-Timestamp", timestamp)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, append([]byte(timestamp), content...))))
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("deliver the interaction: %w", err)
	}
	answer, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, answer, errors.Join(err, resp.Body.Close())
}
