package main

import (
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"autointel.example/internal/sandbox"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
)

func TestFiguresOfAFlood(t *testing.T) {
	start := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }
	card := func(title string) []*discordgo.MessageEmbed { return []*discordgo.MessageEmbed{{Title: title}} }
	all := []asked{
		{phase: "flood", n: 0, at: at(0), interaction: "0", id: "wf_0"},
		{phase: "flood", n: 1, at: at(0), interaction: "1", id: "wf_1"}, // refused
		{phase: "flood", n: 2, at: at(1), interaction: "2", id: "wf_2"}, // nobody answered
		{phase: "flood", n: 3, at: at(1), interaction: "3", id: "wf_3"}, // late, and unavailable
		{phase: "flood", quiet: true, n: 4, at: at(2), interaction: "4", id: "wf_4"},
	}
	messages := []sandbox.Message{
		{Interaction: "0", Timestamp: at(0.2), Embeds: card("Tides 0"), History: []sandbox.Version{{Embeds: card("Queued"), Until: at(1)}, {Embeds: card("Working on it"), Until: at(3.2)}}},
		{Interaction: "1", Timestamp: at(0.5), Embeds: card("This server has as many running as it may")},
		{Interaction: "3", Timestamp: at(2.5), Embeds: card("Not available")},
		{Interaction: "4", Timestamp: at(2.1), Embeds: card("Tides 4"), History: []sandbox.Version{{Embeds: card("Queued"), Until: at(5)}}},
	}
	f := figures(all, messages, []schemas.Event{
		{Workflow: "wf_0", Time: at(0.1), Data: schemas.WorkflowRequested{}},
		{Workflow: "wf_4", Time: at(2.1), Data: schemas.WorkflowRequested{}},
		{Workflow: "wf_0", Time: at(3.1), Data: schemas.WorkflowCompleted{}},
		{Workflow: "wf_4", Time: at(4), Data: schemas.StageCompleted{Stage: workflow.Acquire, StartedAt: at(3.5)}},
		{Workflow: "wf_4", Time: at(5), Data: schemas.WorkflowCompleted{}},
	})
	if got, want := f.Phases[2], (phaseFigures{
		Name: "flood", Asked: 4, Accepted: 1, Refused: 1, Otherwise: 1, Unanswered: 1, LateNo: 1, AnswerP50: 0.5, AnswerP99: 1.5, AnswerMax: 1.5,
		ResultP50: 3.2, ResultP99: 3.2, Finished: 1, Edits: 2, Rate: 2.0 / 3,
	}); got != want {
		t.Errorf("%+v\nnot %+v", got, want)
	}
	if got, want := f.Quiet, (quietFigures{
		Asked: 1, Accepted: 1, AnswerMax: 0.1, StartP50: 1.5, StartMax: 1.5, ResultP50: 3, ResultMax: 3, AheadMax: 1, LongestRun: 3,
	}); got != want {
		t.Errorf("%+v\nnot %+v", got, want)
	}
}
