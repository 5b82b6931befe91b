package analyzer

import (
	"context"
	"os"

	"autointel.example/internal/program"
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
)

// Config is the analyzer's configuration: it has none of its own yet.
type Config struct{}

// New makes the service.
func New(ctx context.Context, r *program.Runtime, _ Config) (program.Service, error) {
	client, err := r.Client(ctx, workflow.ServiceAnalyzer)
	if err != nil {
		return program.Service{}, err
	}
	worker, err := os.Hostname()
	if err != nil {
		worker = "unknown"
	}
	runner := &stage.Runner{
		Log: client, Service: workflow.ServiceAnalyzer, Stages: Stages(Tools{Archive: client}), Worker: worker, Now: r.Now, Logger: r.Logger.With("service", workflow.ServiceAnalyzer),
		Observer: r.Metrics, Drain: program.Drain,
	}
	return program.Service{Name: workflow.ServiceAnalyzer, Run: runner.Run}, nil
}
