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

// Deeper returns the next depth. It is false for the most thorough, and for a plan that is no depth.
func Deeper(depth string) (next string, ok bool) {
	i := slices.Index(Depths(), depth)
	if i < 0 || i+1 == len(Depths()) {
		return "", false
	}
	return Depths()[i+1], true
}

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
// function in its service, a new plan a row of plans.
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

// plan is a choice among the stages.
type plan struct {
	name string
	has  func(stage) bool
}

// plans are those that there are: of each depth, the stages of the table up to it. A command that runs stages of its own choice has
// a row here. Wherever a depth is named (in events, metrics, leases, the archive) its name stands, and nothing else needs to know it.
var plans = []plan{
	{Standard, upTo(Standard)},
	{Deep, upTo(Deep)},
	{Comprehensive, upTo(Comprehensive)},
	{Experimental, upTo(Experimental)},
}

func upTo(depth string) func(stage) bool {
	level := slices.Index(Depths(), depth)
	return func(s stage) bool { return slices.Index(Depths(), s.from) <= level }
}

// Plans lists the names of all plans: the depths first, from the fastest on.
func Plans() []string {
	var names []string
	for _, p := range plans {
		names = append(names, p.name)
	}
	return names
}

// Stages lists all stages, each after those it waits for.
func Stages() []string {
	var names []string
	for _, s := range stages {
		names = append(names, s.name)
	}
	return names
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

// PlanFor returns the stages of a depth, or of another plan by its name. The error is an *UnknownDepthError.
func PlanFor(name string) (schemas.Plan, error) {
	i := slices.IndexFunc(plans, func(p plan) bool { return p.name == name })
	if i < 0 {
		return nil, &UnknownDepthError{name}
	}
	var chosen schemas.Plan
	for _, s := range stages {
		if !plans[i].has(s) {
			continue
		}
		p := schemas.PlannedStage{Stage: s.name}
		if s.name == Briefing {
			p.After = leaves(chosen)
		}
		for _, d := range s.after {
			if _, ok := chosen.Find(d); ok {
				p.After = append(p.After, d)
			}
		}
		chosen = append(chosen, p)
	}
	return chosen, nil
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

// ConsumersOf declares the consumers of a stage, for what it depends on in any plan.
func ConsumersOf(stage string) []schemas.Consumer {
	var after []string
	root := false
	for _, name := range Plans() {
		plan, _ := PlanFor(name)
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
