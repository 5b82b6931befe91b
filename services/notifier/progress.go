package notifier

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"autointel.example/internal/consume"
	"autointel.example/internal/discord"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/notifier/render"
)

// editEvery is how often an answer is edited to show progress: Discord allows about 5 requests in 2 s a token, and the
// final answer must never have to wait.
const editEvery = 2 * time.Second

// editEveryMost is how rare progress becomes at most.
const editEveryMost = 30 * time.Second

// every is how often an answer is edited while so many results and notices are at hand: each of them makes progress rarer by
// as much again, so that progress gives way before results slow down.
func every(atHand int) time.Duration {
	return min(editEvery*time.Duration(1+atHand), editEveryMost)
}

// edits knows when each workflow's answer was last edited, which progress waits for its turn, and which sessions were found
// closed. It is a memory of one replica; another that lacks it edits once too often at most.
type edits struct {
	mu     sync.Mutex
	last   map[string]time.Time
	turn   map[string]uint64 // by workflow, the newest progress that waits: it will draw what all of them said
	closed map[string]bool
}

// maxEdits bounds the memory. What is dropped then costs an edit too many, or a turn that comes sooner.
const maxEdits = 10_000

// wait returns how long the progress with a sequence has to wait for its turn. Zero: it is its turn. Waits is false if
// newer progress waits already, which will draw this one's as well. The first edit comes at once when nothing is at hand.
func (e *edits) wait(id string, seq uint64, now time.Time, atHand int) (d time.Duration, waits bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil || len(e.last) > maxEdits || len(e.turn) > maxEdits {
		e.last, e.turn, e.closed = map[string]time.Time{}, map[string]uint64{}, map[string]bool{}
	}
	if e.turn[id] > seq {
		return 0, false
	}
	last, edited := e.last[id]
	if !edited {
		last = schemas.IDTime(id).Add(-editEvery)
	}
	if d := every(atHand) - now.Sub(last); d > 0 {
		e.turn[id] = seq
		return d, true
	}
	e.last[id] = now
	delete(e.turn, id)
	return 0, true
}

// waited reports whether the progress with a sequence was given back by this replica to wait for its turn, which it then
// forgets if it was the newest.
func (e *edits) waited(id string, seq uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	newest := e.turn[id]
	if newest == seq {
		delete(e.turn, id)
	}
	return newest >= seq
}

// foundClosed notes that a session is closed, and reports whether that is new.
func (e *edits) foundClosed(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed == nil {
		e.closed = map[string]bool{}
	}
	before := e.closed[id]
	e.closed[id] = true
	return !before
}

func (e *edits) forget(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.last, id)
	delete(e.closed, id)
}

// progress shows how far a workflow is. The stream keeps the newest word of each stage only, so what waits its turn here
// is replaced by what comes after it.
func (s *Service) progress(ctx context.Context, d consume.Delivery) error {
	var p schemas.Progress
	var wc schemas.Context
	if err := json.Unmarshal(d.Body, &p); err != nil {
		return nil // nothing depends on it
	}
	if err := json.Unmarshal(p.Context, &wc); err != nil {
		return nil
	}
	in := incoming{schemas.Event{Workflow: p.Workflow, Context: p.Context}, wc, d.Attempt, d.Again(), d.Again()}
	if _, over, err := s.Client.LastFromLeader(ctx, schemas.Ending(p.Workflow)); err != nil || over {
		if over && d.Again() && (d.Held || !s.edits.waited(p.Workflow, d.Seq)) { // whoever had it may have crashed after its edit
			return s.secondLook(ctx, in)
		}
		return err
	}
	switch wait, waits := s.edits.wait(p.Workflow, d.Seq, s.Now(), int(s.atHand.Load())); {
	case !waits:
		return nil // newer progress will draw this one's as well
	case wait > 0:
		return consume.Later("edited a moment ago", wait)
	}
	if err := s.draw(ctx, in, p.Stage); err != nil {
		return err
	}
	return s.secondLook(ctx, in) // then ack; a crash before it: the redelivery looks again
}

// makingGood is how long it takes at most until an edit for progress that came after the final answer, by a replica that died over it, is
// made good for by another: AckWait, and some. An answer that the bot's own token cannot restore once the session has closed is
// therefore not edited for progress in the last of its session: the final answer that is shown then stays.
const makingGood = 3*schemas.Heartbeat + 5*time.Second

// draw edits the answer to show the newest progress, with a warning when the session will close before long.
func (s *Service) draw(ctx context.Context, in incoming, stage string) error {
	session, validity, reason, err := s.check(ctx, in.wc.SessionID)
	if err != nil {
		return err
	}
	if validity == discord.Closed {
		if s.edits.foundClosed(in.Workflow) { // once: a line and a metric, never an error
			s.Observer.SessionClosed(stage, in.wc.Depth)
			s.Logger.Info("progress goes quiet: the Discord session is closed", "workflow", in.Workflow, "stage", stage, "reason", reason)
		}
		return nil
	}
	if left := session.CreatedAt.Add(s.Lifetimes.Lifetime).Sub(s.Now()); left < makingGood && !s.restorable(in) {
		return nil
	}
	m, err := s.drawing(ctx, in, validity == discord.Expiring)
	if err != nil {
		return err
	}
	out, err := s.send(ctx, in, stage, m)
	if err == nil && out.reason != "" {
		s.edits.foundClosed(in.Workflow)
	}
	return err
}

func (s *Service) drawing(ctx context.Context, in incoming, expiring bool) (discord.Message, error) {
	stages, err := s.Client.LatestProgress(ctx, in.Workflow)
	if err != nil {
		return discord.Message{}, err
	}
	p := render.Progress{
		Workflow: in.Workflow, Context: in.wc, Stages: stages, Elapsed: s.Now().Sub(schemas.IDTime(in.Workflow)), Expiring: expiring,
	}
	if expiring {
		p.Findings = s.findings(ctx, in)
	}
	return render.Draw(p), nil
}

// secondLook makes up for an edit that came after the final answer: if the workflow has ended meanwhile, that answer is
// sent once more. Who shows it records it: the ending's own delivery may be with a replica that stands still, and which would
// later find the session closed, keep the result, and announce what its requester has seen. A crash between the two leaves that
// to the ending's delivery, which tells of it or sends the same edit again. When the session has closed meanwhile, the bot's own token
// puts the final answer back where it reaches, see restore; of an answer that is beyond it, see makingGood.
func (s *Service) secondLook(ctx context.Context, in incoming) error {
	e, over, err := s.Client.LastFromLeader(ctx, schemas.Ending(in.Workflow))
	if err != nil || !over {
		return err
	}
	end, _ := workflow.EndedOf(e)
	m, err := s.final(ctx, in, end)
	if err != nil {
		return err
	}
	kind := schemas.KindResults
	if end.Outcome == workflow.Failed {
		kind = schemas.KindError
	}
	out, err := s.send(ctx, in, "results", m)
	switch {
	case err != nil:
		return err
	case end.Outcome == workflow.Cancelled: // which has no record
		if out.reason != "" {
			_, err = s.replace(ctx, in)
		}
		return err
	case out.reason != "":
		return s.restore(ctx, in, kind)
	}
	return s.record(ctx, in, schemas.DeliverySucceeded{
		Kind: kind, Route: schemas.RouteInteraction, ChannelID: out.answered.ChannelID, MessageID: out.answered.MessageID,
	})
}

// restore puts the final answer in the place of an edit that would stand over it for good, as the session has closed since. Not before
// its own delivery has an outcome: that would find the answer in its place, take it for delivered by an earlier attempt, and keep silent
// about a result that came in the place of an old message, which nobody looks at.
func (s *Service) restore(ctx context.Context, in incoming, kind string) error {
	told, err := s.told(ctx, in, kind)
	if err == nil && !told {
		return consume.Later("what became of the final answer is not known yet", editEvery)
	}
	if err == nil {
		_, err = s.replace(ctx, in)
	}
	return err
}

// warn says that the session will close before the workflow ends. It is progress with a warning, recorded.
func (s *Service) warn(ctx context.Context, in incoming) error {
	if _, over, err := s.Client.LastFromLeader(ctx, schemas.Ending(in.Workflow)); err != nil || over {
		return err
	}
	m, err := s.drawing(ctx, in, true)
	if err != nil {
		return err
	}
	if err := s.deliver(ctx, in, schemas.KindWarning, "warning", m, schemas.DeliveryFailed{}); err != nil {
		return err
	}
	return s.secondLook(ctx, in)
}

// findings are what the settled stages found, in a line each. What cannot be read is left out: it is a foretaste.
func (s *Service) findings(ctx context.Context, in incoming) []string {
	var lines []string
	var source schemas.Source
	if s.load(ctx, in.Workflow, workflow.Acquire, &source) && source.Title != "" {
		lines = append(lines, "Title: "+discord.Escape(discord.Clip(source.Title, 200)))
	}
	var a schemas.Analysis
	if s.load(ctx, in.Workflow, workflow.Analyze, &a) {
		lines = append(lines, fmt.Sprintf("%d words, %d sentences", a.Words, a.Sentences))
		if len(a.Summary) > 0 {
			lines = append(lines, "“"+discord.Escape(discord.Clip(a.Summary[0].Text, 300))+"”")
		}
	}
	return lines
}

func (s *Service) load(ctx context.Context, id, stage string, v any) bool {
	e, found, err := s.Client.Settled(ctx, id, stage)
	if err != nil || !found {
		return false
	}
	completed, ok := e.Data.(schemas.StageCompleted)
	if !ok {
		return false
	}
	content, err := s.Client.Output(ctx, completed.Output)
	return err == nil && json.Unmarshal(content, v) == nil
}
