// Package analyzer is where things are understood: the analysis stages up to the briefing. Its packages text and briefing
// do the work and know nothing of where their input comes from; this one makes stages of them.
package analyzer

import (
	"context"
	"encoding/json"
	"strings"

	"autointel.example/internal/stage"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/analyzer/briefing"
	"autointel.example/services/analyzer/text"
)

// Stages returns the stages that the analyzer runs. Those that this version does not have settle as skipped.
func Stages() []stage.Stage {
	functions := map[string]stage.Func{workflow.Analyze: analyze, workflow.Briefing: brief}
	var stages []stage.Stage
	for _, name := range workflow.StagesOf(workflow.ServiceAnalyzer) {
		f := functions[name]
		if f == nil {
			f = stage.NotAvailable
		}
		stages = append(stages, stage.Stage{Name: name, Run: f, Workers: 2})
	}
	return stages
}

// analyze computes what the words of the source, and of its recording, say about it. It yields a schemas.Analysis.
func analyze(ctx context.Context, in stage.Input) (any, error) {
	source, transcript, err := sources(ctx, in)
	if err != nil {
		return nil, err
	}
	var parts []string
	language := ""
	if source != nil && source.Text != "" {
		parts, language = append(parts, source.Text), source.Language
	}
	if transcript != nil {
		parts = append(parts, transcript.Text)
		if language == "" {
			language = transcript.Language
		}
	}
	if len(parts) == 0 {
		return nil, stage.Skip("nothing_to_analyze", "The source has neither text nor a transcript.")
	}
	return text.Analyze(ctx, strings.Join(parts, "\n\n"), language)
}

// sources loads what was read; nil: there is none.
func sources(ctx context.Context, in stage.Input) (*schemas.Source, *schemas.Transcript, error) {
	var source schemas.Source
	var transcript schemas.Transcript
	hasSource, err := in.Load(ctx, workflow.Acquire, &source)
	if err != nil {
		return nil, nil, err
	}
	hasTranscript, err := in.Load(ctx, workflow.Transcribe, &transcript)
	if err != nil {
		return nil, nil, err
	}
	s, t := &source, &transcript
	if !hasSource {
		s = nil
	}
	if !hasTranscript {
		t = nil
	}
	return s, t, nil
}

// brief puts the report together. It is the last stage: it yields a stage.Final.
func brief(ctx context.Context, in stage.Input) (any, error) {
	source, transcript, err := sources(ctx, in)
	if err != nil {
		return nil, err
	}
	var analysis *schemas.Analysis
	var a schemas.Analysis
	if found, err := in.Load(ctx, workflow.Analyze, &a); err != nil {
		return nil, err
	} else if found {
		analysis = &a
	}
	sections, err := sectionsOf(ctx, in)
	if err != nil {
		return nil, err
	}
	report := briefing.Build(briefing.Input{
		Workflow: in.Workflow, URL: in.Context.URL, Depth: in.Context.Depth, RequestedAt: in.RequestedAt, Now: in.Now(),
		Source: source, Transcript: transcript, Analysis: analysis, Sections: sections,
	})
	content, err := json.Marshal(report)
	if err != nil {
		return nil, err
	}
	final := stage.Final{Report: content, Headline: report.Headline, Title: report.Title}
	if analysis != nil {
		final.Words = analysis.Words
	}
	final.Completed, final.Skipped, final.Failed = briefing.Count(sections)
	return final, nil
}

// sectionsOf says what became of every stage before the briefing.
func sectionsOf(ctx context.Context, in stage.Input) ([]schemas.Section, error) {
	var sections []schemas.Section
	for _, p := range in.Context.Plan {
		if p.Stage == workflow.Briefing {
			continue
		}
		e, found, err := in.Outputs.Settled(ctx, in.Workflow, p.Stage)
		if err != nil {
			return nil, err
		}
		s := schemas.Section{Stage: p.Stage, Status: "missing"}
		if _, settled, ok := workflow.SettledOf(e); found && ok {
			s.Status, s.Reason, s.Message = settled.Status, settled.Reason, settled.Message
		}
		sections = append(sections, s)
	}
	return sections, nil
}
