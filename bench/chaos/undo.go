package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"autointel.example/bench/chaos/judge"
	"autointel.example/bench/chaos/sight"
)

// undos are what --undo does on purpose, to see that it is found.
var undos = map[string]undo{"": nil, "archive": undoArchive, "answer": undoAnswer, "stranger": undoStranger}

var errNothingToUndo = errors.New("this run has nothing of the kind to undo: let more workflows run")

// undoArchive takes a result out of the archive that its user has not seen: what the archiver did is undone.
func undoArchive(ctx context.Context, h *house, f judge.Facts) (err error) {
	store, err := h.archive.OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for _, act := range judge.Unseen(f) {
		if gone, err := store.Delete(ctx, act.Workflow); gone || err != nil {
			return err
		}
	}
	return errNothingToUndo
}

// undoAnswer shows a result once more, in a message of its own.
func undoAnswer(ctx context.Context, h *house, f judge.Facts) error {
	return h.repost(ctx, f, func(a judge.Act) string { return a.Channel })
}

// undoStranger shows a result to somebody else.
func undoStranger(ctx context.Context, h *house, f judge.Facts) error {
	return h.repost(ctx, f, func(a judge.Act) string {
		for n := range users {
			if id := userOf(fate{User: n}).ID; id != a.User {
				return h.box.DMChannel(id)
			}
		}
		return ""
	})
}

// repost posts a result that is seen in a channel of choice.
func (h *house) repost(ctx context.Context, f judge.Facts, to func(judge.Act) string) error {
	for _, a := range f.Acts {
		m, ok := h.box.Original(a.Interaction)
		if !ok || a.Kind != judge.Ask || a.Private || sight.Seen(m).Kind != judge.Result {
			continue
		}
		body := fmt.Appendf(nil, `{"embeds":[{"title":%q,"footer":{"text":%q}}]}`, m.Embeds[0].Title, a.Workflow)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.box.APIURL()+"/channels/"+to(a)+"/messages", bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bot "+h.box.BotToken())
		req.Header.Set("Content-Type", "application/json")
		answer, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			content, _ := io.ReadAll(answer.Body)
			return fmt.Errorf("post it again: HTTP %d: %s", answer.StatusCode, content)
		}
		return nil
	}
	return errNothingToUndo
}
