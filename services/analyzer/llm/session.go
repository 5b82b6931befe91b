package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Errors of a question whose local result stands. Others are *UnavailableError, or the context's.
var (
	ErrBudget  = errors.New("the budget of this depth is used up")
	ErrRefused = errors.New("the language model's answer did not hold, and neither did its correction")
)

// Model answers the questions that stages have. Each comes back with what of the answer could be checked; after an error the
// local result stands. It is a stage's, for one workflow.
type Model interface {
	// Abstract summarises a document.
	Abstract(ctx context.Context, d Page) (*schemas.Abstract, error)
	// Kinds says of what kind entities are.
	Kinds(ctx context.Context, d Page, entities []schemas.Entity) ([]schemas.Entity, error)
	// Claims finds statements of fact that could be checked, at most n.
	Claims(ctx context.Context, d Page, n int) ([]schemas.Claim, error)
	// Compare says which of some sentences speak for a claim, and which against it.
	Compare(ctx context.Context, claim schemas.Quote, others []schemas.Quote) ([]schemas.Evidence, error)
	// Signs finds places in which the writer sways the reader by how something is said, at most n.
	Signs(ctx context.Context, d Page, n int) ([]schemas.Finding, error)
	// Use is what was asked so far; nil: nothing.
	Use() *schemas.ModelUse
	// Method is what stands as the method of everything that the model had a part in.
	Method() string
}

// Budget is what a stage may use.
type Budget struct {
	Tokens int // read and written together
	USD    float64
}

// shares is among how many stages of a workflow its budget is divided.
const shares = 3

// BudgetOf is a stage's share of what a workflow of a depth may use.
func BudgetOf(depth string, maxUSD float64) Budget {
	tokens := map[string]int{workflow.Standard: 36_000, workflow.Deep: 90_000, workflow.Comprehensive: 180_000, workflow.Experimental: 360_000}[depth]
	return Budget{Tokens: tokens / shares, USD: maxUSD / shares}
}

// Session is the questions of one stage. It is a Model.
type Session struct {
	client *Client
	budget Budget
	mark   string // between which the page stands

	mu   sync.Mutex
	use  schemas.ModelUse
	lost schemas.ModelUse // what requests of which nothing came back may have used, at the most
	left time.Duration    // of patience
}

// patience is how long all the answers of a stage may take together: a stage that takes too long fails, and one that has no model does
// not.
const patience = 5 * time.Minute

// Session begins the questions of one stage of a workflow.
func (c *Client) Session(id, stage, depth string) *Session {
	budget := BudgetOf(depth, c.config.MaxUSD)
	return &Session{client: c, budget: budget, mark: markOf(id, stage), left: patience, use: schemas.ModelUse{Model: c.config.Model, BudgetTokens: budget.Tokens, BudgetUSD: budget.USD}}
}

// Method implements Model.
func (s *Session) Method() string { return schemas.MethodModel + s.client.config.Model }

// Use implements Model.
func (s *Session) Use() *schemas.ModelUse {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.use.Requests == 0 {
		return nil
	}
	u := s.use
	return &u
}

// question is one that has a schema for its answer.
type question struct {
	name      string
	task      string
	page      string // data, as frame shows it
	schema    string
	maxOutput int
}

// ask asks, and has an answer that does not hold corrected once. Check reads an answer that its schema allows; its error says, to
// the model, what is wrong.
func (s *Session) ask(ctx context.Context, q question, check func(answer []byte) error) error {
	schema, err := compile(q.name, q.schema)
	if err != nil {
		return err
	}
	messages := []message{{"system", rules(s.mark)}, {"user", q.task + "\n\n" + q.page + "\n\nAnswer with JSON of this schema and nothing else:\n" + q.schema}}
	for try := range 2 {
		a, err := s.once(ctx, asked{messages, q.name, json.RawMessage(q.schema), q.maxOutput})
		if err != nil {
			return err
		}
		answer := jsonOf(a.text)
		wrong := validate(schema, answer)
		if wrong == nil {
			wrong = check(answer)
		}
		if wrong == nil {
			return nil
		}
		if try == 0 {
			messages = append(messages, message{"assistant", clip(a.text, 8000)},
				message{"user", "That answer does not hold: " + clip(wrong.Error(), 1000) + "\nAnswer again, with JSON of the schema and nothing else."})
		}
	}
	s.mu.Lock()
	s.use.Refused++
	s.mu.Unlock()
	return ErrRefused
}

// once sends one request, if the budget allows the most that it can cost, and counts what it did.
func (s *Session) once(ctx context.Context, q asked) (answered, error) {
	input := 0
	for _, m := range q.messages {
		input += tokensOf(m.Content)
	}
	s.mu.Lock()
	after := s.use
	s.count(&after, s.lost.InputTokens+input, s.lost.OutputTokens+q.maxOutput)
	if after.InputTokens+after.OutputTokens > s.budget.Tokens || s.budget.USD > 0 && after.CostUSD > s.budget.USD {
		s.mu.Unlock()
		return answered{}, ErrBudget
	}
	s.use.Requests++
	s.mu.Unlock()
	a, err := s.patiently(ctx, q)
	s.mu.Lock()
	s.count(&s.lost, a.lost*input, a.lost*q.maxOutput)
	s.mu.Unlock()
	if err != nil {
		return a, err
	}
	if a.input == 0 {
		a.input = input
	}
	if a.output == 0 {
		a.output = tokensOf(a.text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count(&s.use, a.input, a.output)
	return a, nil
}

// patiently asks for no longer than what is left of the patience.
func (s *Session) patiently(ctx context.Context, q asked) (answered, error) {
	s.mu.Lock()
	left := s.left
	s.mu.Unlock()
	within, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	began := s.client.now()
	a, err := s.client.complete(within, q)
	s.mu.Lock()
	s.left = max(0, s.left-s.client.now().Sub(began))
	s.mu.Unlock()
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		a.lost++
		return a, &UnavailableError{"slow", within.Err()}
	}
	return a, err
}

// count adds tokens and what they cost.
func (s *Session) count(u *schemas.ModelUse, input, output int) {
	u.InputTokens += input
	u.OutputTokens += output
	u.CostUSD += (float64(input)*s.client.config.InputPrice + float64(output)*s.client.config.OutputPrice) / 1e6
}

// tokensOf estimates how many tokens a text is, rather too many: three bytes for each.
func tokensOf(s string) int { return len(s)/3 + 8 }

// jsonOf takes the JSON out of an answer that stands in a fence, or behind a preamble.
func jsonOf(s string) []byte {
	if _, after, thought := strings.Cut(s, "</think>"); thought { // some show what they thought before
		s = after
	}
	from, to := strings.IndexByte(s, '{'), strings.LastIndexByte(s, '}')
	if from < 0 || to < from {
		return []byte(s)
	}
	return []byte(s[from : to+1])
}

func compile(name, schema string) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, fmt.Errorf("the schema of %s: %w", name, err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name+".json", doc); err != nil {
		return nil, err
	}
	return c.Compile(name + ".json")
}

func validate(schema *jsonschema.Schema, answer []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer))
	if err != nil {
		return errors.New("it is not JSON")
	}
	return schema.Validate(value)
}

// LimitOf says in a report why the local result of a part stands, as "the summary"; false: it does not, or the context ended.
func LimitOf(part string, err error) (schemas.Limit, bool) {
	limit := func(code, why string) (schemas.Limit, bool) {
		return schemas.Limit{Code: code, Message: "The language model had no part in " + part + ", which was computed from the text alone: " + why + "."}, true
	}
	var u *UnavailableError
	switch {
	case errors.Is(err, ErrBudget):
		return limit("model_budget", "what it may use at this depth was used up")
	case errors.Is(err, ErrRefused):
		return limit("model_refused", "its answer did not stand up to checking, and neither did its correction")
	case errors.As(err, &u):
		return limit("model_unavailable", saying(u.Reason))
	}
	return schemas.Limit{}, false
}

// saying says a reason in words.
func saying(reason string) string {
	switch reason {
	case "timeout":
		return "it did not answer in time"
	case "slow":
		return "its answers took longer than the step can wait"
	case "unreachable":
		return "it could not be reached"
	case "broken_off":
		return "its answer broke off"
	case "rate_limited":
		return "it was asked for more than it allows"
	case "unauthorized":
		return "it refuses the key"
	case "broken_answer":
		return "what it answered was no answer"
	case "too_long":
		return "the text is longer than it takes"
	case "paused":
		return "it has failed several times and is left alone for a while"
	case "http_404":
		return "its address or the model's name is not known there"
	}
	return "it could not be asked (" + strings.ReplaceAll(reason, "_", " ") + ")"
}
