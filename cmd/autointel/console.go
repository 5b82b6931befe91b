package main

import (
	"context"
	"errors"
	"net"

	"autointel.example/internal/console/live"
	"autointel.example/internal/console/web"
	"autointel.example/internal/program"
)

// consoleFlags configure the page of the console.
type consoleFlags struct {
	Mode      string `name:"console" env:"AUTOINTEL_CONSOLE" default:"auto" enum:"auto,off" help:"The page /console: auto serves it on a loopback address, and elsewhere with a token; off nowhere."`
	Token     string `name:"console-token" env:"AUTOINTEL_CONSOLE_TOKEN" help:"Who shows it may see /console. Better from a file."`
	TokenFile string `name:"console-token-file" env:"AUTOINTEL_CONSOLE_TOKEN_FILE" placeholder:"FILE" help:"File that holds it."`
}

func (f *consoleFlags) resolve() error {
	if err := program.FromFile("AUTOINTEL_CONSOLE_TOKEN_FILE", f.TokenFile, &f.Token); err != nil {
		return err
	}
	return web.CheckToken(f.Token)
}

// on reports whether the page is served on an address: beyond this machine only to who has the token.
func (f consoleFlags) on(addr string) bool {
	return f.Mode != "off" && (f.Token != "" || web.Loopback(addr))
}

// consoleURL is where the page is on an address that is listened on.
func consoleURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		addr = net.JoinHostPort("localhost", port)
	}
	return "http://" + addr + "/console"
}

// look makes the console's page, which reads nothing until somebody looks.
func (h *house) look(ctx context.Context) error {
	f := h.flags
	h.console = f.Console.on(f.HTTPAddr)
	if !h.console {
		if f.Console.Mode != "off" {
			h.runtime.Logger.Info("no console: beyond a loopback address it needs AUTOINTEL_CONSOLE_TOKEN", "http_addr", f.HTTPAddr)
		}
		h.runtime.Routes = append(h.runtime.Routes, web.Off)
		return nil
	}
	client, err := h.runtime.Client(ctx, "console")
	if err != nil {
		return errors.Join(errors.New("console"), err)
	}
	source := live.New(client, h.runtime.Now)
	h.runtime.Stack.Defer("console", source.Close)
	h.runtime.Routes = append(h.runtime.Routes, web.New(source, f.Console.Token, h.runtime.Now, h.runtime.Logger).Routes)
	return nil
}
