// Package program is what our programs have in common: their configuration, which is flags and environment alike, and the
// way they start and stop.
package program

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/monitor"
	"autointel.example/internal/watch"
)

// NATS says where the broker is.
type NATS struct {
	URL      string `name:"nats-url" env:"NATS_URL" placeholder:"URL" help:"NATS server. Without one, 'up' runs a server of its own."`
	URLFile  string `name:"nats-url-file" env:"NATS_URL_FILE" placeholder:"FILE" help:"File that holds its address, if that has a password in it."`
	Creds    string `name:"nats-creds" env:"NATS_CREDS" placeholder:"FILE" help:"Credentials file."`
	NkeyFile string `name:"nats-nkey-file" env:"NATS_NKEY_FILE" placeholder:"FILE" help:"Nkey seed file."`
	CA       string `name:"nats-ca" env:"NATS_CA" placeholder:"FILE" help:"CA certificate of the server."`
}

// Monitor says where the broker's server is asked about itself.
type Monitor struct {
	URL string `name:"nats-monitor-url" env:"AUTOINTEL_NATS_MONITOR_URL" placeholder:"URL" help:"Monitoring port of the server of NATS_URL, such as http://nats:8222: it says how durable the log is."`
}

// Validate reports an address that can be none, when flags and environment are read.
func (m Monitor) Validate() error {
	if m.URL == "" {
		return nil
	}
	_, err := monitor.Address(m.URL)
	return err
}

// Durability is the server's, as the metric has it: unknown if there is nobody to ask, or no answer now.
func (m Monitor) Durability(ctx context.Context, n NATS, logger *slog.Logger) string {
	if m.URL == "" {
		return monitor.Unknown
	}
	s, err := monitor.Ask(ctx, m.URL, n.CA)
	if err != nil {
		logger.Warn("the broker's durability is not known", "error", err)
		return monitor.Unknown
	}
	return s.Durability()
}

// Log says how much is logged, and in which form.
type Log struct {
	Level  string `name:"log-level" env:"AUTOINTEL_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	Format string `name:"log-format" env:"AUTOINTEL_LOG_FORMAT" help:"text or json; by default text on a terminal, else json."`
}

// Discord says who we are to Discord. Each value may also stand in a file, as secrets of a container do.
type Discord struct {
	ApplicationID     string `name:"discord-application-id" env:"DISCORD_APPLICATION_ID" help:"The application's id."`
	ApplicationIDFile string `name:"discord-application-id-file" env:"DISCORD_APPLICATION_ID_FILE" placeholder:"FILE" help:"File that holds the application's id."`
	PublicKey         string `name:"discord-public-key" env:"DISCORD_PUBLIC_KEY" help:"The application's public key, in hex."`
	PublicKeyFile     string `name:"discord-public-key-file" env:"DISCORD_PUBLIC_KEY_FILE" placeholder:"FILE" help:"File that holds the application's public key."`
	Token             string `name:"discord-token" env:"DISCORD_TOKEN" help:"The bot's token. Better from a file: a flag is seen by every user of the machine."`
	TokenFile         string `name:"discord-token-file" env:"DISCORD_TOKEN_FILE" placeholder:"FILE" help:"File that holds the bot's token."`
	API               string `name:"discord-api-url" env:"DISCORD_API_URL" default:"https://discord.com/api/v10" help:"Base of the REST routes."`
}

// Resolve reads what is given by files, and reports every file that gives nothing. A file counts more than the value
// itself; to resolve again changes nothing.
func (d *Discord) Resolve() error {
	return errors.Join(
		FromFile("DISCORD_APPLICATION_ID_FILE", d.ApplicationIDFile, &d.ApplicationID),
		FromFile("DISCORD_PUBLIC_KEY_FILE", d.PublicKeyFile, &d.PublicKey),
		FromFile("DISCORD_TOKEN_FILE", d.TokenFile, &d.Token),
	)
}

// FromFile reads a value from a file, if one is named. The error names the setting and never the value.
func FromFile(setting, path string, value *string) error {
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", setting, err)
	}
	if *value = strings.TrimSpace(string(content)); *value == "" {
		return fmt.Errorf("%s: the file %s is empty: put the value into it", setting, path)
	}
	return nil
}

// Session is an interaction's life as our side reckons it, and a workflow's.
type Session struct {
	Lifetime  time.Duration `name:"session-lifetime" env:"AUTOINTEL_SESSION_LIFETIME" default:"15m" help:"Life of an interaction's token."`
	Warning   time.Duration `name:"session-warning" env:"AUTOINTEL_SESSION_WARNING" help:"When the user is warned; by default at 0.8 of the lifetime."`
	Margin    time.Duration `name:"session-margin" env:"AUTOINTEL_SESSION_MARGIN" help:"How long before its end a session is taken for closed; by default 1/90 of the lifetime."`
	Deadline  time.Duration `name:"deadline" env:"AUTOINTEL_DEADLINE" default:"6h" help:"A workflow that has not ended by then fails, and its user is told."`
	Retention time.Duration `name:"retention" env:"AUTOINTEL_RETENTION" default:"720h" help:"How long results and events are kept."`

	// Patience, if not zero, is how long a ready stage may take until it is asked for again. Where the clock can skip, a
	// stage at work looks late that is not.
	Patience time.Duration `kong:"-"`
}

// Validate reports every bad value at once.
func (s Session) Validate() error {
	var errs []error
	l := s.Lifetimes()
	if l.Lifetime < time.Second {
		errs = append(errs, errors.New("AUTOINTEL_SESSION_LIFETIME must be at least 1s: Discord's tokens live 15m"))
	}
	if l.Warning >= l.Lifetime || l.Warning < 0 {
		errs = append(errs, errors.New("AUTOINTEL_SESSION_WARNING must lie within the lifetime: leave it out for 0.8 of it"))
	}
	if l.Margin < 0 || l.Margin >= l.Lifetime-l.Warning {
		errs = append(errs, errors.New("AUTOINTEL_SESSION_MARGIN must be shorter than the time from the warning to the end of the lifetime: leave it out for 1/90 of that"))
	}
	if s.Deadline < l.Lifetime {
		errs = append(errs, errors.New("AUTOINTEL_DEADLINE must not be shorter than the session's lifetime"))
	}
	if s.Retention < s.Deadline {
		errs = append(errs, errors.New("AUTOINTEL_RETENTION must not be shorter than the deadline"))
	}
	return errors.Join(errs...)
}

// Lifetimes are the session's, with the defaults filled in.
func (s Session) Lifetimes() discord.Lifetimes {
	return discord.LifetimesOf(discord.Lifetimes{Lifetime: s.Lifetime, Warning: s.Warning, Margin: s.Margin})
}

// Times are what the watch goes by.
func (s Session) Times() watch.Times {
	l := s.Lifetimes()
	t := watch.Times{
		Lifetime: l.Lifetime, Warning: l.Warning, Margin: l.Margin, Deadline: s.Deadline, Every: watch.Every, Patience: watch.Patience, Lag: watch.Lag,
	}
	if s.Patience != 0 {
		t.Patience = s.Patience
	}
	return t
}

// Common is what every program takes.
type Common struct {
	NATS     `embed:""`
	Log      `embed:""`
	Monitor  Monitor `embed:""`
	HTTPAddr string  `name:"http-addr" env:"AUTOINTEL_HTTP_ADDR" default:"127.0.0.1:9464" help:"Where /healthz, /readyz and /metrics are served."`
	Probe    bool    `name:"probe" help:"Ask the program that runs there whether it is ready, and exit: the health check of its container."`
}
