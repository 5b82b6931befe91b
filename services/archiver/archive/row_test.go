package archive

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// named is a row that holds a value for each of Columns, in their order.
type named map[string]any

func (n named) Scan(dest ...any) error {
	columns := strings.Split(strings.ReplaceAll(Columns, "\n\t", " "), ", ")
	for i, d := range dest {
		v, ok := n[columns[i]]
		if !ok {
			return errors.New("no value for " + columns[i])
		}
		reflect.ValueOf(d).Elem().Set(reflect.ValueOf(v))
	}
	if len(dest) != len(columns) {
		return errors.New("another number of columns")
	}
	return nil
}

func TestARecordIsReadFromTheColumnsThatAreAskedFor(t *testing.T) {
	at := func(minute int) time.Time {
		return time.Date(2026, 1, 2, 3, minute, 0, int(7*time.Millisecond), time.UTC)
	}
	want := Record{
		WorkflowID: "wf_1", URL: "https://example.org/?a", Normalized: "https://example.org/", Depth: "deep", Outcome: "failed", Title: "A title",
		Stage: "acquire", Reason: "not_found", Message: "It is gone.", UserID: "1", GuildID: "2", ChannelID: "3", Private: true,
		RequestedAt: at(1), EndedAt: at(2), Digest: "ab12", Undelivered: true, UndeliveredReason: "session_closed", FilePath: "f", ArchivedAt: at(3),
	}
	row := named{
		"workflow_id": "wf_1", "url": "https://example.org/?a", "normalized": "https://example.org/", "depth": "deep", "outcome": "failed",
		"title": "A title", "stage": "acquire", "reason": "not_found", "message": "It is gone.", "user_id": "1", "guild_id": "2", "channel_id": "3",
		"private": true, "requested_at": Millis(at(1)), "ended_at": Millis(at(2)), "digest": "ab12", "undelivered": true,
		"undelivered_reason": "session_closed", "file_path": "f", "archived_at": Millis(at(3)), "retrieved_at": Millis(time.Time{}),
	}
	got, err := Scan(row)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got.Cursor() != (Cursor{at(2), "wf_1"}) {
		t.Errorf("its place in a list is %+v", got.Cursor())
	}
	delete(row, "title")
	if _, err := Scan(row); err == nil {
		t.Error("a row that cannot be read is taken for a record")
	}
}

func TestTimesAreKeptToTheMillisecondAndNoTimeIsZero(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.FixedZone("", 3600))
	if got := TimeOf(Millis(at)); !got.Equal(at.Truncate(time.Millisecond)) || got.Location() != time.UTC {
		t.Errorf("%v became %v", at, got)
	}
	if ms := Millis(time.Time{}); ms != 0 || !TimeOf(0).IsZero() {
		t.Errorf("no time is kept as %d and read as %v", ms, TimeOf(0))
	}
}
