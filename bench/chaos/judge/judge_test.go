package judge

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// world is a run in which everything is right: a planted wrong is the one thing that is not.
type world struct {
	Facts
	seq uint64
}

const (
	shown     = "wf_00000000000000000000000000000001" // its user sees the result
	kept      = "wf_00000000000000000000000000000002" // its session closed: kept, announced, retrieved
	private   = "wf_00000000000000000000000000000003"
	failed    = "wf_00000000000000000000000000000004" // ended without a report
	cancelled = "wf_00000000000000000000000000000005"
)

// number is the last digit of an id, by which its user, its interaction and its title are called.
func number(id string) string { return id[len(id)-1:] }

func right() *world {
	w := &world{}
	for _, id := range []string{shown, kept, private, failed, cancelled} {
		w.ask(id, id == private)
	}
	for _, id := range []string{shown, kept, private} {
		w.runs(id)
	}
	w.answer(shown, Result)
	w.happened(shown, schemas.DeliverySucceeded{Kind: schemas.KindResults})

	w.answer(private, Result)
	w.happened(private, schemas.DeliverySucceeded{Kind: schemas.KindResults})

	w.happened(kept, schemas.DeliveryFailed{Kind: schemas.KindResults, Reason: "session_closed"}, schemas.ResultArchived{}, schemas.DeliverySucceeded{Kind: schemas.KindNotice})
	w.Messages = append(w.Messages, Message{ID: "n2", Channel: "c2", Rings: []string{"u2"}, Versions: []Shown{{Kind: Notice, Workflow: kept}}})
	w.Acts = append(w.Acts, Act{Kind: Retrieve, Interaction: "r2", User: "u2", Channel: "c2", Workflow: kept})
	w.Messages = append(w.Messages, Message{ID: "a2", Channel: "c2", Interaction: "r2", For: "u2", Versions: []Shown{{Kind: Other}, {Kind: Result, Workflow: kept, Source: "t2"}}})

	w.happened(failed, schemas.WorkflowFailed{Stage: workflow.Acquire, Reason: "not_found"}, schemas.DeliverySucceeded{Kind: schemas.KindError})
	w.answer(failed, Failure)
	w.happened(cancelled, schemas.WorkflowCancelled{By: "u5"})
	w.answer(cancelled, Cancelled)
	for id, outcome := range map[string]string{shown: workflow.Completed, kept: workflow.Completed, private: workflow.Completed, failed: workflow.Failed, cancelled: workflow.Cancelled} {
		w.Records = append(w.Records, Record{Workflow: id, User: "u" + number(id), Outcome: outcome, Whole: true})
	}
	return w
}

// ask has a user ask, and see that it was accepted.
func (w *world) ask(id string, private bool) {
	n := number(id)
	w.Acts = append(w.Acts, Act{Kind: Ask, Interaction: "i" + n, User: "u" + n, Channel: "c" + n, Private: private, Workflow: id, Source: "t" + n})
	m := Message{ID: "m" + n, Channel: "c" + n, Interaction: "i" + n, Versions: []Shown{{Kind: Progress, Workflow: id}}}
	if private {
		m.For = "u" + n
	}
	w.Messages = append(w.Messages, m)
	w.happened(id, schemas.WorkflowRequested{RequestedAt: time.Unix(1, 0)})
}

// runs has every stage of a workflow settle.
func (w *world) runs(id string) {
	for _, p := range plan() {
		if p.Stage != workflow.Briefing {
			w.happened(id, schemas.StageCompleted{Stage: p.Stage})
		}
	}
	w.happened(id, schemas.WorkflowCompleted{})
}

func plan() schemas.Plan {
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		panic(err)
	}
	return plan
}

func (w *world) happened(id string, data ...schemas.Data) {
	wc, err := json.Marshal(schemas.Context{Plan: plan(), Requester: schemas.Requester{UserID: "u" + number(id)}})
	if err != nil {
		panic(err)
	}
	for _, d := range data {
		w.seq++
		w.Events = append(w.Events, schemas.Event{Workflow: id, Seq: w.seq, Time: time.Unix(int64(w.seq), 0), Context: wc, Data: d})
	}
}

// answer edits the answer to a workflow's command.
func (w *world) answer(id string, kind Kind) {
	m := w.message("m" + number(id))
	m.Versions = append(m.Versions, Shown{Kind: kind, Workflow: id, Source: "t" + number(id)})
}

func (w *world) message(id string) *Message {
	return &w.Messages[slices.IndexFunc(w.Messages, func(m Message) bool { return m.ID == id })]
}

func (w *world) record(id string) *Record {
	return &w.Records[slices.IndexFunc(w.Records, func(r Record) bool { return r.Workflow == id })]
}

// without takes out the events that a subject of which ends so.
func (w *world) without(id, ending string) {
	w.Events = slices.DeleteFunc(w.Events, func(e schemas.Event) bool {
		return e.Workflow == id && strings.HasSuffix(schemas.SubjectOf(id, e.Data), ending)
	})
}

func TestWhereEverythingIsRightNothingIsFound(t *testing.T) {
	v := Judge(right().Facts)
	if len(v.Findings) > 0 {
		t.Errorf("%+v", v.Findings)
	}
	if v.Asked != 5 || v.Acknowledged != 5 || v.Requested != 5 || v.Results != 4 || v.Notices != 1 || v.Retrieved != 1 || v.Unconfirmed+v.Linked+v.Repaired != 0 {
		t.Errorf("%+v", v)
	}
}

// wrongs are planted one at a time. Each must be found, about that workflow, and nothing else.
var wrongs = []struct {
	name, wrong, about string
	plant              func(w *world)
}{
	{"an acknowledged command that the log does not know", Lost, shown, func(w *world) {
		w.Events = slices.DeleteFunc(w.Events, func(e schemas.Event) bool { return e.Workflow == shown })
	}},
	{"the record of what was not shown is gone, though the log still brings it", Lost, kept, func(w *world) {
		w.Records = slices.DeleteFunc(w.Records, func(r Record) bool { return r.Workflow == kept })
	}},
	{"the record's report is not what its digest says", Lost, kept, func(w *world) { w.record(kept).Whole = false }},
	{"the record is another user's", Lost, kept, func(w *world) { w.record(kept).User = "u1" }},
	{"the record says that it failed", Lost, kept, func(w *world) { w.record(kept).Outcome = workflow.Failed }},
	{"what was kept cannot be retrieved", Lost, kept, func(w *world) { w.message("a2").Versions = []Shown{{Kind: Other}} }},
	{"a result was recorded as shown, and nobody sees it", Lost, shown, func(w *world) { m := w.message("m1"); m.Versions = m.Versions[:1] }},

	{"a second message with the result", Doubled, shown, func(w *world) {
		w.Messages = append(w.Messages, Message{ID: "x", Channel: "c1", Versions: []Shown{{Kind: Result, Workflow: shown, Source: "t1"}}})
	}},
	{"two notices", Doubled, kept, func(w *world) { m := *w.message("n2"); m.ID = "x"; w.Messages = append(w.Messages, m) }},
	{"a notice beside a result that it does not know of", Doubled, kept, func(w *world) { w.answer(kept, Result) }},

	{"another's report in the answer", Misdelivered, shown, func(w *world) { w.message("m1").Versions[1].Source = "t3" }},
	{"a result in another's answer", Misdelivered, kept, func(w *world) {
		w.Messages = append(w.Messages, Message{ID: "x", Channel: "c2", Interaction: "i4", Versions: []Shown{{Kind: Result, Workflow: kept, Source: "t2"}}})
	}},
	{"a result shown to another alone", Misdelivered, private, func(w *world) { w.message("m3").For = "u1" }},
	{"a private result that everybody sees", Misdelivered, private, func(w *world) { w.message("m3").For = "" }},
	{"a notice in another channel", Misdelivered, kept, func(w *world) { w.message("n2").Channel = "c1" }},
	{"a notice in another's direct messages", Misdelivered, kept, func(w *world) { w.message("n2").DM = "u1" }},
	{"a notice that rings for another", Misdelivered, kept, func(w *world) { w.message("n2").Rings = []string{"u2", "u1"} }},
	{"somebody else retrieved it", Misdelivered, kept, func(w *world) {
		w.Acts = append(w.Acts, Act{Kind: Retrieve, Interaction: "r9", User: "u1", Workflow: kept})
		w.Messages = append(w.Messages, Message{ID: "x", Interaction: "r9", For: "u1", Versions: []Shown{{Kind: Result, Workflow: kept, Source: "t2"}}})
	}},
	{"it was with another for a moment", Misdelivered, kept, func(w *world) {
		w.Messages = append(w.Messages, Message{ID: "x", Channel: "c1", Versions: []Shown{{Kind: Result, Workflow: kept, Source: "t2"}, {Kind: Other}}})
	}},

	{"the result of a workflow that nobody asked for", Misdelivered, "wf_9", func(w *world) {
		w.Messages = append(w.Messages, Message{ID: "x", Channel: "c1", Versions: []Shown{{Kind: Result, Workflow: "wf_9"}}})
	}},

	{"no end", Stuck, shown, func(w *world) { w.without(shown, ".ended.completed"); w.without(shown, ".delivery.succeeded.results") }},
	{"an end that nobody reacted to", Stuck, shown, func(w *world) { w.without(shown, ".delivery.succeeded.results") }},
	{"a failure that nobody reacted to", Stuck, failed, func(w *world) { w.without(failed, ".delivery.succeeded.error") }},
	{"a failed delivery that was not archived", Stuck, kept, func(w *world) { w.without(kept, ".result.archived"); w.without(kept, ".delivery.succeeded.notice") }},
	{"a kept result of which nothing was said", Stuck, kept, func(w *world) { w.without(kept, ".delivery.succeeded.notice") }},
	{"an end that is not in the archive", Stuck, shown, func(w *world) {
		w.Records = slices.DeleteFunc(w.Records, func(r Record) bool { return r.Workflow == shown })
	}},

	{"a stage settled twice", Illegal, shown, func(w *world) {
		w.happened(shown, schemas.StageFailed{Stage: workflow.Acquire})
		w.Events[len(w.Events)-1].Seq = 0
		slices.SortStableFunc(w.Events, func(a, b schemas.Event) int { return int(a.Seq) - int(b.Seq) })
		moveAfterRequest(w, shown)
	}},
	{"a second end", Illegal, failed, func(w *world) { w.happened(failed, schemas.WorkflowCancelled{}) }},
	{"a second request", Illegal, shown, func(w *world) { w.happened(shown, schemas.WorkflowRequested{RequestedAt: time.Unix(1, 0)}) }},
	{"two outcomes of a delivery", Illegal, shown, func(w *world) {
		w.happened(shown, schemas.DeliveryFailed{Kind: schemas.KindResults, Reason: "x"}, schemas.ResultArchived{}, schemas.DeliverySucceeded{Kind: schemas.KindNotice})
	}},
	{"a stage before what it waits for", Illegal, shown, func(w *world) { w.without(shown, ".stage.completed.verify") }},
	{"a stage that is not in the plan", Illegal, kept, func(w *world) {
		w.happened(kept, schemas.StageCompleted{Stage: workflow.Graph})
	}},
	{"something was kept that had not failed", Illegal, shown, func(w *world) { w.happened(shown, schemas.ResultArchived{}) }},
	{"a workflow that nobody asked for", Illegal, "wf_00000000000000000000000000000009", func(w *world) {
		w.happened("wf_00000000000000000000000000000009", schemas.WorkflowRequested{RequestedAt: time.Unix(1, 0)})
	}},
	{"a retrieval answered twice", Illegal, "rt_1", func(w *world) {
		w.happened("rt_1", schemas.RetrievalRequested{}, schemas.RetrievalCompleted{}, schemas.RetrievalRefused{})
	}},

	{"told that nothing was started, and nothing else", Contradicted, cancelled, func(w *world) { w.message("m5").Versions = []Shown{{Kind: Denied}} }},
}

// moveAfterRequest puts the first event behind the first one of a workflow.
func moveAfterRequest(w *world, id string) {
	first := w.Events[0]
	w.Events = w.Events[1:]
	at := slices.IndexFunc(w.Events, func(e schemas.Event) bool { return e.Workflow == id })
	first.Seq = w.Events[at].Seq
	w.Events = slices.Insert(w.Events, at+1, first)
}

func TestEveryWrongThatIsPlantedIsFound(t *testing.T) {
	for _, c := range wrongs {
		t.Run(c.name, func(t *testing.T) {
			w := right()
			c.plant(w)
			v := Judge(w.Facts)
			if len(v.Findings) == 0 {
				t.Fatal("nothing was found")
			}
			for _, f := range v.Findings {
				if f.Wrong != c.wrong || f.Workflow != c.about {
					t.Errorf("planted %s of %s, found %+v", c.wrong, c.about, f)
				}
			}
		})
	}
}

func TestAnAnswerThatWentBackToProgressIsFound(t *testing.T) {
	w := right()
	w.answer(shown, Progress)
	v := Judge(w.Facts)
	if v.Count(Overwritten) != 1 || v.Count(Lost) != 1 { // it is not to be seen any more
		t.Errorf("%+v", v.Findings)
	}
	w.answer(shown, Result)
	if v = Judge(w.Facts); len(v.Findings) != 0 || v.Repaired != 1 {
		t.Errorf("it was shown again, but: %+v, repaired %d", v.Findings, v.Repaired)
	}
}

func TestANoticeBesideAResultIsCountedForWhatItSays(t *testing.T) {
	w := right()
	w.answer(kept, Result)
	w.message("n2").Versions[0].Uncertain = true
	if v := Judge(w.Facts); len(v.Findings) != 0 || v.Unconfirmed != 1 || v.Linked != 0 {
		t.Errorf("unconfirmed: %+v", v)
	}
	w.message("n2").Versions[0].Linked = true
	if v := Judge(w.Facts); len(v.Findings) != 0 || v.Linked != 1 || v.Unconfirmed != 0 {
		t.Errorf("linked: %+v", v)
	}
}

func TestADenialThatASecondDeliveryTookBackIsCounted(t *testing.T) {
	w := right()
	w.message("m1").Versions[0].Kind = Denied
	if v := Judge(w.Facts); len(v.Findings) != 0 || v.Corrected != 1 || v.Acknowledged != 4 {
		t.Errorf("by the answer: %+v", v)
	}
	w = right()
	w.message("m2").Versions[0].Kind = Denied // its session has closed; the notice tells
	if v := Judge(w.Facts); len(v.Findings) != 0 || v.Corrected != 1 {
		t.Errorf("by the notice: %+v", v)
	}
}

func TestACommandThatWasNotAcceptedIsNoLoss(t *testing.T) {
	w := &world{}
	w.Acts = append(w.Acts, Act{Kind: Ask, Interaction: "i1", User: "u1", Workflow: shown})
	w.Messages = append(w.Messages, Message{ID: "m1", Interaction: "i1", For: "u1", Versions: []Shown{{Kind: Denied}}})
	if v := Judge(w.Facts); len(v.Findings) != 0 || v.Asked != 1 || v.Acknowledged != 0 {
		t.Errorf("%+v", v)
	}
}

func TestAWorkflowWhoseUserSawNothingAcceptedIsSeenThroughAllTheSame(t *testing.T) {
	w := right()
	w.Messages = slices.DeleteFunc(w.Messages, func(m Message) bool { return m.ID == "m2" }) // "did not respond"
	if v := Judge(w.Facts); len(v.Findings) != 0 || v.Acknowledged != 4 || v.Requested != 5 {
		t.Errorf("%+v", v)
	}
	w.Records = nil
	if v := Judge(w.Facts); v.Count(Lost) != 1 {
		t.Errorf("%+v", v.Findings)
	}
}
