package main

import (
	"encoding/json"
	"strings"
	"testing"

	"autointel.example/internal/sandbox"
	"autointel.example/services/ingest"
)

func TestCommandsAreComparedAndRegistered(t *testing.T) {
	box, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	at := func(args ...string) []string {
		return append(args, "--discord-api-url", box.APIURL(), "--discord-application-id", box.ApplicationID(), "--discord-token", box.BotToken())
	}
	if code, stdout, stderr := call(t.Context(), at("commands", "diff")...); code != 1 || !strings.Contains(stdout, "+ /autointel") || !strings.Contains(stderr, "4 commands everywhere differ") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if code, stdout, stderr := call(t.Context(), at("commands", "register")...); code != 0 || !strings.Contains(stdout, "are registered") {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	if code, stdout, _ := call(t.Context(), at("commands", "register")...); code != 0 || !strings.Contains(stdout, "nothing was sent") {
		t.Errorf("exit %d, %q", code, stdout)
	}
	if code, stdout, stderr := call(t.Context(), at("commands", "diff")...); code != 0 || stdout != "" || stderr != "" {
		t.Errorf("exit %d, %q, %q", code, stdout, stderr)
	}
	const guild = "200000000000000001"
	var found ingest.Registered
	code, stdout, _ := call(t.Context(), at("commands", "diff", "--json", "--guild", guild)...)
	if err := json.Unmarshal([]byte(stdout), &found); err != nil || code != 1 || len(found.Changes) != 4 {
		t.Errorf("exit %d, %+v, %v", code, found, err)
	}
	if code, stdout, _ = call(t.Context(), at("commands", "register", "--json", "--guild", guild)...); code != 0 || json.Unmarshal([]byte(stdout), &found) != nil || len(box.Commands(guild)) != 4 {
		t.Errorf("exit %d, %s", code, stdout)
	}
	args := at("commands", "diff")
	args[len(args)-1] = "another"
	if code, _, stderr := call(t.Context(), args...); code != 1 || !strings.Contains(stderr, "DISCORD_TOKEN is not the token") || strings.Contains(stderr, "another") {
		t.Errorf("a wrong token: exit %d, %q", code, stderr)
	}
}

func TestWhatIsMissingForCommandsIsAllNamed(t *testing.T) {
	code, _, stderr := call(t.Context(), "commands", "register", "--guild", "here")
	for _, want := range []string{"DISCORD_APPLICATION_ID", "DISCORD_TOKEN", "--guild"} {
		if code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("exit %d, %q does not name %s", code, stderr, want)
		}
	}
}
