package analyzer

import (
	"context"
	"os"

	"autointel.example/internal/program"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/services/analyzer/llm"
)

// Config is the analyzer's configuration.
type Config struct {
	Model llm.Config `embed:""`
}

// New makes the service.
func New(ctx context.Context, r *program.Runtime, c Config) (program.Service, error) {
	client, err := r.Client(ctx, workflow.ServiceAnalyzer)
	if err != nil {
		return program.Service{}, err
	}
	worker, err := os.Hostname()
	if err != nil {
		worker = "unknown"
	}
	stages := Stages(Tools{Archive: client})
	if err := c.Model.Resolve(); err != nil {
		return program.Service{}, &program.UsageError{Err: err}
	}
	if c.Model.Enabled() {
		model := llm.New(c.Model, r.Now)
		r.Stack.Defer("language model", func() error { model.Close(); return nil })
		stages = withModel(stages, model)
	}
	runner := &stage.Runner{
		Log: client, Service: workflow.ServiceAnalyzer, Stages: stages, Worker: worker, Now: r.Now, Logger: r.Logger.With("service", workflow.ServiceAnalyzer),
		Observer: r.Metrics, Drain: program.Drain,
	}
	return program.Service{Name: workflow.ServiceAnalyzer, Run: runner.Run}, nil
}
