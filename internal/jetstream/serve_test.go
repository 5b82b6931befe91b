package jetstream_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/schemas"
)

// serve serves the archive's estimates until the returned function is called.
func serve(t *testing.T, c *jetstream.Client, answer func(context.Context, []byte) (any, error)) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- c.Serve(ctx, jetstream.Answering{
			Name: "test", Within: time.Second, Endpoints: []jetstream.Endpoint{{Name: "estimate", Subject: schemas.SubjectArchiveEstimate, Answer: answer}},
		})
	}()
	for {
		var nobody *jetstream.NobodyAnswersError
		if _, err := c.Estimate(t.Context(), "ready?"); !errors.As(err, &nobody) {
			return func() error { cancel(); return <-done }
		}
		<-time.After(time.Millisecond)
	}
}

func TestQuestionsAreAnsweredOrRefusedOrNobodysToAnswer(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	stop := serve(t, c, func(_ context.Context, question []byte) (any, error) {
		var q schemas.ArchiveEstimate
		if err := json.Unmarshal(question, &q); err != nil {
			return nil, err
		}
		switch q.Depth {
		case "none":
			return nil, jetstream.ErrQuestion
		case "broken":
			return nil, errors.New("a secret of the store")
		}
		return schemas.ArchiveEstimated{Runs: 3, Median: time.Minute}, nil
	})
	if e, err := c.Estimate(t.Context(), "deep"); err != nil || e.Median != time.Minute {
		t.Errorf("%+v, %v", e, err)
	}
	for depth, want := range map[string]jetstream.AnswerError{
		"none":   {schemas.SubjectArchiveEstimate, schemas.AnswerBadQuestion, jetstream.ErrQuestion.Error()},
		"broken": {schemas.SubjectArchiveEstimate, schemas.AnswerUnavailable, "there is no answer now"},
	} {
		_, err := c.Estimate(t.Context(), depth)
		var got *jetstream.AnswerError
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %v, want %v", depth, err, &want)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	var nobody *jetstream.NobodyAnswersError
	if _, err := c.Estimate(t.Context(), "deep"); !errors.As(err, &nobody) {
		t.Errorf("after its end: %v", err)
	}
}

func TestServingEndsWhenTheAnswerAtWorkIsMade(t *testing.T) {
	c := natstest.Bind(t, natstest.Start(t), jetstream.Options{})
	began, finish := make(chan struct{}), make(chan struct{})
	stop := serve(t, c, func(ctx context.Context, question []byte) (any, error) {
		if string(question) != `{"depth":"ready?"}` {
			close(began)
			<-finish
		}
		return schemas.ArchiveEstimated{Runs: 1}, ctx.Err()
	})
	answered := make(chan error, 1)
	go func() {
		_, err := c.Estimate(t.Context(), "deep")
		answered <- err
	}()
	<-began
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	select {
	case err := <-stopped:
		t.Errorf("it did not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	if err := errors.Join(<-stopped, <-answered); err != nil {
		t.Error(err)
	}
}

// TestAStageThatIsBackBeforeTheArchiveAsksAgain: after a crash of both, a report does not lack what is known from earlier. Where nobody
// comes, the context ends the question.
func TestAStageThatIsBackBeforeTheArchiveAsksAgain(t *testing.T) {
	nc := natstest.Start(t)
	c := natstest.Bind(t, nc, jetstream.Options{})
	before := nc.Stats().OutMsgs
	got := make(chan error, 1)
	go func() {
		k, err := c.Known(t.Context(), schemas.ArchiveKnown{})
		if err == nil && !k.Truncated {
			err = errors.New("another answer")
		}
		got <- err
	}()
	for nc.Stats().OutMsgs == before {
		<-time.After(time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- c.Serve(ctx, jetstream.Answering{Name: "test", Within: time.Second, Endpoints: []jetstream.Endpoint{{
			Name: "known", Subject: schemas.SubjectArchiveKnown,
			Answer: func(context.Context, []byte) (any, error) { return schemas.ArchiveKnowledge{Truncated: true}, nil },
		}}})
	}()
	if err := <-got; err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	short, end := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer end()
	var nobody *jetstream.NobodyAnswersError
	if _, err := c.Known(short, schemas.ArchiveKnown{}); !errors.As(err, &nobody) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody comes: %v", err)
	}
}
