package ingest

import (
	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/services/ingest/fetch"
	"autointel.example/services/ingest/pdf"
)

// fetchers is how many sources, and as many captions, are fetched side by side: they wait for other people's servers, so a few
// slow ones must not hold up the rest. What one may take of memory is bounded by fetch.Options.MaxBytes.
const fetchers = 32

// crawlers is how many contexts are gathered side by side; each reads up to eight documents of at most 5 MiB at once.
const crawlers = 8

// Stages returns the stages that ingest runs: those that reach the open internet. Each is a function in a file of its name.
// Recordings without captions are listened to with what is given.
func Stages(client *fetch.Client, with Listening) []stage.Stage {
	pdf.KeepCompiled(compiledPDF)
	r := reader{client: client}
	return []stage.Stage{
		{Name: workflow.Acquire, Workers: fetchers, Waits: true, Run: acquire(r)},
		{Name: workflow.Transcribe, Workers: fetchers, Waits: true, Deadline: transcribeWithin, Run: transcribe(client, with)},
		{Name: workflow.Context, Workers: crawlers, Waits: true, Run: surroundings(r)},
	}
}
