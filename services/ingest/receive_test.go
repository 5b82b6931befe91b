package ingest

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/natstest"
	"autointel.example/internal/program"
	"autointel.example/internal/sandbox"
	"autointel.example/internal/telemetry"
	"autointel.example/schemas"
)

// runtime is what the service lives on in a test.
func runtime(t *testing.T) *program.Runtime {
	t.Helper()
	return &program.Runtime{
		Conn: natstest.Start(t), Metrics: telemetry.NewMetrics(), Logger: slog.New(slog.DiscardHandler), Now: time.Now, Stack: &lifecycle.Stack{},
	}
}

// overGateway is a sandbox without an endpoint and the configuration for it, which names no address and no public key.
func overGateway(t *testing.T) (*sandbox.Sandbox, Config) {
	t.Helper()
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return box, Config{
		Discord: program.Discord{ApplicationID: box.ApplicationID(), Token: box.BotToken(), API: box.APIURL()},
		Session: program.Session{Lifetime: 15 * time.Minute, Deadline: 6 * time.Hour, Retention: 24 * time.Hour},
	}
}

func TestACommandOverTheGatewayBecomesAWorkflow(t *testing.T) {
	r := runtime(t)
	box, c := overGateway(t)
	service, err := New(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	if len(service.Checks) != 1 || service.Checks[0].Check(t.Context()) == nil {
		t.Error("it is ready before it is connected")
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- service.Run(ctx) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	within, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := box.WaitGateway(within, 1); err != nil {
		t.Fatal(err)
	}
	i, err := box.Command(t.Context(), ann, "autointel", map[string]any{"url": "https://example.org/a", "depth": "deep"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := schemas.WorkflowID(i.ID)
	if err != nil {
		t.Fatal(err)
	}
	m, err := box.WaitMessage(within, func(m sandbox.Message) bool { return m.Interaction == i.ID })
	if err != nil || !strings.Contains(text(m), "Queued") {
		t.Errorf("%+v, %v", m, err)
	}
	s, err := natstest.Bind(t, r.Conn, jetstream.Options{}).State(t.Context(), id)
	if err != nil || s.Context.URL != "https://example.org/a" || s.Context.Requester.UserID != ann.ID || s.Context.Requester.AttachmentSizeLimit == 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestABadTokenIsAWrongConfiguration(t *testing.T) {
	r := runtime(t)
	_, c := overGateway(t)
	c.Discord.Token = "wrong"
	service, err := New(t.Context(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Run(t.Context()); program.ExitCode(err) != 2 || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "DISCORD_TOKEN") {
		t.Errorf("%v", err)
	}
}

func TestWhatIsMissingToReceiveInteractionsIsSaid(t *testing.T) {
	for _, c := range []struct {
		name, mode, addr, token, want string
	}{
		{"neither an address nor the gateway", "off", "", "token", "AUTOINTEL_INTERACTIONS_ADDR"},
		{"the gateway without a token", "auto", "", "", "DISCORD_TOKEN"},
		{"an address without a key", "auto", "127.0.0.1:0", "", "DISCORD_PUBLIC_KEY"},
		{"both, and nothing for either", "on", "127.0.0.1:0", "", "DISCORD_TOKEN"},
		{"the gateway, complete", "", "", "token", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Config{Discord: program.Discord{Token: c.token}, Gateway: Gateway{Mode: c.mode}, InteractionsAddr: c.addr}.checkWays()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}
