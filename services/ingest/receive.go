package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/lifecycle"
	"autointel.example/internal/program"
)

// Gateway says whether interactions are received over Discord's gateway, and which of them. Discord delivers an
// interaction by the endpoint that the application names, and only if it names none over the gateway.
type Gateway struct {
	Mode       string `name:"discord-gateway" env:"DISCORD_GATEWAY" default:"auto" enum:"auto,on,off" help:"Receive interactions over the gateway: on, off, or auto, which is on unless there is an address for them."`
	ShardID    int    `name:"discord-shard-id" env:"DISCORD_SHARD_ID" default:"0" help:"Which of the gateway's shards is received."`
	ShardCount int    `name:"discord-shard-count" env:"DISCORD_SHARD_COUNT" default:"1" help:"How many shards of the gateway there are."`
}

// on reports whether the gateway is used beside an address for interactions, which may be empty.
func (g Gateway) on(addr string) bool { return g.Mode == "on" || g.Mode != "off" && addr == "" }

// checkWays complains of what is missing for the ways by which interactions are to come in.
func (c Config) checkWays() error {
	var errs []error
	gateway := c.Gateway.on(c.InteractionsAddr)
	if c.InteractionsAddr != "" || c.Discord.PublicKey != "" { // a wrong one is named even where none is needed
		_, err := discord.PublicKey(c.Discord.PublicKey)
		errs = append(errs, err)
	}
	if gateway && c.Discord.Token == "" {
		errs = append(errs, errors.New("DISCORD_TOKEN is not set: interactions over the gateway need it; copy it from the application's Bot page"))
	}
	if !gateway && c.InteractionsAddr == "" {
		errs = append(errs, errors.New("no interactions are received: set AUTOINTEL_INTERACTIONS_ADDR, or DISCORD_GATEWAY to on"))
	}
	return errors.Join(errs...)
}

// listen receives interactions by HTTP, and returns how to stop.
func (c Config) listen(intake *Intake, now func() time.Time, logger *slog.Logger) (stop func() error, err error) {
	key, err := discord.PublicKey(c.Discord.PublicKey)
	if err != nil {
		return nil, err
	}
	endpoint := &Endpoint{Key: key, Intake: intake, Now: now, Logger: logger}
	addr, stop, err := lifecycle.Listen(c.InteractionsAddr, endpoint.Handler(), logger)
	if err != nil {
		return nil, fmt.Errorf("%w: give AUTOINTEL_INTERACTIONS_ADDR another address", err)
	}
	logger.Info("receiving interactions", "url", "http://"+addr+"/interactions")
	if c.Bound != nil {
		c.Bound("http://" + addr + "/interactions")
	}
	return stop, nil
}

// connect makes the gateway, which feeds the same intake.
func (c Config) connect(intake *Intake, o discord.Options, logger *slog.Logger) (*discord.Gateway, error) {
	g := discord.GatewayOptions{Options: o, ShardID: c.Gateway.ShardID, ShardCount: c.Gateway.ShardCount, Logger: logger}
	gateway, err := discord.NewGateway(c.Discord.Token, g, func(body []byte) {
		in, err := parseInteraction(body)
		if err != nil {
			logger.Warn("an interaction could not be read", "error", err)
			return
		}
		intake.Start(in)
	})
	if err != nil {
		return nil, &program.UsageError{Err: err}
	}
	return gateway, nil
}

// runGateway stays connected until the context ends. What Discord refuses for good is a wrong configuration.
func runGateway(ctx context.Context, g *discord.Gateway) error {
	err := g.Run(ctx)
	var bad *discord.BadTokenError
	var refused *discord.GatewayRefusedError
	if errors.As(err, &bad) || errors.As(err, &refused) {
		return &program.UsageError{Err: err}
	}
	return err
}

// connected is the gateway's part of the service's readiness.
func connected(g *discord.Gateway) lifecycle.Check {
	return lifecycle.Check{Name: "gateway", Check: func(context.Context) error {
		if !g.Connected() {
			return errors.New("not connected to Discord's gateway")
		}
		return nil
	}}
}
