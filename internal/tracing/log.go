package tracing

import (
	"context"
	"log/slog"
)

// Logging returns a logger whose lines about a workflow (the attribute "workflow" holds its id) name its trace as well.
func (t *Tracer) Logging(logger *slog.Logger) *slog.Logger {
	if t == nil {
		return logger
	}
	return slog.New(naming{logger.Handler()})
}

// naming is the handler of such a logger.
type naming struct{ slog.Handler }

// Handle implements slog.Handler.
func (n naming) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "workflow" {
			return true
		}
		if id, ok := idOf(a.Value.String()); ok {
			r = r.Clone()
			r.AddAttrs(slog.String("trace_id", id.String()), slog.String("workflow_id", a.Value.String()))
		}
		return false
	})
	return n.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (n naming) WithAttrs(attrs []slog.Attr) slog.Handler { return naming{n.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (n naming) WithGroup(name string) slog.Handler { return naming{n.Handler.WithGroup(name)} }
