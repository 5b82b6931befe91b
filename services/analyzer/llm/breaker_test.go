package llm

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func TestTheBreakerOpensAfterFailuresInARow(t *testing.T) {
	var b Breaker
	for range breakAfter - 1 {
		b = b.Failed(noon)
	}
	if _, ok := b.Allow(noon); !ok {
		t.Error("it opened too early")
	}
	if _, ok := b.Succeeded().Failed(noon).Allow(noon); !ok {
		t.Error("a success in between does not count")
	}
	b = b.Failed(noon)
	if _, ok := b.Allow(noon.Add(breakFirst - 1)); ok {
		t.Error("it let one through while open")
	}
	b, ok := b.Allow(noon.Add(breakFirst))
	if _, second := b.Allow(noon.Add(breakFirst)); !ok || second {
		t.Errorf("after the pause one may try, and only one: %v, %v", ok, second)
	}
	again := b.Failed(noon.Add(breakFirst))
	if _, ok := again.Allow(noon.Add(3*breakFirst - 1)); ok {
		t.Error("the second pause is not twice as long")
	}
	if _, ok := again.Allow(noon.Add(3 * breakFirst)); !ok {
		t.Error("the second pause does not end")
	}
	if _, ok := b.Abandoned().Allow(noon.Add(breakFirst)); !ok {
		t.Error("nobody may try after one that was abandoned")
	}
	if _, ok := b.Succeeded().Allow(noon.Add(breakFirst)); !ok {
		t.Error("a success does not close it")
	}
}

// TestTheBreakerNeverSticks: whatever happens, within the longest pause somebody may ask again; and never do two try at once.
func TestTheBreakerNeverSticks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Breaker
		now, under, failed := noon, 0, 0 // requests under way; failures in a row
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "seconds")) * time.Second)
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				next, ok := b.Allow(now)
				if ok {
					under++
				}
				if failed < breakAfter && !ok {
					t.Fatalf("refused after %d failures in a row", failed)
				}
				if _, second := next.Allow(now); ok && second && !next.until.IsZero() {
					t.Fatal("two try at once")
				}
				b = next
			case 1:
				if under > 0 {
					b, under, failed = b.Succeeded(), under-1, 0
				}
			case 2:
				if under > 0 {
					b, under, failed = b.Failed(now), under-1, failed+1
				}
			case 3:
				if under > 0 {
					b, under = b.Abandoned(), under-1
				}
			case 4:
				if under > 0 {
					b, under, failed = b.Asked(now, time.Duration(rapid.IntRange(0, 9000).Draw(t, "asked"))*time.Second), under-1, breakAfter
				}
			}
			if _, ok := b.Abandoned().Allow(now.Add(breakMost)); !ok {
				t.Fatal("it sticks")
			}
		}
	})
}
