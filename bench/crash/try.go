package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
	"autointel.example/bench/single"
	"autointel.example/internal/discord"
	"autointel.example/internal/faultpoint"
	"autointel.example/internal/pause"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// scenario is a workflow that is tried.
type scenario struct {
	name     string // its depth; or late, when its session closes first
	depth    string
	lifetime time.Duration // of its interaction
	wait     time.Duration // the page arrives after that
}

// late is a workflow that outlasts its session: its result is archived, announced, and asked for by the notice's button.
const late = "late"

func scenarioOf(name string) scenario {
	if name == late {
		return scenario{late, "standard", 8 * time.Second, 10 * time.Second}
	}
	return scenario{name, name, 15 * time.Minute, 0}
}

// scenarios are all of them.
func scenarios() []string { return append(slices.Clone(workflow.Depths()), late) }

// ann is who asks.
var ann = sandbox.User{ID: "1000011", Name: "ann", GuildID: "500022", ChannelID: "700033"}

// tried is what came of one try.
type tried struct {
	Point   string // at which the process was killed; empty: it was left alone
	Reached bool
	Points  []string // that were reached in the first life
	How     string   // how it came out, beside the undisturbed one
	Differs []string // what must not be
	Took    time.Duration

	dir     string // of its installation
	picture picture
	again   bool // nothing was started, and its user asked again
	denied  bool // not acknowledged, and started all the same
}

// laboratory is what tries have in common.
type laboratory struct {
	program string
	dir     string
	site    *single.Site
	slots   chan struct{} // as many as may be tried side by side
}

// try runs one workflow in an installation of its own, whose process is killed at a point, and looks at what is left.
func (l *laboratory) try(ctx context.Context, sc scenario, point string) (t tried, err error) {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	began := time.Now()
	t.Point = point
	if t.dir, err = os.MkdirTemp(l.dir, sc.name+"-"); err != nil {
		return t, err
	}
	s, err := single.Open(single.Options{Program: l.program, Dir: t.dir, Durability: "durable", Lifetime: sc.lifetime, Allow: l.site.HostPort()})
	if err != nil {
		return t, err
	}
	defer func() {
		err = errors.Join(err, s.Close())
		t.Took = time.Since(began)
	}()
	log := filepath.Join(t.dir, "points")
	if err := s.Start(ctx, faultpoint.EnvKill+"="+point, faultpoint.EnvLog+"="+log); err != nil {
		return t, err
	}
	u := &user{s: s, sc: sc, url: l.site.Address(1, sc.wait)}
	err = u.use(ctx, &t)
	if errors.Is(err, single.ErrStuck) {
		t.Differs = append(t.Differs, err.Error())
		return t, nil
	}
	if err != nil {
		return t, err
	}
	content, err := os.ReadFile(log)
	if err != nil {
		return t, fmt.Errorf("the program has no fault points: %w", err)
	}
	t.Points = strings.Split(strings.TrimSpace(string(content)), "\n")
	t.Reached = point == "" || slices.Contains(t.Points, point)
	if killed := s.Lives() - 1; killed != 0 && (point == "" || killed > 1) || killed == 0 && point != "" && t.Reached {
		t.Differs = append(t.Differs, fmt.Sprintf("the process was started %d times", killed+1))
	}
	return t, nil
}

// forget removes what is left of a try that came out as it must. Of another all is kept, for who looks into it.
func (t *tried) forget() error {
	if len(t.Differs) > 0 {
		return nil
	}
	return os.RemoveAll(t.dir)
}

// user is who asks, and asks for what was not seen.
type user struct {
	s    *single.Installation
	sc   scenario
	url  string
	acts []judge.Act
}

// use asks, waits, asks for what was not seen, and takes the picture.
func (u *user) use(ctx context.Context, t *tried) error {
	id, err := u.ask(ctx)
	if err != nil {
		return err
	}
	events, err := u.s.Events(ctx)
	if err != nil {
		return err
	}
	if !u.answered(u.acts[0]) {
		t.again = !slices.ContainsFunc(events, func(e schemas.Event) bool { return e.Workflow == id })
		t.denied = !t.again
	}
	for n := 0; t.again && n < asks; n++ { // its user sees that the app did not respond, and does what one does then
		if id, err = u.ask(ctx); err != nil {
			return err
		}
		if m, _ := u.s.Box.Original(u.acts[len(u.acts)-1].Interaction); sight.Seen(m).Workflow == id {
			break
		}
		// A lease that a killed process has left keeps the same page from being asked for again, for a moment.
		if err := pause.For(ctx, askAfter); err != nil {
			return err
		}
	}
	if err := u.retrieve(ctx, id); err != nil {
		return err
	}
	if events, err = u.stop(ctx); err != nil {
		return err
	}
	records, err := u.s.Records(ctx, id)
	if err != nil {
		return err
	}
	facts := judge.Facts{Acts: u.acts, Messages: u.s.Messages(ann), Records: records, Events: events}
	verdict := judge.Judge(facts)
	for _, f := range verdict.Findings {
		t.Differs = append(t.Differs, f.Wrong+": "+f.Says)
	}
	if t.picture, err = pictureOf(ctx, u.s, id, events); err != nil {
		return err
	}
	t.picture.Results = verdict.Results + verdict.Retrieved + verdict.Linked
	return nil
}

// stop stops the process and returns the log. Progress is not waited for, so a point of its consumer can be reached as late as while the
// log is read or the process drains: who is killed then is started again, as any other, and has its time to do what is left to do.
func (u *user) stop(ctx context.Context) (events []schemas.Event, err error) {
	for {
		lives := u.s.Lives()
		if events, err = u.s.Events(ctx); err != nil {
			return nil, err
		}
		if u.s.Lives() == lives {
			if err := u.s.Stop(); err != nil || !u.s.Killed() {
				return events, err
			}
			if err := u.s.Start(ctx); err != nil {
				return nil, err
			}
		}
		if err := u.s.Calm(ctx); err != nil {
			return nil, err
		}
	}
}

// ask uses the command and waits until all that follows from it is done.
func (u *user) ask(ctx context.Context) (string, error) {
	lives := u.s.Lives()
	i, _ := u.s.Box.Command(ctx, ann, "autointel", map[string]any{"url": u.url, "depth": u.sc.depth}) // an error: it sees that the app did not respond
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		return "", err
	}
	u.acts = append(u.acts, judge.Act{Kind: judge.Ask, Interaction: i.ID, User: ann.ID, Channel: ann.ChannelID, Workflow: id, Source: single.TitleOf(1)})
	return id, u.settle(ctx, i.ID, lives)
}

// heardWithin is how long an interaction may go without any answer: Discord gives it 3 s, and a slow machine more.
const heardWithin = 15 * time.Second

var errNotYet = errors.New("not yet")

// settle waits until an interaction is answered, or who was to answer it was killed, and then until nothing is left to do.
func (u *user) settle(ctx context.Context, interaction string, lives int) error {
	err := single.Patiently(ctx, heardWithin, func() error {
		if _, answered := u.s.Box.Original(interaction); !answered && u.s.Lives() == lives {
			return errNotYet
		}
		return nil
	})
	if err != nil && !errors.Is(err, errNotYet) {
		return err
	}
	return u.s.Calm(ctx)
}

func (u *user) answered(a judge.Act) bool {
	_, ok := u.s.Box.Original(a.Interaction)
	return ok
}

// How often a user asks again who is refused, and after which time.
const (
	asks     = 6
	askAfter = 3 * time.Second
)

// presses is how often a user presses a button that does nothing.
const presses = 3

// retrieve presses the button of the notice, if there is one and the result is not seen.
func (u *user) retrieve(ctx context.Context, id string) error {
	for range presses {
		notice := ""
		for _, m := range u.s.Box.Messages("") {
			switch k := sight.Seen(m); {
			case k.Workflow == id && k.Kind == judge.Result:
				return nil
			case k.Workflow == id && k.Kind == judge.Notice:
				notice = m.ID
			}
		}
		if notice == "" {
			return nil // the judge will say what that means
		}
		lives := u.s.Lives()
		i, _ := u.s.Box.Press(ctx, ann, notice, discord.RetrievePrefix+id)
		if i.ID != "" {
			u.acts = append(u.acts, judge.Act{Kind: judge.Retrieve, Interaction: i.ID, User: ann.ID, Channel: ann.ChannelID, Workflow: id})
		}
		if err := u.settle(ctx, i.ID, lives); err != nil {
			return err
		}
	}
	return nil
}
