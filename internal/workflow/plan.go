package workflow

import (
	"fmt"
	"slices"
	"strings"

	"autointel.example/schemas"
)

// The depths a source can be looked into, from the fastest to the most thorough.
const (
	Standard      = "standard"
	Deep          = "deep"
	Comprehensive = "comprehensive"
	Experimental  = "experimental"
)

// Depths lists the depths from the fastest to the most thorough.
func Depths() []string { return []string{Standard, Deep, Comprehensive, Experimental} }

// The stages.
const (
	Acquire    = "acquire"
	Transcribe = "transcribe"
	Analyze    = "analyze"
	Context    = "context"
	Verify     = "verify"
	Assess     = "assess"
	Integrate  = "integrate"
	Research   = "research"
	Profile    = "profile"
	Quality    = "quality"
	Graph      = "graph"
	Briefing   = "briefing"
)

// Services that run stages.
const (
	ServiceIngest   = schemas.ServiceIngest
	ServiceAnalyzer = schemas.ServiceAnalyzer
)

// stage is a row of the table of stages.
type stage struct {
	name    string
	service string
	from    string   // the fastest depth that has it; every deeper one has it too
	after   []string // its dependencies, those of them that a depth has
}

// stages is the graph, in an order in which every stage comes after those it depends on. Briefing waits for the
// leaves of each plan, so its dependencies are not written down but found. A new stage is a row here and a
// function in its service.
var stages = []stage{
	{Acquire, ServiceIngest, Standard, nil},
	{Transcribe, ServiceIngest, Standard, []string{Acquire}},
	{Analyze, ServiceAnalyzer, Standard, []string{Transcribe}},
	{Context, ServiceIngest, Deep, []string{Analyze}},
	{Verify, ServiceAnalyzer, Standard, []string{Analyze, Context}},
	{Assess, ServiceAnalyzer, Standard, []string{Verify}},
	{Integrate, ServiceAnalyzer, Standard, []string{Analyze}},
	{Research, ServiceAnalyzer, Deep, []string{Verify, Context}},
	{Profile, ServiceAnalyzer, Comprehensive, []string{Assess}},
	{Quality, ServiceAnalyzer, Experimental, []string{Assess, Integrate, Research, Profile}},
	{Graph, ServiceAnalyzer, Experimental, []string{Integrate, Research}},
	{Briefing, ServiceAnalyzer, Standard, nil},
}

// Fatal reports whether the failure of a stage ends its workflow: without a source there is nothing to say, and
// without a briefing there is nothing to show.
func Fatal(stage string) bool { return stage == Acquire || stage == Briefing }

// StagesOf lists the stages that a service runs.
func StagesOf(service string) []string {
	var names []string
	for _, s := range stages {
		if s.service == service {
			names = append(names, s.name)
		}
	}
	return names
}

// UnknownDepthError says that there is no such depth.
type UnknownDepthError struct{ Depth string }

func (e *UnknownDepthError) Error() string {
	return fmt.Sprintf("unknown depth %q: choose one of %s", e.Depth, strings.Join(Depths(), ", "))
}

// PlanFor returns the stages of a depth. The error is an *UnknownDepthError.
func PlanFor(depth string) (schemas.Plan, error) {
	level := slices.Index(Depths(), depth)
	if level < 0 {
		return nil, &UnknownDepthError{depth}
	}
	var plan schemas.Plan
	for _, s := range stages {
		if slices.Index(Depths(), s.from) > level {
			continue
		}
		p := schemas.PlannedStage{Stage: s.name}
		if s.name == Briefing {
			p.After = leaves(plan)
		}
		for _, d := range s.after {
			if _, ok := plan.Find(d); ok {
				p.After = append(p.After, d)
			}
		}
		plan = append(plan, p)
	}
	return plan, nil
}

// leaves returns the stages that no other stage of the plan waits for.
func leaves(plan schemas.Plan) []string {
	var names []string
	for _, s := range plan {
		waited := slices.ContainsFunc(plan, func(o schemas.PlannedStage) bool { return slices.Contains(o.After, s.Stage) })
		if !waited {
			names = append(names, s.Stage)
		}
	}
	return names
}

// Consumers declares every durable consumer: those of each stage, and those of the services.
func Consumers() []schemas.Consumer {
	all := schemas.ServiceConsumers()
	for _, s := range stages {
		all = append(all, ConsumersOf(s.name)...)
	}
	for _, service := range []string{ServiceIngest, ServiceAnalyzer} {
		all = append(all, schemas.DeadConsumer(service))
	}
	return all
}

// ConsumersOf declares the consumers of a stage, for what it depends on in the plan of any depth.
func ConsumersOf(stage string) []schemas.Consumer {
	var after []string
	root := false
	for _, depth := range Depths() {
		plan, _ := PlanFor(depth) // every listed depth has a plan: TestEveryDepthHasAPlan
		p, ok := plan.Find(stage)
		root = root || ok && len(p.After) == 0
		for _, d := range p.After {
			if !slices.Contains(after, d) {
				after = append(after, d)
			}
		}
	}
	return schemas.StageConsumers(stage, after, root)
}
