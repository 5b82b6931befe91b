package top

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"autointel.example/internal/console"
)

// Source is what is looked at: a broker, or a console elsewhere.
type Source interface {
	Open(ctx context.Context) (release func(), err error)
	Snapshot(q console.Query) (s console.Snapshot, changed <-chan struct{})
	Timeline(ctx context.Context, id string) (t console.Timeline, found bool, err error)
}

// How often the terminal is drawn anew.
const (
	calm = 250 * time.Millisecond // at the soonest
	tick = time.Second            // for the times that go on
)

// Run shows a source on a terminal until its user quits or the context ends.
func Run(ctx context.Context, source Source, where string, q console.Query, options ...tea.ProgramOption) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := &model{ctx: ctx, source: source, view: View{Where: where, Query: q, Width: 80, Height: 24}}
	m.look()
	_, err := tea.NewProgram(m, append(options, tea.WithContext(ctx), tea.WithoutSignalHandler())...).Run()
	if ctx.Err() != nil {
		return nil // it was told to stop, by a signal
	}
	return err
}

// model is the state of the terminal.
type model struct {
	ctx      context.Context // of the program: what runs beside it ends with it
	source   Source
	view     View
	chosen   string // a workflow; the list may move under it
	detail   string // the workflow whose timeline is shown; empty: the list
	timeline console.Timeline
	trouble  error // with the timeline
	changed  <-chan struct{}
}

// changedMsg says that there is something new, or that time has passed; timelineMsg brings a timeline that was asked for.
type (
	changedMsg  struct{}
	timelineMsg struct {
		id       string
		timeline console.Timeline
		found    bool
		err      error
	}
)

// Init implements tea.Model.
func (m *model) Init() tea.Cmd { return m.wait(m.changed) }

// wait waits until it is time to look again.
func (m *model) wait(changed <-chan struct{}) tea.Cmd {
	return func() tea.Msg {
		soonest, latest := time.NewTimer(calm), time.NewTimer(tick)
		defer soonest.Stop()
		defer latest.Stop()
		select {
		case <-changed:
			select {
			case <-soonest.C:
			case <-m.ctx.Done():
			}
		case <-latest.C:
		case <-m.ctx.Done():
		}
		return changedMsg{}
	}
}

// look takes a new snapshot, and keeps what was chosen chosen.
func (m *model) look() {
	m.view.Snapshot, m.changed = m.source.Snapshot(m.view.Query)
	m.view.Selected = slices.IndexFunc(m.view.Workflows, func(w console.Workflow) bool { return w.ID == m.chosen })
	if m.view.Selected < 0 && len(m.view.Workflows) > 0 {
		m.choose(0)
	}
}

func (m *model) choose(i int) {
	if n := len(m.view.Workflows); n > 0 {
		m.view.Selected = min(max(0, i), n-1)
		m.chosen = m.view.Workflows[m.view.Selected].ID
	}
}

// read reads the timeline that is shown.
func (m *model) read() tea.Cmd {
	id, ctx, source := m.detail, m.ctx, m.source
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		t, found, err := source.Timeline(ctx, id)
		return timelineMsg{id, t, found, err}
	}
}

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.view.Width, m.view.Height = msg.Width, msg.Height
	case changedMsg:
		m.look()
		if m.detail != "" && (m.timeline.Workflow.State == console.Running || len(m.timeline.Events) == 0) {
			return m, tea.Batch(m.wait(m.changed), m.read())
		}
		return m, m.wait(m.changed)
	case timelineMsg:
		if msg.id == m.detail {
			m.timeline, m.trouble = msg.timeline, msg.err
		}
	case tea.KeyPressMsg:
		if m.view.Typing {
			m.typed(msg)
			return m, nil
		}
		return m, m.pressed(msg.String())
	}
	return m, nil
}

// typed takes a key of the search.
func (m *model) typed(key tea.KeyPressMsg) {
	q := &m.view.Query.Words
	switch key.String() {
	case "ctrl+c", "esc":
		*q, m.view.Typing = "", false
	case "enter":
		m.view.Typing = false
	case "backspace":
		if r := []rune(*q); len(r) > 0 {
			*q = string(r[:len(r)-1])
		}
	default:
		*q += key.Text
	}
	m.look()
}

// pressed takes a key of the list or the timeline.
func (m *model) pressed(key string) tea.Cmd {
	switch key {
	case "q", "ctrl+c":
		return tea.Quit
	case "esc", "left", "h":
		m.detail = ""
		return nil
	}
	if m.detail != "" {
		return nil
	}
	switch key {
	case "up", "k":
		m.choose(m.view.Selected - 1)
	case "down", "j":
		m.choose(m.view.Selected + 1)
	case "pgup":
		m.choose(m.view.Selected - 10)
	case "pgdown":
		m.choose(m.view.Selected + 10)
	case "home", "g":
		m.choose(0)
	case "/":
		m.view.Typing = true
	case "s":
		m.view.Query.State = after(m.view.Query.State)
		m.look()
	case "enter", "right", "l":
		if m.view.Selected >= 0 {
			m.detail, m.timeline, m.trouble = m.chosen, console.Timeline{}, nil
			return m.read()
		}
	}
	return nil
}

// after is the state that is asked for after another: any, then each.
func after(state string) string {
	all := append([]string{""}, console.States...)
	return all[(slices.Index(all, state)+1)%len(all)]
}

// View implements tea.Model.
func (m *model) View() tea.View {
	var text string
	switch {
	case m.detail == "":
		text = Draw(m.view)
	case m.trouble != nil:
		text = red.Render("The timeline cannot be read: "+m.trouble.Error()) + "\n\n" + dim.Render("Esc back   q quit")
	case len(m.timeline.Events) == 0:
		text = "Reading " + m.detail + " …"
	default:
		text = DrawTimeline(m.timeline, m.view.Width, m.view.Height)
	}
	v := tea.NewView(text)
	v.AltScreen = true
	v.WindowTitle = "autointel top"
	return v
}
