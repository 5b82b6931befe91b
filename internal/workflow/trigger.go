package workflow

import (
	"time"

	"autointel.example/schemas"
)

// Trigger is one delivery to the consumer of a stage, as far as the rule looks at it.
type Trigger struct {
	Seq        uint64 // of the delivered event in the log
	Dependency string // the stage whose settlement was delivered; empty for workflow.requested and trigger.repeated
	Repeated   bool   // trigger.repeated: the watchdog asks for the stage again
	Doubtful   bool   // redelivered, or older than Fresh: the stage may have settled meanwhile
}

// TriggerOf reads from the subject of an event what its delivery says. The subject is what the log goes by when it lets a stage
// settle once; the event's data adds nothing to it.
func TriggerOf(s schemas.Subject) Trigger {
	switch s.Noun {
	case "stage":
		return Trigger{Dependency: s.Qualifier}
	case "trigger":
		return Trigger{Repeated: true}
	}
	return Trigger{}
}

// Fresh is the age up to which a first delivery is taken to be news. An older one comes from a backlog or from a
// consumer that was made again, so what it asks for may be done already.
const Fresh = time.Second

// LagDelay is how long to wait before a server that had not caught up is asked again.
const LagDelay = 50 * time.Millisecond

// Known is what has been read from the log so far. The sequences are of the last settlement of each dependency.
type Known struct {
	OverAsked bool
	Over      bool // the stage is settled, or its workflow has ended

	Points map[string]uint64 // by single reads; nil: not asked. What is found is true, what is not found says nothing
	Proof  map[string]uint64 // from one snapshot of one server; nil: not asked. A repeated trigger stands under its own key
}

// RepeatedKey is the key of trigger.repeated in Known.Proof.
const RepeatedKey = "trigger.repeated"

// Verb is what to do next with a delivery.
type Verb string

// What to do next with a delivery.
const (
	ReadOver   Verb = "read_over"   // read the stage's own settlement and the workflow's ending
	ReadPoints Verb = "read_points" // read the last settlement of every other dependency, one by one
	ReadProof  Verb = "read_proof"  // read all dependencies, the delivered one included, from one snapshot
	Run        Verb = "run"         // this delivery is the one that starts the stage
	Drop       Verb = "drop"        // acknowledge it: another delivery will start the stage, or nothing needs to
	Again      Verb = "again"       // ask everything again after LagDelay
)

// Reason says why, for log lines and metrics.
type Reason string

// Reasons of a decision.
const (
	NotPlanned    Reason = "not_planned"      // the plan has no such stage, or it was given
	NoDependency  Reason = "no_dependency"    // of this stage in this plan
	AlreadyOver   Reason = "already_over"     // settled, or the workflow has ended
	StillOpen     Reason = "dependency_open"  // it will bring its own delivery
	NotTheLast    Reason = "not_the_last"     // a dependency that settled later starts the stage
	ServerBehind  Reason = "server_behind"    // the snapshot does not hold what was delivered
	AllSettled    Reason = "all_settled"      // and this was the last
	NeedsOver     Reason = "may_be_over"      // a doubtful delivery
	NeedsPoints   Reason = "join"             // several dependencies
	NeedsSnapshot Reason = "absence_unproven" // a point read found nothing
)

// Decision is the next step with its reason.
type Decision struct {
	Verb   Verb
	Reason Reason
}

// Next says what to do with a delivery to a stage, given what has been read. The caller carries out a Read,
// adds what it found to what is known, and asks again: at most three reads come before a decision.
//
// It guarantees: of the deliveries of a stage's dependencies exactly one starts the stage, the one with the highest
// sequence, decided from the log alone. A negative answer of a read is believed only if the same answer proves that
// the server had reached the delivered event (Proof), because replicas lag and so does a new leader. On a stream
// with one replica (replicated false) there is one truth, and absence needs no proof.
func Next(plan schemas.Plan, stage string, t Trigger, k Known, replicated bool) Decision {
	planned, ok := plan.Find(stage)
	if !ok || planned.Given {
		return Decision{Drop, NotPlanned}
	}
	others, is := otherDependencies(planned.After, t)
	if !is {
		return Decision{Drop, NoDependency}
	}
	if (t.Doubtful || t.Repeated) && !k.OverAsked {
		return Decision{ReadOver, NeedsOver}
	}
	if k.Over {
		return Decision{Drop, AlreadyOver}
	}
	if len(others) == 0 {
		return Decision{Run, AllSettled}
	}
	if k.Points == nil {
		return Decision{ReadPoints, NeedsPoints}
	}
	found := k.Points
	if !hasAll(found, others) {
		if !replicated {
			return Decision{Drop, StillOpen}
		}
		if k.Proof == nil {
			return Decision{ReadProof, NeedsSnapshot}
		}
		if k.Proof[t.key()] < t.Seq {
			return Decision{Again, ServerBehind}
		}
		if !hasAll(k.Proof, others) {
			return Decision{Drop, StillOpen}
		}
		found = k.Proof
	}
	for _, d := range others {
		if found[d] > t.Seq {
			return Decision{Drop, NotTheLast}
		}
	}
	return Decision{Run, AllSettled}
}

// key is where the delivered event stands in a proof.
func (t Trigger) key() string {
	if t.Repeated {
		return RepeatedKey
	}
	return t.Dependency
}

// otherDependencies returns the dependencies that the delivery itself says nothing about, and whether the
// delivery concerns the stage at all.
func otherDependencies(after []string, t Trigger) (others []string, concerns bool) {
	if t.Repeated {
		return after, true
	}
	if len(after) == 0 {
		return nil, t.Dependency == ""
	}
	for _, d := range after {
		if d == t.Dependency {
			concerns = true
		} else {
			others = append(others, d)
		}
	}
	return others, concerns
}

func hasAll(found map[string]uint64, names []string) bool {
	for _, n := range names {
		if found[n] == 0 {
			return false
		}
	}
	return true
}
