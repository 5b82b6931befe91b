package schemas

import (
	"testing"
	"time"
)

// aSettlement is an event as a chain of stages makes it.
func aSettlement() Event {
	return Event{
		ID: "0b5ad5a0-5f8b-4f0e-9d0a-0f6f6b9d3c11", Source: "autointel/analyzer", Time: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
		Workflow: "wf_019b7c2e8a4e7d3f9a1b2c3d4e5f6071",
		Context:  RawJSON(`{"url":"https://example.org/a-page-of-some-length","depth":"standard","plan":[{"stage":"acquire"},{"stage":"transcribe","after":["acquire"]},{"stage":"analyze","after":["transcribe"]},{"stage":"briefing","after":["analyze"]}],"requester":{"user_id":"10","guild_id":"11","channel_id":"12","locale":"en-GB"},"session_id":"1400000000000000000"}`),
		Data:     StageCompleted{Stage: "analyze", Output: Output{Inline: RawJSON(`{"words":3}`)}, Attempt: 1, Worker: "analyzer-1"},
	}
}

func BenchmarkEncode(b *testing.B) {
	e := aSettlement()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(e); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is what a stage of a chain reads of its trigger; BenchmarkDecode is all of it.
func BenchmarkOpen(b *testing.B) { read(b, func(m Message) error { _, err := Open(m); return err }) }

func BenchmarkDecode(b *testing.B) {
	read(b, func(m Message) error { _, err := Decode(m); return err })
}

func read(b *testing.B, f func(Message) error) {
	b.Helper()
	m, err := Encode(aSettlement())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(m.Body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := f(m); err != nil {
			b.Fatal(err)
		}
	}
}
