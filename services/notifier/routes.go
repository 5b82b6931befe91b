package notifier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// Route is a way to a requester that needs no interaction.
type Route interface {
	// LeadsTo reports whether a message for a requester may go this way. What was asked in private reaches the requester alone.
	LeadsTo(who schemas.Requester) bool
	// Send sends it. Its error is one that discord.Classify knows: a temporary one is tried again, after any other the next route has
	// its turn. Of a message that is sent twice with the same nonce, the second should not be seen.
	Send(ctx context.Context, who schemas.Requester, m discord.Message) (discord.Answered, error)
}

// Routes is their configuration.
type Routes struct {
	Fallback []string       `name:"fallback" env:"AUTOINTEL_FALLBACK" default:"channel,dm,webhook" help:"Routes after a session has closed, in order; none: no route."`
	Webhook  WebhookSetting `embed:""`
}

// routes are all there are. A new one is a route_*.go with its type and its setting, and a row here. Opened without what it needs it is
// nil, and leads to nobody.
var routes = []struct {
	name string
	open func(c Routes, bot *discord.Bot, o discord.Options) (Route, error)
}{
	{schemas.RouteChannel, openChannel},
	{schemas.RouteDM, openDM},
	{schemas.RouteWebhook, openWebhook},
}

// none is what stands for no route.
const none = "none"

// RouteNames lists the routes that there are.
func RouteNames() []string {
	var names []string
	for _, r := range routes {
		names = append(names, r.name)
	}
	return names
}

// Validate reports every bad value at once.
func (c Routes) Validate() error {
	var errs []error
	for _, name := range c.Fallback {
		if name != none && !slices.Contains(RouteNames(), name) {
			errs = append(errs, fmt.Errorf("AUTOINTEL_FALLBACK: there is no route %q; use %s or %s", name, strings.Join(RouteNames(), ", "), none))
		}
	}
	return errors.Join(errs...)
}

// Open makes the routes that are configured, by name. Without a bot there are those that need none.
func (c Routes) Open(bot *discord.Bot, o discord.Options) (map[string]Route, error) {
	open := map[string]Route{}
	var errs []error
	for _, r := range routes {
		way, err := r.open(c, bot, o)
		errs = append(errs, err)
		if way != nil {
			open[r.name] = way
		}
	}
	return open, errors.Join(errs...)
}

// possible returns those of the wanted routes that lead to a requester.
func (s *Service) possible(who schemas.Requester, wanted []string) []string {
	var names []string
	for _, name := range wanted {
		if way := s.Routes[name]; way != nil && way.LeadsTo(who) {
			names = append(names, name)
		}
	}
	return names
}
