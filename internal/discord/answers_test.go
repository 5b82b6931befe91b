package discord_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/discord"
)

func TestButtonsStandInRowsAndWhatDoesNotFitIsLeftOut(t *testing.T) {
	for n, want := range map[int][]int{0: nil, 1: {1}, 5: {5}, 7: {5, 2}, 25: {5, 5, 5, 5, 5}, 26: {5, 5, 5, 5, 5}} {
		rows := discord.Buttons(make([]discordgo.Button, n)...)
		if len(rows) != len(want) {
			t.Errorf("%d buttons: %d rows", n, len(rows))
			continue
		}
		for i, row := range rows {
			if got := len(row.(discordgo.ActionsRow).Components); got != want[i] {
				t.Errorf("%d buttons: %d in row %d, want %d", n, got, i, want[i])
			}
		}
	}
}
