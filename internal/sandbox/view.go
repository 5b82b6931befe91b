package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// view is what a page shows of one channel.
type view struct {
	Channel  channelView
	Channels []channelView
	Messages []messageView
	Time     timeView
}

// channelView is a channel in the list.
type channelView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	DM    bool   `json:"dm"`
	Count int    `json:"count"` // of messages
}

// timeView is the sandbox's clock, and until when the newest interaction can be answered. Times are milliseconds of Unix
// time; zero: there is none.
type timeView struct {
	Now      int64 `json:"now"`
	Skipped  int64 `json:"skipped"` // seconds
	Closes   int64 `json:"closes"`
	Lifetime int64 `json:"lifetime"` // seconds
	CanSkip  bool  `json:"can_skip"`

	now time.Time
}

// Clock is the time of day.
func (t timeView) Clock() string { return t.now.Format(time.TimeOnly) }

// Left says how long the newest interaction can be answered.
func (t timeView) Left() string {
	left := t.Seconds()
	switch {
	case t.Closes == 0:
		return "none yet"
	case left <= 0:
		return "closed"
	}
	return fmt.Sprintf("%d:%02d left", left/60, left%60)
}

// Seconds are those that the newest interaction has left.
func (t timeView) Seconds() int64 { return max(0, t.Closes-t.Now) / 1000 }

// look takes what a page shows of a channel; an unknown channel has no messages.
func (s *Sandbox) look(channelID string) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Now()
	v := view{Channels: s.channelViews(), Time: s.timeView(now)}
	for _, c := range v.Channels {
		if c.ID == channelID {
			v.Channel = c
		}
	}
	m := markup{now: now, names: s.nameOf}
	for _, message := range s.messagesOf(channelID) {
		v.Messages = append(v.Messages, s.show(message, m))
	}
	return v
}

// changes is closed at the next change.
func (s *Sandbox) changes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// Happened tells the pages that something has happened outside of the sandbox that they show, such as an event.
func (s *Sandbox) Happened() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notify()
}

// channelViews lists the channels: the page's own first, then others where something was written or asked. The caller
// holds the lock.
func (s *Sandbox) channelViews() []channelView {
	counts := map[string]int{}
	for _, m := range s.messages {
		if !m.Deleted {
			counts[m.ChannelID]++
		}
	}
	own, dm := s.channelOf(somebody.ChannelID), s.dmOf(somebody.ID)
	list := []channelView{{own.id, "reports", false, counts[own.id]}, {dm.id, "autointel", true, counts[dm.id]}}
	for _, i := range s.interactions {
		counts[i.user.ChannelID] += 0
	}
	for id, count := range counts {
		if id == own.id || id == dm.id {
			continue
		}
		c := channelView{id, id, false, count}
		if known := s.channels[id]; known != nil && known.dm != "" {
			c.Name, c.DM = "autointel, "+s.nameOf(known.dm), true
		}
		list = append(list, c)
	}
	slices.SortFunc(list[2:], func(a, b channelView) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(list, func(a, b channelView) int {
		switch {
		case a.DM == b.DM:
			return 0
		case b.DM:
			return -1
		}
		return 1
	})
	return list
}

// nameOf is how a user is called. The caller holds the lock.
func (s *Sandbox) nameOf(id string) string {
	switch id {
	case somebody.ID:
		return somebody.Name
	case s.app:
		return "autointel"
	}
	for _, i := range s.interactions {
		if i.user.ID == id {
			return i.user.Name
		}
	}
	return id
}

// timeView is how late it is. The caller holds the lock.
func (s *Sandbox) timeView(now time.Time) timeView {
	t := timeView{Now: now.UnixMilli(), Lifetime: int64(s.o.TokenLifetime.Seconds()), CanSkip: s.o.Clock != nil, now: now}
	if s.o.Clock != nil {
		t.Skipped = int64(s.o.Clock.Skipped().Seconds())
	}
	var newest *interaction
	for _, i := range s.interactions {
		if i.typ != typeAutocomplete && (newest == nil || i.created.After(newest.created)) {
			newest = i
		}
	}
	if newest != nil {
		t.Closes = newest.created.Add(s.o.TokenLifetime).UnixMilli()
		if newest.killed {
			t.Closes = newest.created.UnixMilli()
		}
	}
	return t
}
