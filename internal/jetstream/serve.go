package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"autointel.example/schemas"
)

// Answering is a NATS service: questions on subjects, answered at once and kept nowhere. Its subjects must not be the
// log's. The tools for NATS services (`nats micro ls`) list it.
type Answering struct {
	Name, Description string
	Endpoints         []Endpoint
	Within            time.Duration // of one answer: nobody waits longer
}

// Endpoint answers the questions on one subject. One is answered after the other.
type Endpoint struct {
	Name, Subject string
	// Answer returns what is sent as JSON. ErrQuestion is told to who asked; what any other error says is for the log.
	Answer func(ctx context.Context, question []byte) (any, error)
}

// ErrQuestion says that a question is not what its subject takes.
var ErrQuestion = errors.New("the question is not what this subject takes")

// errStopping says that a question came when its service was about to end.
var errStopping = errors.New("the service is stopping")

// servingVersion is that of the form of the questions and answers, not of the program.
const servingVersion = "1.0.0"

// Serve answers questions until the context ends, and returns when every answer that was begun is made. Any number of
// replicas may serve; one of them gets each question.
func (c *Client) Serve(ctx context.Context, a Answering) error {
	service, err := micro.AddService(c.nc, micro.Config{Name: a.Name, Version: servingVersion, Description: a.Description})
	if err != nil {
		return broker(fmt.Errorf("serve %s: %w", a.Name, err))
	}
	var gate sync.RWMutex // held for reading while an answer is made
	for _, e := range a.Endpoints {
		handler := micro.HandlerFunc(func(r micro.Request) {
			if !gate.TryRLock() {
				c.reply(r, nil, errStopping)
				return
			}
			defer gate.RUnlock()
			within, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.Within)
			defer cancel()
			answer, err := e.Answer(within, r.Data())
			c.reply(r, answer, err)
		})
		if err := service.AddEndpoint(e.Name, handler, micro.WithEndpointSubject(e.Subject)); err != nil {
			return broker(errors.Join(fmt.Errorf("serve %s: %w", e.Subject, err), service.Stop()))
		}
	}
	<-ctx.Done()
	err = service.Stop() // questions that have arrived are still handed over, some of them after this
	gate.Lock()          // and never unlocked: those are turned away, since what answers are made from is closed next
	return err
}

// reply sends an answer, or says why there is none.
func (c *Client) reply(r micro.Request, answer any, err error) {
	switch {
	case err == nil:
		err = r.RespondJSON(answer)
	case errors.Is(err, ErrQuestion):
		err = r.Error(schemas.AnswerBadQuestion, ErrQuestion.Error(), nil)
	default:
		c.o.Logf("a question could not be answered", "subject", r.Subject(), "error", err)
		err = r.Error(schemas.AnswerUnavailable, "there is no answer now", nil)
	}
	if err != nil {
		c.o.Logf("an answer could not be sent", "subject", r.Subject(), "error", err)
	}
}

// NobodyAnswersError says that nobody serves a subject now: the service is not running, or about to start.
type NobodyAnswersError struct{ Subject string }

func (e *NobodyAnswersError) Error() string { return "nobody answers on " + e.Subject }

// AnswerError says that a question was received and not answered.
type AnswerError struct{ Subject, Code, Message string }

func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s: error %s: %s", e.Subject, e.Code, e.Message)
}

// ask asks a question and waits for its answer as long as the context lives. Errors are *NobodyAnswersError, *AnswerError
// and the broker's.
func ask[A any](ctx context.Context, c *Client, subject string, question any) (answer A, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	body, err := json.Marshal(question)
	if err != nil {
		return answer, err
	}
	msg, err := c.nc.RequestWithContext(ctx, subject, body)
	if errors.Is(err, nats.ErrNoResponders) {
		return answer, &NobodyAnswersError{subject}
	}
	if err != nil {
		return answer, broker(fmt.Errorf("ask %s: %w", subject, err))
	}
	if code := msg.Header.Get(micro.ErrorCodeHeader); code != "" {
		return answer, &AnswerError{subject, code, msg.Header.Get(micro.ErrorHeader)}
	}
	if err := json.Unmarshal(msg.Data, &answer); err != nil {
		return answer, fmt.Errorf("ask %s: unreadable answer: %w", subject, err)
	}
	return answer, nil
}
