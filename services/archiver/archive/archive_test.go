package archive

import (
	"testing"
	"time"

	"autointel.example/schemas"
)

func TestWhoMaySeeARecord(t *testing.T) {
	open := Record{UserID: "1", GuildID: "g"}
	private := open
	private.Private = true
	direct := Record{UserID: "1"}
	for _, c := range []struct {
		name string
		r    Record
		who  schemas.Requester
		want bool
	}{
		{"its requester", private, schemas.Requester{UserID: "1", GuildID: "other"}, true},
		{"somebody else", open, schemas.Requester{UserID: "2", GuildID: "g"}, false},
		{"a manager of the guild", open, schemas.Requester{UserID: "2", GuildID: "g", ManageGuild: true}, true},
		{"a manager of another guild", open, schemas.Requester{UserID: "2", GuildID: "h", ManageGuild: true}, false},
		{"a manager, of a private request", private, schemas.Requester{UserID: "2", GuildID: "g", ManageGuild: true}, false},
		{"a manager, of a direct message", direct, schemas.Requester{UserID: "2", ManageGuild: true}, false},
	} {
		if got := Allowed(c.r, c.who); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestRetrievalsAreDecidedWithoutGivingAnythingAway(t *testing.T) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	r := Record{WorkflowID: "w", UserID: "1", EndedAt: now.Add(-time.Hour)}
	me, other := schemas.Requester{UserID: "1"}, schemas.Requester{UserID: "2"}
	for _, c := range []struct {
		name           string
		found, running bool
		who            schemas.Requester
		retention      time.Duration
		want           string
	}{
		{"mine", true, false, me, 24 * time.Hour, ""},
		{"somebody else's looks like none", true, false, other, 24 * time.Hour, NotFound},
		{"none", false, false, me, 24 * time.Hour, NotFound},
		{"still running", false, true, me, 24 * time.Hour, NotFinished},
		{"too old", true, false, me, time.Minute, GoneByAge},
	} {
		if got := Decide(r, c.found, c.running, c.who, now, c.retention); got.Refused != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.Refused, c.want)
		}
	}
}

func TestTheMedianOfDurations(t *testing.T) {
	for _, c := range []struct {
		durations []time.Duration
		want      time.Duration
	}{
		{nil, 0},
		{[]time.Duration{7}, 7},
		{[]time.Duration{9, 1, 4}, 4},
		{[]time.Duration{9, 1, 4, 6}, 5},
	} {
		if got := Median(c.durations); got != c.want {
			t.Errorf("%v: %v, want %v", c.durations, got, c.want)
		}
	}
}
