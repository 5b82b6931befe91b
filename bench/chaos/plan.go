package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// The faults there are. Each is also the name by which it is asked for.
const (
	faultKill       = "kill"       // a service is killed (SIGKILL) and comes back
	faultRestart    = "restart"    // a service is told to stop and comes back
	faultPause      = "pause"      // a service stands still (SIGSTOP), now and then for longer than its messages are kept for it
	faultBroker     = "broker"     // a broker is killed and comes back
	faultFreeze     = "freeze"     // a broker stands still; of a cluster it is as if cut off
	faultSlow       = "slow"       // a broker works half of the time only, in slices of 50 ms, as on a slow disk
	faultDisk       = "disk"       // the disk of the archive, or of a broker, is full for a while
	faultClock      = "clock"      // Discord's clock steps ahead of ours
	faultDiscord    = "discord"    // Discord answers 429, 5xx, never, or has done it and says nothing; at random, and all of it for a while
	faultSessions   = "sessions"   // interactions expire early
	faultDuplicates = "duplicates" // interactions are delivered twice
)

// allFaults are those of --faults all.
var allFaults = []string{
	faultKill, faultRestart, faultPause, faultBroker, faultFreeze, faultSlow, faultDisk, faultClock, faultDiscord, faultSessions, faultDuplicates,
}

// chosenFaults reads a list of faults.
func chosenFaults(names []string) ([]string, error) {
	if slices.Equal(names, []string{"all"}) {
		return allFaults, nil
	}
	if slices.Equal(names, []string{"none"}) {
		return nil, nil
	}
	for _, name := range names {
		if !slices.Contains(allFaults, name) {
			return nil, fmt.Errorf("--faults: there is no fault %q; choose all, none, or some of: %s", name, strings.Join(allFaults, ","))
		}
	}
	return names, nil
}

// strike is a fault that happens to something at a time of the run.
type strike struct {
	At     time.Duration
	Fault  string
	Target string
	For    time.Duration
}

func (s strike) String() string {
	return fmt.Sprintf("%7s  %s %s for %s", s.At.Round(time.Millisecond), s.Fault, s.Target, s.For.Round(time.Millisecond))
}

// targets are what faults can happen to, by fault. A fault without any cannot be had here.
type targets map[string][]string

// strikesOf draws the faults of a run by chance: every fault once in random order, then every fault again, until its end. The
// same seed draws the same.
func strikesOf(seed uint64, duration time.Duration, faults []string, at targets) []strike {
	r := rand.New(rand.NewPCG(seed, 1))
	kinds := slices.DeleteFunc(slices.Clone(faults), func(f string) bool { return len(at[f]) == 0 })
	if len(kinds) == 0 {
		return nil
	}
	var all []strike
	now := duration / 20
	for round := []string(nil); now < duration; now += between(r, 500*time.Millisecond, 5*time.Second) {
		if len(round) == 0 {
			round = slices.Clone(kinds)
			r.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		}
		s := strike{At: now, Fault: round[0], Target: at[round[0]][r.IntN(len(at[round[0]]))]}
		s.For = lasts(r, s.Fault)
		all, round = append(all, s), round[1:]
	}
	return all
}

// lasts is how long a strike lasts.
func lasts(r *rand.Rand, fault string) time.Duration {
	switch fault {
	case faultPause:
		if r.IntN(6) == 0 {
			return between(r, 32*time.Second, 38*time.Second) // AckWait is 30 s
		}
		return between(r, 500*time.Millisecond, 8*time.Second)
	case faultFreeze, faultSlow, faultDisk:
		return between(r, time.Second, 6*time.Second)
	case faultClock:
		return between(r, 100*time.Millisecond, 700*time.Millisecond) // the step
	case faultDiscord:
		return between(r, 500*time.Millisecond, 4*time.Second)
	}
	return between(r, 0, 3*time.Second)
}

func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + rand64(r, most-least)
}

func rand64(r *rand.Rand, n time.Duration) time.Duration { return time.Duration(r.Int64N(int64(n))) }

// Pages that are asked for.
const (
	pagePlain   = "plain"
	pageSlow    = "slow"    // answers after the session's end
	pageMissing = "missing" // 404: the workflow fails
	pageFlaky   = "flaky"   // breaks off every other connection
	pageHeld    = "held"    // the first who asks waits for as long as they live; no fate, but what recovery is timed by
)

// fate is what happens to one command beside the faults of everything: who asks, for what, and what becomes of it.
type fate struct {
	User      int
	Page      string
	Depth     string
	Private   bool
	Direct    bool          // in a direct message
	Installed bool          // by a user who has installed the app alone
	Twice     time.Duration // delivered again after this; negative: not
	Expires   time.Duration // its interaction ends after this; zero: at its time
	Cancel    time.Duration // its user presses the button after this; zero: not
}

const users = 400

// fateOf draws the fate of the n-th command: the same for the same seed.
func fateOf(seed uint64, n int, lifetime time.Duration, faults []string) fate {
	r := rand.New(rand.NewPCG(seed, 1000+uint64(n)))
	f := fate{User: r.IntN(users), Page: pagePlain, Depth: "standard", Private: r.IntN(5) == 0, Twice: -1}
	switch draw := r.IntN(100); {
	case draw < 8:
		f.Page = pageSlow
	case draw < 13:
		f.Page = pageMissing
	case draw < 23:
		f.Page = pageFlaky
	}
	switch r.IntN(20) {
	case 0:
		f.Depth = "experimental"
	case 1, 2:
		f.Depth = "deep"
	}
	switch r.IntN(20) {
	case 0:
		f.Direct = true
	case 1:
		f.Installed = true
	}
	twice, expires, cancel := r.IntN(8), r.IntN(20), r.IntN(33)
	after := [3]time.Duration{rand64(r, 4*time.Second), rand64(r, lifetime/2), rand64(r, lifetime/2)}
	if twice == 0 && slices.Contains(faults, faultDuplicates) {
		f.Twice = max(0, after[0]-time.Second) // every fourth of them at once
	}
	if expires == 0 && slices.Contains(faults, faultSessions) {
		f.Expires = cmp.Or(after[1], 1)
	}
	if cancel == 0 {
		f.Cancel = cmp.Or(after[2], 1)
	}
	return f
}
