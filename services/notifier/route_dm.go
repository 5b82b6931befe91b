package notifier

import (
	"context"

	"autointel.example/internal/discord"
	"autointel.example/schemas"
)

// dm is a direct message of the bot's, which its requester alone sees.
type dm struct{ bot *discord.Bot }

func openDM(_ Routes, bot *discord.Bot, _ discord.Options) (Route, error) {
	if bot == nil {
		return nil, nil
	}
	return dm{bot}, nil
}

// LeadsTo implements Route.
func (dm) LeadsTo(schemas.Requester) bool { return true }

// Send implements Route.
func (d dm) Send(ctx context.Context, who schemas.Requester, m discord.Message) (discord.Answered, error) {
	opened, err := d.bot.DM(ctx, who.UserID)
	if err != nil {
		return discord.Answered{}, err
	}
	return d.bot.Send(ctx, opened, m)
}
