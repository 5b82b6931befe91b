package ingest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"autointel.example/internal/discord"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/weburl"
	"autointel.example/schemas"
)

// Limits are how many workflows run at once; zero is without limit.
type Limits struct {
	PerUser  int `name:"limit-per-user" env:"AUTOINTEL_LIMIT_PER_USER" default:"3" help:"How many workflows run at once for one user; 0: without limit."`
	PerGuild int `name:"limit-per-guild" env:"AUTOINTEL_LIMIT_PER_GUILD" default:"20" help:"How many workflows run at once for one server; 0: without limit."`
}

// Validate reports every bad value at once.
func (l Limits) Validate() error {
	var errs []error
	if l.PerUser < 0 {
		errs = append(errs, errors.New("AUTOINTEL_LIMIT_PER_USER must not be negative: 0 is without limit"))
	}
	if l.PerGuild < 0 {
		errs = append(errs, errors.New("AUTOINTEL_LIMIT_PER_GUILD must not be negative: 0 is without limit"))
	}
	return errors.Join(errs...)
}

// refusal is why a workflow may not start now, and what runs that keeps it from that.
type refusal struct {
	reason  string
	running []jetstream.Lease
}

// Reasons of a refusal.
const (
	refusedSame  = "already_running" // the same page at the same depth, for the same user
	refusedUser  = "limit_per_user"
	refusedGuild = "limit_per_guild"
)

// judge decides whether a workflow may start, from the leases there are. Those count that were taken before its own, so of
// commands of one moment exactly as many get through as may, and one that is delivered again is judged as it was the first
// time. It returns nil when there is no objection.
func judge(who schemas.Requester, mine jetstream.Lease, leases []jetstream.Lease, l Limits) *refusal {
	own := slices.IndexFunc(leases, func(l jetstream.Lease) bool { return l.Workflow == mine.Workflow })
	var users, guilds []jetstream.Lease
	for _, other := range leases {
		if own >= 0 && other.Rank >= leases[own].Rank {
			continue
		}
		if other.User == who.UserID {
			if other.Depth == mine.Depth && weburl.Normalize(other.URL) == weburl.Normalize(mine.URL) {
				return &refusal{refusedSame, []jetstream.Lease{other}}
			}
			users = append(users, other)
		}
		if who.GuildID != "" && other.Guild == who.GuildID {
			guilds = append(guilds, other)
		}
	}
	switch {
	case l.PerUser > 0 && len(users) >= l.PerUser:
		return &refusal{refusedUser, users}
	case l.PerGuild > 0 && len(guilds) >= l.PerGuild:
		return &refusal{refusedGuild, guilds}
	}
	return nil
}

// admit takes a lease and judges it by those that were there before. What is refused gives its lease back. First is
// whether the lease was taken just now: if not, it is another delivery's to give back, or the workflow runs.
//
// Where others' leases leave no room already, none is taken: a log that is synced writes a few hundred times a second, and who floods
// would have everybody's commands wait behind two writes for each of theirs.
func (i *Intake) admit(ctx context.Context, who schemas.Requester, mine jetstream.Lease) (first bool, refused *refusal, err error) {
	if refused, err = i.judged(ctx, who, mine); err != nil || refused != nil {
		return false, refused, err
	}
	if first, err = i.Client.TakeLease(ctx, who, mine); err != nil {
		return false, nil, err
	}
	refused, err = i.judged(ctx, who, mine)
	if first && (refused != nil || err != nil) {
		i.working.Go(func() { i.giveBack(ctx, who, mine.Workflow) }) // who is refused need not wait for that
	}
	return first, refused, err
}

func (i *Intake) judged(ctx context.Context, who schemas.Requester, mine jetstream.Lease) (*refusal, error) {
	if refused := judge(who, mine, i.crowds.of(who.GuildID, i.Now()), i.Limits); refused != nil {
		return refused, nil
	}
	filters := []string{jetstream.LeasesOfUser(who.UserID)}
	if who.GuildID != "" && i.Limits.PerGuild > 0 {
		filters = append(filters, jetstream.LeasesOfGuild(who.GuildID))
	}
	leases, err := i.Client.Leases(ctx, filters...)
	if err != nil {
		return nil, err
	}
	refused := judge(who, mine, leases, i.Limits)
	if refused == nil {
		i.crowds.forget(who.GuildID)
		return nil, nil
	}
	// Before somebody is sent away, leases of workflows that have ended meanwhile are left out.
	if leases, err = i.Client.Live(ctx, leases); err != nil {
		return nil, err
	}
	if refused = judge(who, mine, leases, i.Limits); refused != nil && refused.reason == refusedGuild {
		i.crowds.put(who.GuildID, refused.running, i.Now())
	}
	return refused, nil
}

// crowdedFor is how long a guild that was found at its limit is taken to be there still, without asking the broker: who floods costs
// a few reads a second, not a list of leases for each command. After it one command asks again, and the others go by what was known
// until that has its answer. So members may be refused for a moment after there is room.
const crowdedFor = 250 * time.Millisecond

// crowds are the guilds that were at their limit a moment ago. It is safe for concurrent use.
type crowds struct {
	mu    sync.Mutex
	known map[string]crowd
}

// crowd is what ran in a guild at its limit.
type crowd struct {
	running []jetstream.Lease
	until   time.Time
}

// of returns what ran when the guild was found at its limit; nil: that is not known, or it is the caller who is to ask.
func (c *crowds) of(guild string, now time.Time) []jetstream.Lease {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.known[guild]
	if ok && !now.Before(known.until) {
		c.known[guild] = crowd{known.running, now.Add(crowdedFor)} // should its answer fail to come, the next will ask
		return nil
	}
	return known.running
}

func (c *crowds) put(guild string, running []jetstream.Lease, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.known, func(_ string, known crowd) bool { return !now.Before(known.until) })
	if c.known == nil {
		c.known = map[string]crowd{}
	}
	c.known[guild] = crowd{running, now.Add(crowdedFor)}
}

// forget is for a guild that was found below its limit.
func (c *crowds) forget(guild string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, guild)
}

// mayCancel reports whether somebody may know of a running workflow and cancel it: the rule of the archive.
func mayCancel(who schemas.Requester, l jetstream.Lease) bool {
	return l.User == who.UserID || who.ManageGuild && who.GuildID != "" && who.GuildID == l.Guild && !l.Private
}

// whereShown says where the progress of the same workflow is shown, if that is why one may not start. The link is a help: without one,
// words must do.
func (i *Intake) whereShown(ctx context.Context, r refusal) string {
	if l := r.running[0]; r.reason == refusedSame && !l.Private {
		e, found, err := i.Client.LastFromLeader(ctx, schemas.SubjectOf(l.Workflow, schemas.SessionAcknowledged{}))
		if ack, ok := e.Data.(schemas.SessionAcknowledged); err == nil && found && ok && !ack.Ephemeral && ack.MessageID != "" {
			return "[this answer](" + discord.MessageLink(l.Guild, ack.ChannelID, ack.MessageID) + ")"
		}
	}
	return "the answer to your first command"
}
