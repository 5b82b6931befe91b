package stage

import (
	"sync"
	"time"

	"autointel.example/schemas"
)

// progressEvery is how often one stage's progress is published at most; Discord shows it slower still.
const progressEvery = 200 * time.Millisecond

// progress returns a function that publishes a stage's progress, not too often.
func (w *worker) progress(e schemas.Event, stage string) func(done, total int64, unit string) {
	var mu sync.Mutex
	var last time.Time
	return func(done, total int64, unit string) {
		mu.Lock()
		defer mu.Unlock()
		now := w.Now()
		if now.Sub(last) < progressEvery {
			return
		}
		last = now
		_ = w.Log.PublishProgress(schemas.Progress{
			Workflow: e.Workflow, Stage: stage, State: "running", Done: done, Total: total, Unit: unit, At: now, Context: e.Context,
		}) // lost progress is replaced by the next
	}
}
