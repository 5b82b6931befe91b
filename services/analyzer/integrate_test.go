package analyzer

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/stage"
	"autointel.example/internal/stage/stagetest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// earlierWorkflow is the id of a workflow that ended before.
const earlierWorkflow = "wf_019ceb8ac4c87d3f9a1b2c3d4e5f6070"

// shelf is an archive with an answer that does not change. It keeps the question.
type shelf struct {
	answer schemas.ArchiveKnowledge
	err    error
	asked  schemas.ArchiveKnown
}

func (s *shelf) Known(ctx context.Context, q schemas.ArchiveKnown) (schemas.ArchiveKnowledge, error) {
	s.asked = q
	if ctx.Err() != nil {
		return schemas.ArchiveKnowledge{}, ctx.Err()
	}
	return s.answer, s.err
}

// log has the outputs of two workflows.
type log struct {
	stage.Outputs
	earlier stagetest.Outputs
	gone    bool // the artifacts of the earlier one are
}

func (l log) Settled(ctx context.Context, id, name string) (schemas.Event, bool, error) {
	if id != earlierWorkflow {
		return l.Outputs.Settled(ctx, id, name)
	}
	e, found, err := l.earlier.Settled(ctx, stagetest.Workflow, name)
	if completed, ok := e.Data.(schemas.StageCompleted); ok && l.gone {
		completed.Output = schemas.Output{Artifact: schemas.Artifact{Key: "gone"}}
		e.Data = completed
	}
	return e, found, err
}

func (l log) Output(ctx context.Context, o schemas.Output) ([]byte, error) {
	if o.Artifact.Key == "gone" {
		return nil, &jetstream.ArtifactGoneError{Key: "gone"}
	}
	return l.Outputs.Output(ctx, o)
}

var reports = schemas.ArchiveKnowledge{Reports: []schemas.KnownReport{
	{Workflow: earlierWorkflow, URL: "https://example.org/article", Title: "The gauge at Northpoint", EndedAt: stagetest.At.Add(-time.Hour), Digest: "00"},
	{Workflow: "wf_other", URL: "https://other.example/", SiteName: "Harbour Post", EndedAt: stagetest.At.Add(-2 * time.Hour), Entities: []string{"clara voss"}, Digest: "ab12"},
}}

// after is an input for the stage, with an earlier workflow that read the text as it was then.
func after(t *testing.T, was string, gone bool) stage.Input {
	t.Helper()
	analysis := &schemas.Analysis{Words: 80, Sentences: 6, Entities: []schemas.Entity{{Name: "Clara Voss", Kind: schemas.EntityPerson}}}
	in := stagetest.Input(t, workflow.Standard, stagetest.Outputs{workflow.Acquire: article, workflow.Analyze: analysis})
	old := *article
	old.Text = was
	in.Outputs = log{in.Outputs, stagetest.Outputs{workflow.Acquire: &old}, gone}
	return in
}

func TestIntegrateIsAGoodStage(t *testing.T) {
	s := stage.Stage{Name: workflow.Integrate, Run: integrate(&shelf{answer: reports})}
	stagetest.Run(t, s, map[string]stage.Input{
		"an earlier report":                 after(t, article.Text, false),
		"one whose text is gone":            after(t, article.Text, true),
		"nothing that could be read":        stagetest.Input(t, workflow.Standard, stagetest.Outputs{}),
		"a source that was not analysed":    stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Acquire: article}),
		"a recording without anything else": stagetest.Input(t, workflow.Deep, stagetest.Outputs{workflow.Transcribe: &schemas.Transcript{URL: "https://example.org/a.vtt", Format: "webvtt", Cues: []schemas.Cue{}, Text: "It has risen."}}),
	})
}

func TestWhatIsKnownOfASource(t *testing.T) {
	archive := &shelf{answer: reports}
	was := "The tide gauge at Northpoint has stood in the harbour since 1894. It was built by the engineer Clara Voss.\n\nAccording to the harbour office, the mean level has risen by 19 centimetres. Nobody doubts it."
	out, err := integrate(archive)(t.Context(), after(t, was, false))
	if err != nil {
		t.Fatal(err)
	}
	k := out.(schemas.Knowledge)
	if k.Looked != 2 || len(k.SameURL) != 1 || len(k.Duplicates) != 1 || len(k.SameSource) != 1 || len(k.Entities) != 1 || k.Entities[0].Name != "Clara Voss" {
		t.Errorf("%+v", k)
	}
	c := k.Changed
	if c == nil || c.Unchanged != 2 || c.EditedCount != 1 || len(c.Figures) != 1 || c.Figures[0].Was != "19 centimetres" || c.Figures[0].Now != "21 centimetres" || len(c.Removed) != 1 || c.Removed[0] != "Nobody doubts it." {
		t.Errorf("%+v", c)
	}
	want := schemas.ArchiveKnown{Requester: schemas.Requester{UserID: "10", GuildID: "11"}, URLs: []string{"https://example.org/article"}, Names: []string{"Clara Voss"}}
	got, _ := json.Marshal(archive.asked)
	if expected, _ := json.Marshal(want); string(got) != string(expected) {
		t.Errorf("asked %s", got)
	}
}

func TestATextThatIsNotKeptAnyMoreIsALimit(t *testing.T) {
	out, err := integrate(&shelf{answer: reports})(t.Context(), after(t, "", true))
	k, ok := out.(schemas.Knowledge)
	if err != nil || !ok || k.Changed != nil || len(k.SameURL) != 1 || k.Limits[len(k.Limits)-1].Code != "knowledge_text_gone" {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestWithoutAnArchiveTheStageIsSkipped(t *testing.T) {
	for name, archive := range map[string]Archive{"none": nil, "one that does not run": &shelf{err: &jetstream.NobodyAnswersError{Subject: schemas.SubjectArchiveKnown}}, "one that is slow": &shelf{err: context.DeadlineExceeded}} {
		_, err := integrate(archive)(t.Context(), after(t, article.Text, false))
		if err == nil || !stage.Settles(err) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
