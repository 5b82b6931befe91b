package judge

import (
	"cmp"
	"fmt"
	"slices"

	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// What must not be.
const (
	Lost         = "lost"         // acknowledged, and neither a result to be seen nor a record that its user can retrieve
	Doubled      = "doubled"      // two results, two notices, or a notice beside a result that it does not know of
	Misdelivered = "misdelivered" // seen or heard by somebody whom it does not concern, or another's report
	Overwritten  = "overwritten"  // progress, or anything else, stands where a final answer stood
	Stuck        = "stuck"        // no end, or an end that was not seen through
	Illegal      = "illegal"      // the log tells what cannot be
	Contradicted = "contradicted" // the user is told that nothing was started and nothing else, and something was
)

// Wrongs are all of them, in the order in which they are shown.
func Wrongs() []string {
	return []string{Lost, Doubled, Misdelivered, Overwritten, Stuck, Illegal, Contradicted}
}

// Finding is something that must not be.
type Finding struct {
	Wrong    string `json:"wrong"`
	Workflow string `json:"workflow"`
	Says     string `json:"says"`
}

// Verdict is what the facts amount to.
type Verdict struct {
	Asked        int // commands
	Acknowledged int // commands that their users saw accepted
	Requested    int // workflows on the log
	Results      int // workflows whose user sees the result, the failure or the cancellation, and no notice
	Notices      int // a notice alone
	Linked       int // a notice that leads to the answer, which was completed after its session had closed
	Unconfirmed  int // a result, and a notice that says it may have been seen: Discord gave no way to know
	Retrieved    int // what was not seen, and was retrieved by its user
	Repaired     int // answers over which progress was drawn and which were then shown again
	Corrected    int // users who were told that nothing was started, and after a second delivery that started it, what came of it
	Findings     []Finding
}

// Count is how often a wrong was found.
func (v Verdict) Count(wrong string) int {
	n := 0
	for _, f := range v.Findings {
		if f.Wrong == wrong {
			n++
		}
	}
	return n
}

// Judge says what the facts amount to.
func Judge(f Facts) Verdict {
	c := newCourt(f)
	for _, act := range f.Acts {
		if act.Kind == Ask {
			c.Asked++
			c.command(act)
		}
	}
	for _, m := range f.Messages {
		c.message(m)
	}
	for id, events := range c.events {
		for _, says := range impossible(id, events) {
			c.found(Illegal, id, "%s", says)
		}
		if _, asked := c.asks[id]; !asked && schemas.ValidWorkflow(id) {
			c.found(Illegal, id, "nobody asked for it")
		}
	}
	slices.SortFunc(c.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Wrong, b.Wrong), cmp.Compare(a.Workflow, b.Workflow), cmp.Compare(a.Says, b.Says))
	})
	return c.Verdict
}

// court is the facts by what they are about.
type court struct {
	Verdict
	acts    map[string]Act // by interaction
	asks    map[string]Act // by workflow
	shown   map[string][]Message
	records map[string]Record
	events  map[string][]schemas.Event
}

func newCourt(f Facts) *court {
	c := &court{
		acts: map[string]Act{}, asks: map[string]Act{}, shown: map[string][]Message{}, records: map[string]Record{}, events: map[string][]schemas.Event{},
	}
	for _, a := range f.Acts {
		c.acts[a.Interaction] = a
		if a.Kind == Ask {
			c.asks[a.Workflow] = a
		}
	}
	for _, m := range f.Messages {
		about := map[string]bool{}
		for _, v := range m.Versions {
			about[v.Workflow] = true
		}
		if a, ok := c.acts[m.Interaction]; ok && a.Kind == Ask {
			about[a.Workflow] = true // an answer that does not say of what
		}
		for id := range about {
			c.shown[id] = append(c.shown[id], m)
		}
	}
	for _, r := range f.Records {
		c.records[r.Workflow] = r
	}
	for _, e := range f.Events {
		c.events[e.Workflow] = append(c.events[e.Workflow], e)
	}
	return c
}

func (c *court) found(wrong, id, says string, args ...any) {
	c.Findings = append(c.Findings, Finding{wrong, id, fmt.Sprintf(says, args...)})
}

// sight is what a user sees of a workflow.
type sight struct {
	acknowledged               bool
	denied, corrected          bool // told that nothing was started, and it still stands there, or not
	finals, notices, retrieved int
	linked, uncertain          bool
}

// sees gathers what is seen of a command, and finds answers that were written over.
func (c *court) sees(ask Act) sight {
	var s sight
	for _, m := range c.shown[ask.Workflow] {
		now := m.now()
		act, answers := c.acts[m.Interaction]
		switch {
		case answers && act.Kind == Retrieve:
			if act.User == ask.User && (now.Kind == Result || now.Kind == Failure) && now.Workflow == ask.Workflow {
				s.retrieved++
			}
			continue
		case answers && act.Interaction != ask.Interaction: // a cancellation, or another's answer, which is a wrong of its own
			continue
		}
		if m.Interaction == ask.Interaction {
			first := m.Versions[0].Kind
			s.acknowledged = s.acknowledged || first == Progress || first.final()
			s.denied = s.denied || now.Kind == Denied
			s.corrected = s.corrected || first == Denied && now.Kind != Denied
			c.written(ask.Workflow, m)
		}
		switch {
		case now.Workflow != ask.Workflow: // another's, which is a wrong of its own
		case now.Kind == Notice:
			s.notices++
			s.linked, s.uncertain = s.linked || now.Linked, s.uncertain || now.Uncertain
		case now.Kind.final():
			s.finals++
		}
	}
	return s
}

// written finds a final answer that something else was written over. One that was shown again at once is repaired.
func (c *court) written(id string, m Message) {
	stood, gone := false, false
	for _, v := range m.Versions {
		switch {
		case v.Kind.final():
			if gone {
				c.Repaired++
			}
			stood, gone = true, false
		case stood:
			gone = true
		}
	}
	if gone {
		c.found(Overwritten, id, "message %s had the final answer and now shows %s", m.ID, m.now().Kind)
	}
}

// command judges what became of a command.
func (c *court) command(ask Act) {
	id := ask.Workflow
	s := c.sees(ask)
	state := workflow.Fold(c.events[id])
	requested := state.RawContext != nil
	if s.acknowledged {
		c.Acknowledged++
	}
	if !requested {
		if s.acknowledged {
			c.found(Lost, id, "acknowledged, and the log does not know of it")
		}
		return
	}
	c.Requested++
	switch {
	case s.denied && s.notices == 0:
		c.found(Contradicted, id, "its user is told that nothing was started")
	case s.denied, s.corrected:
		c.Corrected++
	}
	if state.Ended == nil {
		c.found(Stuck, id, "it has not ended; open: %s", open(state))
		return
	}
	record, kept := c.records[id]
	c.seenThrough(state)
	whole := kept && record.Whole && record.User == ask.User && record.Outcome == state.Ended.Outcome
	c.count(id, s, kept, whole, state.Ended.Outcome)
}

// count files a workflow that has ended under what its user sees of it.
func (c *court) count(id string, s sight, archived, whole bool, outcome string) {
	switch {
	case s.finals > 0 && !archived:
		c.found(Stuck, id, "it ended and is not in the archive")
	case s.finals == 0 && outcome == workflow.Cancelled:
		c.Results++ // who cancelled knows, by the answer to that
	case s.finals == 0 && !whole:
		c.found(Lost, id, "its user sees no result, and the archive has none that is whole")
	case s.finals == 0 && s.retrieved == 0:
		c.found(Lost, id, "its user sees no result, and asking for it brings none")
	case s.finals > 1 || s.notices > 1:
		c.found(Doubled, id, "its user sees %d results and %d notices", s.finals, s.notices)
	case s.finals == 1 && s.notices == 1 && !s.linked && !s.uncertain:
		c.found(Doubled, id, "its user sees a result, and a notice that does not know of it")
	case s.finals == 1 && s.notices == 1 && s.linked:
		c.Linked++
	case s.finals == 1 && s.notices == 1:
		c.Unconfirmed++
	case s.finals == 1:
		c.Results++
	default:
		c.Retrieved++
		c.Notices += s.notices
	}
}

// seenThrough finds what ended and went no further.
func (c *court) seenThrough(s workflow.State) {
	kind := schemas.KindResults
	switch s.Ended.Outcome {
	case workflow.Cancelled:
		return
	case workflow.Failed:
		kind = schemas.KindError
	}
	d, settled := s.Deliveries[kind]
	_, told := s.Deliveries[schemas.KindNotice]
	switch {
	case !settled:
		c.found(Stuck, s.ID, "it ended, and what became of showing that is not on the log")
	case !d.Succeeded && s.Archived == nil:
		c.found(Stuck, s.ID, "its result could not be shown, and is not said to be kept")
	case !d.Succeeded && !told:
		c.found(Stuck, s.ID, "its result is kept, and whether its user was told is not on the log")
	}
}

// open names the stages that could run.
func open(s workflow.State) string {
	names := ""
	for _, r := range s.Ready() {
		names += " " + r.Stage
	}
	return cmp.Or(names, " none")[1:]
}

// message finds what is seen, or heard, by somebody whom it does not concern.
func (c *court) message(m Message) {
	for _, v := range m.Versions {
		if v.Kind != Result && v.Kind != Failure && v.Kind != Notice {
			continue
		}
		ask, known := c.asks[v.Workflow]
		if !known {
			c.found(Misdelivered, v.Workflow, "message %s shows a %s of nobody's", m.ID, v.Kind)
			return
		}
		if why := c.strays(m, v, ask); why != "" {
			c.found(Misdelivered, v.Workflow, "message %s (%s): %s", m.ID, v.Kind, why)
			return
		}
	}
}

func (c *court) strays(m Message, v Shown, ask Act) string {
	if v.Kind == Result && v.Source != ask.Source {
		return fmt.Sprintf("the report is that of %q, and %q was asked for", v.Source, ask.Source)
	}
	if m.Interaction != "" {
		act, known := c.acts[m.Interaction]
		if !known || act.User != ask.User || act.Workflow != v.Workflow {
			return "it answers what somebody else did, or something else"
		}
	}
	for _, user := range m.Rings {
		if user != ask.User {
			return "it rings for user " + user
		}
	}
	switch {
	case m.For == ask.User || m.For == "" && m.DM == ask.User:
		return ""
	case m.For != "" || m.DM != "":
		return "user " + m.For + m.DM + " sees it"
	case ask.Private:
		return "everybody sees what was asked in private"
	case m.Channel != ask.Channel:
		return "it stands in channel " + m.Channel
	}
	return ""
}

// Unseen are the commands whose workflows have ended, other than by cancellation, and whose users see no final answer: those
// that must be retrieved.
func Unseen(f Facts) []Act {
	c := newCourt(f)
	var unseen []Act
	for _, act := range f.Acts {
		if act.Kind != Ask {
			continue
		}
		state := workflow.Fold(c.events[act.Workflow])
		if state.Ended != nil && state.Ended.Outcome != workflow.Cancelled && c.sees(act).finals == 0 {
			unseen = append(unseen, act)
		}
	}
	return unseen
}
