package notifier

import (
	"context"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// channel is where the command was used, for all to see who are there. The bot is in a channel of a guild where it is installed.
type channel struct{ bot *discord.Bot }

func openChannel(_ Routes, bot *discord.Bot, _ discord.Options) (Route, error) {
	if bot == nil {
		return nil, nil
	}
	return channel{bot}, nil
}

// LeadsTo implements Route.
func (channel) LeadsTo(who schemas.Requester) bool {
	return !who.Private && who.GuildID != "" && who.ChannelID != "" && who.Integration != "user"
}

// Send implements Route.
func (c channel) Send(ctx context.Context, who schemas.Requester, m discord.Message) (discord.Answered, error) {
	return c.bot.Send(ctx, who.ChannelID, m)
}
