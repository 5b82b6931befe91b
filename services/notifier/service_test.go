package notifier_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"autointel.example/internal/lifecycle"
	"autointel.example/internal/natstest"
	"autointel.example/internal/program"
	"autointel.example/internal/telemetry"
	"autointel.example/services/notifier"
)

func TestAServiceIsMadeOrSaysAllThatIsWrongWithItsConfiguration(t *testing.T) {
	good := notifier.Config{
		Discord: program.Discord{API: "http://127.0.0.1:1", Token: "t"},
		Session: program.Session{Lifetime: 15 * time.Minute, Deadline: time.Hour, Retention: 24 * time.Hour},
		Routes:  notifier.Routes{Fallback: []string{"channel"}},
	}
	wrong := good
	wrong.Discord.TokenFile, wrong.Session.Lifetime, wrong.Routes.Fallback = "there is none", -time.Second, []string{"pigeon"}
	unopened := good
	unopened.Routes.Webhook.URL = "no address"
	silent := good
	silent.Discord.Token = ""
	var logs strings.Builder
	stack := &lifecycle.Stack{}
	r := &program.Runtime{Conn: natstest.Start(t), Metrics: telemetry.NewMetrics(), Logger: slog.New(slog.NewTextHandler(&logs, nil)), Now: time.Now, Stack: stack}
	for _, c := range []struct {
		name   string
		config notifier.Config
		says   []string // of the error; none: it is made
		warns  bool
	}{
		{"as it should be", good, nil, false},
		{"three things at once", wrong, []string{"there is none", "SESSION_LIFETIME", "pigeon"}, false},
		{"a route that cannot be opened", unopened, []string{"AUTOINTEL_WEBHOOK_URL"}, false},
		{"without a bot it runs, and says what is missing", silent, nil, true},
	} {
		logs.Reset()
		service, err := notifier.New(t.Context(), r, c.config)
		var usage *program.UsageError
		if (err != nil) != (c.says != nil) || err != nil && !errors.As(err, &usage) {
			t.Errorf("%s: %v", c.name, err)
		}
		for _, want := range c.says {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error does not say %q: %v", c.name, want, err)
			}
		}
		if warned := strings.Contains(logs.String(), "no bot token"); warned != c.warns {
			t.Errorf("%s: warned: %v", c.name, warned)
		}
		if err != nil {
			continue
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // it ends with its context, the watch of the timers with it
		if err := service.Run(ctx); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
