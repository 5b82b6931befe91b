package llm

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// Probe asks the model for one word, to see whether it answers. Errors are *UnavailableError, or the context's. It tries each form
// once, and nothing twice.
func (c *Client) Probe(ctx context.Context) error {
	q := asked{messages: []message{{"user", "Answer with the word yes."}}, maxOutput: 1}
	for f := full; ; f++ {
		_, _, err := c.once(ctx, q, f)
		var u *UnavailableError
		if f < bare && errors.As(err, &u) && refusesForm(u.Reason) {
			continue
		}
		return err
	}
}

// Models lists the names of the models that the endpoint says it has; nil: it does not say.
func (c *Client) Models(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	r, err := c.send(ctx, http.MethodGet, "/models", nil)
	if err != nil || r.status != http.StatusOK {
		return nil
	}
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if json.Unmarshal(r.content, &list) != nil {
		return nil
	}
	var names []string
	for _, m := range list.Data {
		if name := clip(oneLine(m.ID), 80); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
