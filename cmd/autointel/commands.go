package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/program"
	"autointel.example/schemas"
	"autointel.example/services/ingest"
)

// commandsCommand is the slash commands as Discord has them.
type commandsCommand struct {
	Register commandsRegisterCommand `cmd:"" help:"Bring them up to date; nothing is sent when nothing has changed."`
	Diff     commandsDiffCommand     `cmd:"" help:"Say what 'register' would change; exit code 0: nothing, 1: something."`
}

// commandsFlags say whose commands, and where.
type commandsFlags struct {
	Discord program.Discord `embed:""`
	Guild   string          `placeholder:"ID" help:"In this server alone, where a change is seen at once; by default everywhere."`
	JSON    bool            `help:"Print one JSON document."`
}

// commandsTimeout bounds the whole of it, rate limits included.
const commandsTimeout = time.Minute

// open checks what is configured; everything that is missing is named.
func (f commandsFlags) open() (ingest.Registration, error) {
	errs := []error{f.Discord.Resolve()}
	if _, err := schemas.InteractionTime(f.Discord.ApplicationID); err != nil {
		errs = append(errs, errors.New("DISCORD_APPLICATION_ID is not an id: copy it from the application's General Information page"))
	}
	if f.Discord.Token == "" {
		errs = append(errs, errors.New("DISCORD_TOKEN is not set: copy it from the application's Bot page"))
	}
	if _, err := schemas.InteractionTime(f.Guild); f.Guild != "" && err != nil {
		errs = append(errs, errors.New("--guild is not an id: copy it from the server, with Discord's developer mode on"))
	}
	if err := errors.Join(errs...); err != nil {
		return ingest.Registration{}, &program.UsageError{Err: err}
	}
	return ingest.Registration{Bot: discord.NewBot(f.Discord.Token, discord.Options{API: f.Discord.API}), Application: f.Discord.ApplicationID, Guild: f.Guild}, nil
}

func (f commandsFlags) where() string {
	if f.Guild == "" {
		return "everywhere"
	}
	return "in the server " + f.Guild
}

// explained adds to an error of Discord's what to do about it.
func explained(err error) error {
	switch discord.Classify(err) {
	case discord.Unauthorized:
		return fmt.Errorf("%w: DISCORD_TOKEN is not the token of this application's bot", err)
	case discord.Forbidden:
		return fmt.Errorf("%w: the application is not installed there, or it is not this token's", err)
	}
	return err
}

// commandsRegisterCommand registers the commands.
type commandsRegisterCommand struct {
	commandsFlags `embed:""`
}

// Run registers them.
func (c *commandsRegisterCommand) Run(ctx context.Context, s streams) error {
	registration, err := c.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandsTimeout)
	defer cancel()
	done, err := registration.Register(ctx)
	if err != nil {
		return explained(err)
	}
	if c.JSON {
		return json.NewEncoder(s.out).Encode(done)
	}
	if len(done.Changes) == 0 {
		fmt.Fprintf(s.out, "The commands %s are up to date (%.12s); nothing was sent.\n", c.where(), done.Hash)
		return nil
	}
	printChanges(s.out, done.Changes)
	fmt.Fprintf(s.out, "The commands %s are registered (%.12s).\n", c.where(), done.Hash)
	return nil
}

// commandsDiffCommand compares the commands.
type commandsDiffCommand struct {
	commandsFlags `embed:""`
}

// Run compares them, and fails if they differ.
func (c *commandsDiffCommand) Run(ctx context.Context, s streams) error {
	registration, err := c.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandsTimeout)
	defer cancel()
	found, err := registration.Diff(ctx)
	if err != nil {
		return explained(err)
	}
	if c.JSON {
		err = json.NewEncoder(s.out).Encode(found)
	} else {
		printChanges(s.out, found.Changes)
	}
	if err != nil || len(found.Changes) == 0 {
		return err
	}
	return fmt.Errorf("%d commands %s differ; `autointel commands register` brings them up to date", len(found.Changes), c.where())
}

// printChanges prints what changes, a line each.
func printChanges(w io.Writer, changes []ingest.Change) {
	signs := map[string]string{ingest.Added: "+", ingest.Removed: "-", ingest.Changed: "~"}
	for _, c := range changes {
		fmt.Fprintf(w, "%s /%s\n", signs[c.Kind], c.Command)
		for _, f := range c.Fields {
			fmt.Fprintf(w, "    %s: %q -> %q\n", f.Path, f.Discord, f.Ours)
		}
	}
}
