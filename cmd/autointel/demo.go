package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
	"autointel.example/services/archiver/file"
	"autointel.example/services/archiver/sqlite"
)

// demoCommand tells the story that autointel exists for, with real parts.
type demoCommand struct {
	URL     string        `help:"A page to look into; by default an article that comes along, whose recording's captions arrive slowly."`
	Depth   string        `default:"experimental" help:"standard, deep, comprehensive or experimental."`
	Session time.Duration `default:"6s" help:"Life of the interaction; Discord's is 15m."`
	JSON    bool          `help:"Print one JSON document and nothing else."`
	Verbose bool          `short:"v" help:"Show the log lines as well."`
}

// How long the captions take to arrive, and the demo at most. A session of 6 s has closed by then.
const (
	demoDrip    = 12 * time.Second
	demoTimeout = 55 * time.Second
)

// verdict is what the demo found.
type verdict struct {
	OK           bool    `json:"ok"`
	Workflow     string  `json:"workflow"`
	Outcome      string  `json:"outcome"`
	Delivered    string  `json:"delivered"` // interaction, or the route of the notice
	Retrieved    bool    `json:"retrieved"`
	ReportBytes  int     `json:"report_bytes"`
	ArchivedFile string  `json:"archived_file,omitempty"`
	Seconds      float64 `json:"seconds"`
	Events       []row   `json:"events"`
}

// Run runs the demo; it fails unless the report that was retrieved is the archived one.
func (c *demoCommand) Run(ctx context.Context, s streams) (err error) {
	if _, err := workflow.PlanFor(c.Depth); err != nil {
		return &program.UsageError{Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, max(demoTimeout, c.Session+demoTimeout))
	defer cancel()
	dir, err := os.MkdirTemp("", "autointel-demo-")
	if err != nil {
		return err
	}
	stack := &lifecycle.Stack{}
	stack.Defer("temporary directory", func() error { return os.RemoveAll(dir) })
	defer func() { err = errors.Join(err, stack.Close()) }()
	d := &demo{command: c, streams: s, began: time.Now()}
	if d.house, err = d.open(ctx, dir, stack); err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- d.house.serve(serving) }()
	v, err := d.play(ctx)
	stop()
	err = errors.Join(err, <-served)
	if c.JSON {
		err = errors.Join(err, json.NewEncoder(s.out).Encode(v))
	}
	return err
}

// demo is a demo that runs.
type demo struct {
	command *demoCommand
	house   *house
	streams streams
	url     string
	began   time.Time

	mu   sync.Mutex
	rows []row
}

// open starts the source and the house, in a directory of its own.
func (d *demo) open(ctx context.Context, dir string, stack *lifecycle.Stack) (*house, error) {
	c := d.command
	f := houseFlags{Database: archiver.Database{DataDir: dir}, Durability: "durable", HTTPAddr: "127.0.0.1:0", SandboxAddr: "127.0.0.1:0", Fallback: []string{schemas.RouteChannel, schemas.RouteDM}}
	f.Log.Level, f.Log.Format = "error", "text"
	if c.Verbose {
		f.Log.Level = "info"
	}
	f.Session = program.Session{Lifetime: c.Session, Deadline: max(time.Hour, c.Session), Retention: 24 * time.Hour}
	d.url = c.URL
	if d.url == "" {
		article, err := source.Start(demoDrip)
		if err != nil {
			return nil, err
		}
		stack.Defer("article", article.Close)
		d.url, f.FetchAllow = article.URL(), []string{article.HostPort()}
	}
	return build(ctx, f, stack, d.streams)
}

// say prints a line of the story.
func (d *demo) say(format string, args ...any) {
	if !d.command.JSON {
		fmt.Fprintf(d.streams.out, format+"\n", args...)
	}
}

var visitor = sandbox.User{ID: "100000000000000001", Name: "ann", GuildID: "200000000000000001", ChannelID: "300000000000000001"}

// play tells the story.
func (d *demo) play(ctx context.Context) (verdict, error) {
	follow, stop := context.WithCancel(ctx)
	followed, watched := make(chan error, 1), make(chan struct{})
	client, err := d.house.runtime.Client(ctx, "demo")
	if err != nil {
		stop()
		return verdict{}, err
	}
	go func() { followed <- client.Follow(follow, []string{schemas.Everything("*")}, true, d.show) }()
	go func() { d.progress(follow); close(watched) }()
	v, err := d.story(ctx, client)
	stop()
	err = errors.Join(err, <-followed)
	<-watched
	d.mu.Lock()
	v.Events, v.Seconds = d.rows, time.Since(d.began).Seconds()
	d.mu.Unlock()
	return v, err
}

// progress prints what the answer shows of the progress, whenever it has been edited.
func (d *demo) progress(ctx context.Context) {
	shown := ""
	for {
		m, err := d.house.sandbox.WaitMessage(ctx, func(m sandbox.Message) bool {
			return len(m.Embeds) > 0 && m.Embeds[0].Title == "Working on it" && barOf(m) != shown
		})
		if err != nil {
			return // the story is over
		}
		shown = barOf(m)
		d.say("            the answer is edited    %s", shown)
	}
}

// barOf is the bar of a progress card and the steps at work.
func barOf(m sandbox.Message) string {
	var parts []string
	for line := range strings.Lines(m.Embeds[0].Description) {
		if strings.HasPrefix(line, "▰") || strings.HasPrefix(line, "▱") || strings.HasPrefix(line, "⏳") {
			parts = append(parts, strings.TrimSpace(line))
		}
	}
	return strings.Join(parts, "  ")
}

// show prints an event as it happens.
func (d *demo) show(e schemas.Event) {
	r := rowOf(e, schemas.IDTime(e.Workflow))
	d.mu.Lock()
	d.rows = append(d.rows, r)
	d.mu.Unlock()
	d.say("  %s", r)
}

func (d *demo) story(ctx context.Context, client *jetstream.Client) (verdict, error) {
	box := d.house.sandbox
	d.say("A Discord whose interactions live %s, four services, an event log on disk.\n\nann: /autointel url:%s depth:%s\n", d.command.Session, d.url, d.command.Depth)
	i, err := box.Command(ctx, visitor, "autointel", map[string]any{"url": d.url, "depth": d.command.Depth})
	if err != nil {
		return verdict{}, err
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		return verdict{}, err
	}
	v := verdict{Workflow: id}
	last, err := box.WaitMessage(ctx, func(m sandbox.Message) bool {
		return has(m, "retrieve:"+id) || m.Interaction == i.ID && (titled(m, id) || len(m.Embeds) > 0 && isAnswer(m.Embeds[0].Title))
	})
	if err != nil {
		return v, fmt.Errorf("nothing was shown within the time: %w", err)
	}
	state, err := client.State(ctx, id)
	if err != nil || state.Ended == nil {
		return v, errors.Join(err, errors.New("something was shown of a workflow that has not ended"))
	}
	if results, ok := state.Deliveries[schemas.KindResults]; ok && !results.Succeeded {
		// The answer that was replaced after its session had closed comes before the notice that leads to it.
		if last, err = box.WaitMessage(ctx, func(m sandbox.Message) bool { return has(m, "retrieve:"+id) }); err != nil {
			return v, fmt.Errorf("no notice was shown within the time: %w", err)
		}
	}
	v.Outcome, v.Delivered = state.Ended.Outcome, schemas.RouteInteraction
	if !has(last, "retrieve:"+id) {
		d.say("\nautointel answered within the session: %s", headline(last))
		v.OK = v.Outcome == workflow.Completed
		return v, nil
	}
	v.Delivered = schemas.RouteChannel
	d.say("\nautointel, in the channel: %s\n\nann: %s\n", strings.ReplaceAll(last.Content, "<@"+visitor.ID+">", "@"+visitor.Name), schemas.RetrievalCommand(id))
	return v, d.retrieve(ctx, &v)
}

func has(m sandbox.Message, customID string) bool {
	for _, b := range m.Buttons() {
		if b == customID {
			return true
		}
	}
	return false
}

// titled reports whether a message carries the report's file; isAnswer whether a card is a final one without it.
func titled(m sandbox.Message, id string) bool {
	return len(m.Attachments) == 1 && m.Attachments[0].Filename == id+".md"
}

func isAnswer(title string) bool {
	return title != "Queued" && title != "Working on it" && !strings.HasPrefix(title, "Looking for")
}

func headline(m sandbox.Message) string {
	if len(m.Embeds) == 0 {
		return m.Content
	}
	return m.Embeds[0].Title + "\n" + m.Embeds[0].Description
}

// retrieve asks for the result on a fresh interaction, and compares what is shown with what is archived, byte for byte.
func (d *demo) retrieve(ctx context.Context, v *verdict) error {
	box := d.house.sandbox
	i, err := box.Command(ctx, visitor, "retrieve_results", map[string]any{"workflow_id": v.Workflow})
	if err != nil {
		return err
	}
	m, err := box.WaitMessage(ctx, func(m sandbox.Message) bool {
		return m.Interaction == i.ID && len(m.Embeds) > 0 && isAnswer(m.Embeds[0].Title)
	})
	if err != nil {
		return fmt.Errorf("the result was not shown within the time: %w", err)
	}
	v.Retrieved = titled(m, v.Workflow)
	if !v.Retrieved {
		return fmt.Errorf("something else than the report was shown: %s", headline(m))
	}
	shown := m.Attachments[0].Data
	archived, path, err := d.archived(ctx, v.Workflow)
	if err != nil {
		return err
	}
	v.ArchivedFile = path
	if !bytes.Equal(shown, archived) {
		return fmt.Errorf("the report that was shown (%d bytes) is not the archived one (%d bytes)", len(shown), len(archived))
	}
	v.OK, v.ReportBytes = true, len(shown)
	d.say("\nautointel, to ann alone: %s\n\n%s.md, %d bytes, is byte for byte the archived report. Nothing was lost.", headline(m), v.Workflow, len(shown))
	return nil
}

// archived reads the report from both places where it is kept, which must agree.
func (d *demo) archived(ctx context.Context, id string) (markdown []byte, path string, err error) {
	files := file.Dir{Path: archiver.FilesPath(d.house.flags.DataDir)}
	orphan, err := files.Read(id)
	if err != nil {
		return nil, "", err
	}
	store, err := sqlite.Open(ctx, archiver.DatabasePath(d.house.flags.DataDir))
	if err != nil {
		return nil, "", err
	}
	record, err := store.Get(ctx, id)
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, "", err
	}
	if !bytes.Equal(record.Result, orphan.Results) {
		return nil, "", errors.New("the archived file and the database hold different reports")
	}
	var report schemas.Report
	if err := json.Unmarshal(record.Result, &report); err != nil {
		return nil, "", err
	}
	return []byte(report.Markdown), orphan.Retrieval.FilePath, nil
}
