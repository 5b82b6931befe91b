// Package conformance is what every store of the archive must do, as one suite of tests.
package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"autointel.example/schemas"
	"autointel.example/services/archiver/archive"
)

var began = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func record(n int) archive.Record {
	return archive.Record{
		WorkflowID: fmt.Sprintf("wf_%032x", n), URL: "https://www.example.org/a/?utm_source=x", Normalized: "example.org/a", Depth: "deep",
		Outcome: "completed", Title: "Tides", UserID: "1", GuildID: "2", ChannelID: "3", RequestedAt: began, EndedAt: began.Add(time.Duration(n) * time.Minute),
		Digest: "d", Result: []byte(`{"markdown":"the keeper of the tide gauge"}`), ArchivedAt: began.Add(time.Hour),
	}
}

// Run runs the suite. Open returns an empty store; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) archive.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, archive.Store){
		"what was put is got":                              putAndGet,
		"records of one workflow become one, in any order": anyOrder,
		"many writers of one workflow leave one record":    manyWriters,
		"many writers of many workflows lose none":         manyWorkflows,
		"finding":                                finding,
		"finding what somebody may see":          viewing,
		"how long workflows took":                durations,
		"hostile words":                          hostileWords,
		"a list goes on where it stopped":        paging,
		"a record is removed, and no other":      removal,
		"retrieved is noted":                     retrieved,
		"old records are removed, and no others": expiry,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			test(t, s)
		})
	}
}

func put(t *testing.T, s archive.Store, records ...archive.Record) {
	t.Helper()
	for _, r := range records {
		if err := s.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
}

func putAndGet(t *testing.T, s archive.Store) {
	want := record(1)
	want.Result = append([]byte(`{"bytes":"`), bytes.Repeat([]byte{0xc3, 0xbc}, 50_000)...)
	put(t, s, want)
	got, err := s.Get(t.Context(), want.WorkflowID)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Result, want.Result) {
		t.Error("the result is not what was put, byte for byte")
	}
	want.Result, got.Result = nil, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if _, err := s.Get(t.Context(), "wf_none"); !errors.Is(err, archive.ErrNotFound) {
		t.Errorf("a record that is not there: %v", err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// anyOrder puts what an ending and a failed delivery say, often and in any order.
func anyOrder(t *testing.T, s archive.Store) {
	ended := record(1)
	undelivered := record(1)
	undelivered.Undelivered, undelivered.UndeliveredReason, undelivered.FilePath = true, "session_closed", "/f"
	without := record(1)
	without.Result, without.Digest = nil, ""
	for round := range 6 {
		order := []archive.Record{ended, undelivered, without, ended, undelivered, without}
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i := range order {
			order[i].WorkflowID = fmt.Sprintf("wf_%032x", 100+round)
		}
		put(t, s, order...)
		got, err := s.Get(t.Context(), order[0].WorkflowID)
		if err != nil || !got.Undelivered || got.UndeliveredReason != "session_closed" || got.FilePath != "/f" || !bytes.Equal(got.Result, ended.Result) || got.Digest != "d" {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if n, err := s.Count(t.Context()); n != 6 || err != nil {
		t.Errorf("%d records, %v", n, err)
	}
}

func manyWriters(t *testing.T, s archive.Store) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				if err := s.Put(t.Context(), record(1)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n, err := s.Count(t.Context()); n != 1 || err != nil {
		t.Errorf("%d records, %v", n, err)
	}
}

func manyWorkflows(t *testing.T, s archive.Store) {
	var group sync.WaitGroup
	for w := range 16 {
		group.Go(func() {
			for n := range 20 {
				if err := s.Put(t.Context(), record(100*w+n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n, err := s.Count(t.Context()); n != 320 || err != nil {
		t.Errorf("%d records, %v", n, err)
	}
}

func finding(t *testing.T, s archive.Store) {
	other := record(2)
	other.UserID, other.GuildID, other.Normalized, other.Result, other.Title = "9", "8", "example.org/b", []byte(`{"markdown":"cheese and bread at the Café, Pier-7"}`), "Cheese"
	late := record(60)
	late.Undelivered = true
	put(t, s, record(1), other, late)
	for name, c := range map[string]struct {
		q    archive.Query
		want []int
	}{
		"everything, newest first":  {archive.Query{}, []int{60, 2, 1}},
		"a user's":                  {archive.Query{UserID: "9"}, []int{2}},
		"a guild's":                 {archive.Query{GuildID: "2"}, []int{60, 1}},
		"an address, however typed": {archive.Query{URL: "http://example.org/a#x"}, []int{60, 1}},
		"since a time":              {archive.Query{Since: began.Add(30 * time.Minute)}, []int{60}},
		"words of the report":       {archive.Query{Words: "keeper GAUGE"}, []int{60, 1}},
		"words of the title":        {archive.Query{Words: "cheese"}, []int{2}},
		"a word without its accent": {archive.Query{Words: "cafe"}, []int{2}},
		"with an accent too many":   {archive.Query{Words: "CAFE\u0301 brèad"}, []int{2}},
		"a part of a joined word":   {archive.Query{Words: "7-pier"}, []int{2}},
		"not the part of a word":    {archive.Query{Words: "chees"}, nil},
		"words that are none":       {archive.Query{Words: "?!"}, nil},
		"blanks are no words":       {archive.Query{UserID: "9", Words: " "}, []int{2}},
		"undelivered":               {archive.Query{Undelivered: true}, []int{60}},
		"typed: a part of a title":  {archive.Query{Typed: "heEs"}, []int{2}},
		"typed: of an address":      {archive.Query{Typed: "example.org/a"}, []int{60, 2, 1}},
		"typed: an id's beginning":  {archive.Query{Typed: record(60).WorkflowID[:len(record(60).WorkflowID)-1]}, []int{60}},
		"typed: no wildcards":       {archive.Query{Typed: "Ch%se"}, nil},
		"typed: no wildcard either": {archive.Query{Typed: "Ch__se"}, nil},
		"no more than asked for":    {archive.Query{Limit: 1}, []int{60}},
		"nothing":                   {archive.Query{UserID: "9", Words: "keeper"}, nil},
	} {
		got, err := s.Find(t.Context(), c.q)
		var ids, want []string
		for _, r := range got {
			ids = append(ids, r.WorkflowID)
		}
		for _, n := range c.want {
			want = append(want, record(n).WorkflowID)
		}
		if err != nil || fmt.Sprint(ids) != fmt.Sprint(want) {
			t.Errorf("%s: %v, %v, want %v", name, ids, err, want)
		}
	}
}

func paging(t *testing.T, s archive.Store) {
	for n := range 7 {
		r := record(n)
		r.EndedAt = began.Add(time.Duration(n/2) * time.Minute) // pairs that ended together
		put(t, s, r)
	}
	var q archive.Query
	seen := map[string]bool{}
	for q.Limit = 3; ; {
		page, err := s.Find(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			if seen[r.WorkflowID] {
				t.Errorf("%s comes twice", r.WorkflowID)
			}
			seen[r.WorkflowID] = true
		}
		q.After = page[len(page)-1].Cursor()
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 records", len(seen))
	}
	if until, err := s.Find(t.Context(), archive.Query{Until: began.Add(time.Minute), Unretrieved: true}); err != nil || len(until) != 2 {
		t.Errorf("%d records ended before, %v", len(until), err)
	}
}

func removal(t *testing.T, s archive.Store) {
	put(t, s, record(1), record(2))
	for _, want := range []bool{true, false} {
		if was, err := s.Delete(t.Context(), record(1).WorkflowID); was != want || err != nil {
			t.Errorf("%v, %v, want %v", was, err, want)
		}
	}
	left, err := s.Find(t.Context(), archive.Query{Words: "keeper"})
	if err != nil || len(left) != 1 || left[0].WorkflowID != record(2).WorkflowID {
		t.Errorf("%+v, %v", left, err)
	}
}

// viewing finds what archive.Allowed allows, for everybody there is.
func viewing(t *testing.T, s archive.Store) {
	records := []archive.Record{record(1), record(2), record(3), record(4)}
	records[1].UserID = "9"
	records[2].UserID, records[2].Private = "9", true
	records[3].UserID, records[3].GuildID = "9", ""
	put(t, s, records...)
	for _, who := range []schemas.Requester{
		{UserID: "1", GuildID: "2"},
		{UserID: "9"},
		{UserID: "7", GuildID: "2"},
		{UserID: "7", GuildID: "2", ManageGuild: true},
		{UserID: "7", GuildID: "3", ManageGuild: true},
		{UserID: "7", ManageGuild: true},
		{},
	} {
		var want, ids []string
		for i := len(records) - 1; i >= 0; i-- {
			if archive.Allowed(records[i], who) {
				want = append(want, records[i].WorkflowID)
			}
		}
		got, err := s.Find(t.Context(), archive.Query{Viewer: &who})
		for _, r := range got {
			ids = append(ids, r.WorkflowID)
		}
		if err != nil || fmt.Sprint(ids) != fmt.Sprint(want) {
			t.Errorf("%+v finds %v, %v, want %v", who, ids, err, want)
		}
	}
}

func durations(t *testing.T, s archive.Store) {
	other, failed, timeless := record(4), record(5), record(6)
	other.Depth, failed.Outcome, timeless.RequestedAt = "standard", "failed", time.Time{}
	put(t, s, record(1), record(2), record(3), other, failed, timeless)
	for limit, want := range map[int][]time.Duration{10: {3 * time.Minute, 2 * time.Minute, time.Minute}, 2: {3 * time.Minute, 2 * time.Minute}} {
		if got, err := s.Durations(t.Context(), "deep", limit); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
	if got, err := s.Durations(t.Context(), "bottomless", 10); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func hostileWords(t *testing.T, s archive.Store) {
	put(t, s, record(1))
	for _, words := range []string{`"`, `""`, `a OR b`, `title:x`, `NEAR(`, `*`, `-keeper`, `';--`, "\x00", `^keeper`, `(`, `keeper AND`} {
		if _, err := s.Find(t.Context(), archive.Query{Words: words}); err != nil {
			t.Errorf("%q: %v", words, err)
		}
		if _, err := s.Find(t.Context(), archive.Query{Typed: words}); err != nil {
			t.Errorf("typed %q: %v", words, err)
		}
	}
}

func retrieved(t *testing.T, s archive.Store) {
	r := record(1)
	put(t, s, r)
	for _, at := range []time.Time{began.Add(time.Hour), began.Add(2 * time.Hour)} {
		if err := s.Retrieved(t.Context(), r.WorkflowID, at); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Get(t.Context(), r.WorkflowID); err != nil || !got.RetrievedAt.Equal(began.Add(time.Hour)) {
		t.Errorf("%v, %v", got.RetrievedAt, err)
	}
}

func expiry(t *testing.T, s archive.Store) {
	put(t, s, record(1), record(2), record(3))
	gone, err := s.Expire(t.Context(), record(3).EndedAt, 10)
	if err != nil || len(gone) != 2 || gone[0].WorkflowID != record(1).WorkflowID {
		t.Fatalf("%+v, %v", gone, err)
	}
	if left, err := s.Find(t.Context(), archive.Query{Words: "keeper"}); err != nil || len(left) != 1 || left[0].WorkflowID != record(3).WorkflowID {
		t.Errorf("%+v, %v", left, err)
	}
	if again, err := s.Expire(t.Context(), record(3).EndedAt, 10); err != nil || len(again) != 0 {
		t.Errorf("%+v, %v", again, err)
	}
}
