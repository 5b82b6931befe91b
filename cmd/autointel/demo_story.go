package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"autointel.example/cmd/autointel/terminal"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

var visitor = sandbox.User{ID: "100000000000000001", Name: "ann", GuildID: "200000000000000001", ChannelID: "300000000000000001"}

// play tells the story.
func (d *demo) play(ctx context.Context) (verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, max(demoTimeout, d.command.Session+demoTimeout))
	defer cancel()
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
	d.say("A Discord whose interactions live %s, four services, an event log on disk.\n\nann: /autointel url:%s depth:%s\n", d.command.Session, d.url, d.command.depth())
	i, err := box.Command(ctx, visitor, "autointel", map[string]any{"url": d.url, "depth": d.command.depth()})
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
		d.say("\nautointel answered within the session:\n\n%s", d.card(last))
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

// card is a message as it looks in the channel, more or less.
func (d *demo) card(m sandbox.Message) string {
	var b strings.Builder
	for _, e := range m.Embeds {
		fmt.Fprintf(&b, "### %s\n%s\n", e.Title, strings.ReplaceAll(e.Description, "\n• ", "\n- "))
		for _, f := range e.Fields {
			fmt.Fprintf(&b, "- **%s**: %s\n", f.Name, strings.ReplaceAll(f.Value, "\n", "\n  - "))
		}
	}
	for _, a := range m.Attachments {
		fmt.Fprintf(&b, "\n📎 %s, %d bytes\n", a.Filename, len(a.Data))
	}
	columns, colour := terminal.Of(d.streams.out)
	var shown strings.Builder
	for line := range strings.Lines(terminal.Render(b.String(), columns-2, colour)) {
		shown.WriteString("  " + line)
	}
	return strings.TrimRight(shown.String(), "\n")
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
	d.say("\nautointel, to ann alone:\n\n%s\n\nThis report is, byte for byte, the archived one. Nothing was lost.", d.card(m))
	return nil
}
