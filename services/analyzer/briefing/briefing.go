// Package briefing puts together what the stages found: the report, and the Markdown a person reads. It is a function of
// its input; what was not found is said, and nothing is made up.
//
//	briefing.go  the structure, from the outputs of the stages, and the parts of the text in their order
//	verdict.go   the sentence it begins with, and what that stands on
//	markdown.go  what the parts are written with
//	md_*.go      the parts
package briefing

import (
	"fmt"
	"strings"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// Input is a report of which the parts are there as the stages yielded them, and what else they read. A nil pointer: the stage has no
// output.
type Input struct {
	schemas.Report
	Source     *schemas.Source
	Transcript *schemas.Transcript
	Related    *schemas.Related
}

// Outputs is where the output of each stage goes.
func (in *Input) Outputs() map[string]any {
	return map[string]any{
		workflow.Acquire: &in.Source, workflow.Transcribe: &in.Transcript, workflow.Analyze: &in.Analysis, workflow.Context: &in.Related, workflow.Verify: &in.Claims,
		workflow.Assess: &in.Assessment, workflow.Integrate: &in.Knowledge, workflow.Research: &in.Research, workflow.Profile: &in.Profile, workflow.Quality: &in.Quality,
		workflow.Graph: &in.Graph,
	}
}

// parts are those of the text, in their order. Each is in the file of its subject, and writes nothing if it has nothing to say.
var parts = []func(*page){
	(*page).head, (*page).source, (*page).summary, (*page).claims, (*page).signals, (*page).trust, (*page).research, (*page).knowledge, (*page).voices,
	(*page).names, (*page).graph, (*page).wording, (*page).recording, (*page).method, (*page).sources, (*page).imprint,
}

// Build returns the report.
func Build(in Input) schemas.Report {
	r := in.Report
	r.CreatedAt, r.RequestedAt = in.CreatedAt.UTC(), in.RequestedAt.UTC()
	r.Model, r.Limits = used(in), limits(in)
	if s := in.Source; s != nil {
		r.Title, r.SiteName, r.Authors, r.PublishedAt, r.ModifiedAt = s.Title, s.SiteName, s.Authors, s.PublishedAt, s.ModifiedAt
		r.SourceURL, r.SourceHash, r.Kind, r.Sponsored, r.Partner = s.FinalURL, s.Digest, s.Kind, s.Sponsored, s.Partner
		if !s.FetchedAt.IsZero() {
			r.FetchedAt = &s.FetchedAt
		}
	}
	if t := in.Transcript; t != nil {
		r.Transcript = &schemas.TranscriptNote{
			URL: t.URL, Format: t.Format, Language: t.Language, Cues: len(t.Cues), Words: len(strings.Fields(t.Text)),
		}
		if n := len(t.Cues); n > 0 {
			r.Transcript.DurationMS = t.Cues[n-1].EndMS
		}
	}
	if in.Related != nil {
		r.NotRead = in.Related.Skipped
		for _, d := range in.Related.Documents {
			r.Documents = append(r.Documents, note(d))
		}
	}
	r.Headline, r.Basis = verdict(r)
	r.Markdown = markdown(r, in.Transcript)
	return r
}

// used adds up what the stages asked of a language model; nil: nothing.
func used(in Input) *schemas.ModelUse {
	var parts []*schemas.ModelUse
	if in.Analysis != nil {
		parts = append(parts, in.Analysis.Model)
	}
	if in.Claims != nil {
		parts = append(parts, in.Claims.Model)
	}
	if in.Assessment != nil {
		parts = append(parts, in.Assessment.Model)
	}
	var all *schemas.ModelUse
	for _, p := range parts {
		switch {
		case p == nil:
		case all == nil:
			sum := *p
			all = &sum
		default:
			all.Requests += p.Requests
			all.InputTokens += p.InputTokens
			all.OutputTokens += p.OutputTokens
			all.CostUSD += p.CostUSD
			all.Refused += p.Refused
			all.BudgetTokens += p.BudgetTokens
			all.BudgetUSD += p.BudgetUSD
		}
	}
	return all
}

// note lists a document of the context.
func note(d schemas.RelatedDocument) schemas.DocumentNote {
	s := d.Source
	n := schemas.DocumentNote{URL: s.FinalURL, Relation: d.Relation, Title: s.Title, SiteName: s.SiteName, PublishedAt: s.PublishedAt, Digest: s.Digest, Words: len(strings.Fields(s.Text))}
	if n.URL == "" {
		n.URL = s.URL
	}
	return n
}

// limits gathers what each stage could not do, once each, in the order of the plan.
func limits(in Input) []schemas.StageLimit {
	var all []schemas.StageLimit
	seen := map[schemas.StageLimit]bool{}
	add := func(stage string, list []schemas.Limit) {
		for _, l := range list {
			s := schemas.StageLimit{Stage: stage, Code: l.Code, Message: l.Message}
			if !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
	}
	if in.Source != nil {
		add(workflow.Acquire, in.Source.Limits)
	}
	if in.Transcript != nil {
		add(workflow.Transcribe, in.Transcript.Limits)
	}
	if in.Analysis != nil {
		add(workflow.Analyze, in.Analysis.Limits)
	}
	if in.Related != nil {
		add(workflow.Context, in.Related.Limits)
		for i, d := range in.Related.Documents {
			for _, l := range d.Source.Limits {
				add(workflow.Context, []schemas.Limit{{Code: l.Code, Message: fmt.Sprintf("Source %d: %s", i+1, l.Message)}})
			}
		}
	}
	if in.Claims != nil {
		add(workflow.Verify, in.Claims.Limits)
	}
	if in.Assessment != nil {
		add(workflow.Assess, in.Assessment.Limits)
	}
	if in.Knowledge != nil {
		add(workflow.Integrate, in.Knowledge.Limits)
	}
	if in.Research != nil {
		add(workflow.Research, in.Research.Limits)
	}
	if in.Profile != nil {
		add(workflow.Profile, in.Profile.Limits)
	}
	return all
}

// Count says how many stages came out how.
func Count(sections []schemas.Section) (completed, skipped, failed int) {
	for _, s := range sections {
		switch s.Status {
		case workflow.Completed:
			completed++
		case workflow.Skipped:
			skipped++
		case workflow.Failed:
			failed++
		}
	}
	return completed, skipped, failed
}
