package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

// broker is a NATS server with its monitoring port, and a client that does the work of the services that are not scaled here.
type broker struct {
	server *server.Server
	client *jetstream.Client
	page   string
	next   int
}

// brokerConfig has the account that the ScaledObjects name. Nobody need say who they are.
const brokerConfig = `
server_name: scaling
listen: "127.0.0.1:14222"
http: "127.0.0.1:18222"
jetstream { store_dir: %q }
accounts { AUTOINTEL { jetstream: enabled, users: [{user: autointel, password: autointel}] } }
no_auth_user: autointel
`

const (
	brokerURL  = "nats://127.0.0.1:14222"
	monitoring = "127.0.0.1:18222"
)

func startBroker(ctx context.Context, dir, page string) (*broker, error) {
	file := filepath.Join(dir, "nats.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, brokerConfig, filepath.Join(dir, "jetstream")), 0o600); err != nil {
		return nil, err
	}
	options, err := server.ProcessConfigFile(file)
	if err != nil {
		return nil, err
	}
	options.NoSigs, options.NoLog = true, true
	s, err := server.NewServer(options)
	if err != nil {
		return nil, err
	}
	s.Start()
	b := &broker{server: s, page: page}
	if !s.ReadyForConnections(30 * time.Second) {
		return b, errors.New("the NATS server does not become ready")
	}
	nc, err := jetstream.Connect(jetstream.ConnectOptions{URL: brokerURL, Name: "scaling"})
	if err != nil {
		return b, err
	}
	settings := jetstream.Settings{Retention: 24 * time.Hour, SessionLifetime: 15 * time.Minute, Deadline: 6 * time.Hour}
	if err := jetstream.Provision(ctx, nc, settings, workflow.Consumers()); err != nil {
		return b, err
	}
	b.client, err = jetstream.Bind(ctx, nc, jetstream.Options{Source: "autointel/scaling"})
	return b, err
}

// lag is how many messages the busiest of the consumers has yet to hand out or to see acknowledged: what KEDA goes by.
func (b *broker) lag(consumers []string) (most int, err error) {
	account, err := b.server.LookupAccount("AUTOINTEL")
	if err != nil {
		return 0, err
	}
	jsz, err := b.server.Jsz(&server.JSzOptions{Account: account.Name, Accounts: true, Streams: true, Consumer: true})
	if err != nil {
		return 0, err
	}
	for _, a := range jsz.AccountDetails {
		for _, s := range a.Streams {
			for _, c := range s.Consumer {
				for _, name := range consumers {
					if c.Name == name {
						most = max(most, int(c.NumPending)+c.NumAckPending)
					}
				}
			}
		}
	}
	return most, nil
}

// context is of a new workflow at the depth standard.
func (b *broker) context() (id string, raw schemas.RawJSON, err error) {
	b.next++
	session := strconv.Itoa(1_400_000_000_000_000_000 + b.next)
	if id, err = schemas.WorkflowID(session); err != nil {
		return "", nil, err
	}
	plan, err := workflow.PlanFor(workflow.Standard)
	if err != nil {
		return "", nil, err
	}
	raw, err = json.Marshal(schemas.Context{
		URL: "https://example.org/tides", Depth: workflow.Standard, Plan: plan, SessionID: session,
		Requester: schemas.Requester{UserID: strconv.Itoa(b.next), GuildID: "11", ChannelID: "12", Locale: "en-GB", Integration: "guild"},
	})
	return id, raw, err
}

// analysis begins a workflow and settles what ingest would: the page is there, and there is nothing to transcribe.
func (b *broker) analysis(ctx context.Context) error {
	id, raw, err := b.context()
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	source, err := json.Marshal(schemas.Source{
		URL: "https://example.org/tides", FinalURL: "https://example.org/tides", Kind: "article", MediaType: "text/html", Title: "Tides", Language: "en",
		FetchedAt: now, Bytes: int64(len(b.page)), Digest: strings.Repeat("0", 64), Text: b.page,
	})
	if err != nil {
		return err
	}
	output, err := b.client.PutOutput(ctx, id, source)
	if err != nil {
		return err
	}
	for _, data := range []schemas.Data{
		schemas.WorkflowRequested{RequestedAt: now},
		schemas.StageCompleted{Stage: workflow.Acquire, Output: output, StartedAt: now, FinishedAt: now, Attempt: 1, Worker: "scaling"},
		schemas.StageSkipped{Stage: workflow.Transcribe, Reason: "not_media", Message: "There is nothing to transcribe.", Attempts: 1},
	} {
		if _, err := b.client.Append(ctx, schemas.Event{Workflow: id, Context: raw, Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// undelivered is a workflow that has ended and whose session was closed.
func (b *broker) undelivered(ctx context.Context) error {
	id, raw, err := b.context()
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	report, err := json.Marshal(map[string]any{"workflow": id, "title": "Tides", "headline": "Nothing speaks against it.", "text": b.page})
	if err != nil {
		return err
	}
	result, inline, err := b.client.PutReport(ctx, id, report)
	if err != nil {
		return err
	}
	for _, data := range []schemas.Data{
		schemas.WorkflowCompleted{Result: result, Report: inline, Headline: "Nothing speaks against it.", Title: "Tides", Completed: 5, StartedAt: now, FinishedAt: now},
		schemas.DeliveryFailed{Kind: schemas.KindResults, Reason: "session_closed", Depth: workflow.Standard, Result: result, Ended: &schemas.Ended{Outcome: "completed", Title: "Tides", At: now}},
	} {
		if _, err := b.client.Append(ctx, schemas.Event{Workflow: id, Context: raw, Data: data}); err != nil {
			return err
		}
	}
	return nil
}
