package discord_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
	"pgregory.net/rapid"

	"autointel.example/internal/discord"
)

var created = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func TestSessionCheck(t *testing.T) {
	open := discord.Session{ID: "1", Token: "t", CreatedAt: created}
	gone, closed := open, open
	gone.Token = ""
	closed.ClosedReason = "token_invalid"
	l := discord.LifetimesOf(discord.Lifetimes{})
	for _, c := range []struct {
		name   string
		s      discord.Session
		age    time.Duration
		want   discord.Validity
		reason discord.Reason
	}{
		{"a new session is valid", open, 0, discord.Valid, ""},
		{"up to the warning", open, 12*time.Minute - 1, discord.Valid, ""},
		{"from the warning on it is expiring", open, 12 * time.Minute, discord.Expiring, ""},
		{"a margin before the end it is closed", open, 14*time.Minute + 50*time.Second, discord.Closed, discord.Expired},
		{"no reference at all", discord.Session{}, 0, discord.Closed, discord.MissingReference},
		{"the token has gone from the bucket", gone, 0, discord.Closed, discord.TokenGone},
		{"closed by what Discord said", closed, time.Minute, discord.Closed, "token_invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v, r := c.s.Check(created.Add(c.age), l); v != c.want || r != c.reason {
				t.Errorf("%s %q, want %s %q", v, r, c.want, c.reason)
			}
		})
	}
}

func TestASessionNeverShowsItsToken(t *testing.T) {
	s := discord.Session{ID: "1", Token: "secret", CreatedAt: created}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v %#v", s, s, s), s.LogValue().String()} {
		if strings.Contains(text, "secret") {
			t.Error(text)
		}
	}
}

func BenchmarkSessionCheck(b *testing.B) {
	s, l, now := discord.Session{ID: "1", Token: "t", CreatedAt: created}, discord.LifetimesOf(discord.Lifetimes{}), created.Add(time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		s.Check(now, l)
	}
}

func TestClassesOfErrors(t *testing.T) {
	for code, want := range map[int]discord.Class{
		50027: discord.TokenInvalid, 10015: discord.UnknownWebhook, 10062: discord.AcknowledgedTooLate, 40060: discord.AlreadyAcknowledged,
		10008: discord.Gone, 10003: discord.Gone, 50001: discord.Forbidden, 50013: discord.Forbidden, 50007: discord.DMClosed,
		50278: discord.DMClosed, 40003: discord.DMTooFast, 40094: discord.FollowupCap, 50035: discord.BadBody, 30046: discord.EditsExhausted,
	} {
		if got := discord.Classify(fmt.Errorf("wrapped: %w", &discord.APIError{Status: 400, Code: code})); got != want {
			t.Errorf("%d is %s, want %s", code, got, want)
		}
	}
	if discord.UnknownWebhook.ClosesSession(true) || !discord.UnknownWebhook.ClosesSession(false) {
		t.Error("10015 closes a session after the grace period, and only then")
	}
	if got := discord.Classify(&discordgo.RESTError{Response: nil}); got != discord.Other {
		t.Errorf("an error without a response: %s", got)
	}
}

func TestAnyTextFitsAMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		n := rapid.IntRange(0, 50).Draw(t, "n")
		if got := discord.Clip(text.Draw(t, "text"), n); utf8.RuneCountInString(got) > n || !utf8.ValidString(got) {
			t.Fatalf("%q", got)
		}
		var embeds []*discordgo.MessageEmbed
		for range rapid.IntRange(0, 12).Draw(t, "embeds") {
			e := &discordgo.MessageEmbed{Title: text.Draw(t, "title"), Description: strings.Repeat(text.Draw(t, "d"), 100)}
			for range rapid.IntRange(0, 30).Draw(t, "fields") {
				e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: text.Draw(t, "name"), Value: strings.Repeat("v", rapid.IntRange(0, 1200).Draw(t, "v"))})
			}
			embeds = append(embeds, e)
		}
		total := 0
		for _, e := range discord.FitEmbeds(embeds) {
			total += utf8.RuneCountInString(e.Title) + utf8.RuneCountInString(e.Description)
			for _, f := range e.Fields {
				total += utf8.RuneCountInString(f.Name) + utf8.RuneCountInString(f.Value)
			}
		}
		if total > discord.MaxEmbedsTotal {
			t.Fatalf("%d characters", total)
		}
	})
}
