package ingest

import (
	"slices"
	"testing"

	"autointel.example/internal/workflow"
	"autointel.example/services/ingest/fetch"
)

func TestIngestRunsItsStages(t *testing.T) {
	client := fetch.New(fetch.Options{})
	defer client.Close()
	var names []string
	for _, s := range Stages(client, Listening{}) {
		names = append(names, s.Name)
	}
	if want := workflow.StagesOf(workflow.ServiceIngest); !slices.Equal(names, want) {
		t.Errorf("it runs %v; the table of stages says %v", names, want)
	}
}
