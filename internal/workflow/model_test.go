package workflow

import (
	"fmt"
	"testing"

	"autointel.example/schemas"
)

// The model: one stage that joins n dependencies, its deliveries, two runners and a log that is read from replicas
// which lag. Every state that can be reached is visited; a step is anything that one party can do next:
//
//	a dependency settles
//	the server hands a waiting delivery to an idle runner, taken for fresh or for doubtful when it is a first one
//	the server gives up on a delivery and will hand it out again, although its runner may still be at work
//	a runner carries out what Next says: a read (from any prefix of the log), the stage with its append, an ack
//	a runner crashes, at any point: before a read, before or after its append, before its ack
//
// The append is the log's: with an expected last sequence of 0 it takes place only if nothing stands there.

const maxDeps = 3

// Where a delivery is.
const (
	absent  = iota // its dependency has not settled
	waiting        // to be handed out
	out            // with a runner, as far as the server knows
	acked
)

// runner is what one runner of the stage holds.
type runner struct {
	busy     bool
	delivery int8 // index of the dependency delivered
	doubtful bool
	appended bool // the settlement stands, the ack is still to be sent

	overAsked, over bool
	pointsAsked     bool
	points          uint8 // dependencies found by point reads
	proofAsked      bool
	proof           int8 // length of the prefix of the log the proof was read from
}

// world is a state of everything. It is comparable, so it is its own key.
type world struct {
	log      [maxDeps]int8 // the dependencies in the order in which they settled
	settled  int8          // how many did
	own      int8          // the length of the log when the stage was settled, plus 1; 0: not settled
	delivery [maxDeps]uint8
	again    [maxDeps]bool // delivered before
	runners  [2]runner
}

// rule decides, as Next does; the test also hands in broken ones, which must be found out.
type rule func(schemas.Plan, string, Trigger, Known, bool) Decision

func (w world) seq(dep int8) uint64 {
	for i := range w.settled {
		if w.log[i] == dep {
			return uint64(i) + 1
		}
	}
	return 0
}

func depName(i int8) string { return string(rune('a' + i)) }

func joinPlan(n int8) schemas.Plan {
	plan := schemas.Plan{}
	join := schemas.PlannedStage{Stage: "join"}
	for i := range n {
		plan = append(plan, schemas.PlannedStage{Stage: depName(i)})
		join.After = append(join.After, depName(i))
	}
	return append(plan, join)
}

// next lists every world one step away.
func (w world) next(n int8, plan schemas.Plan, decide rule) []world {
	var steps []world
	for d := range n {
		switch w.delivery[d] {
		case absent:
			v := w
			v.log[v.settled] = d
			v.settled++
			v.delivery[d] = waiting
			steps = append(steps, v)
		case waiting:
			for r := range w.runners {
				if w.runners[r].busy {
					continue
				}
				v := w
				v.delivery[d], v.again[d] = out, true
				v.runners[r] = runner{busy: true, delivery: d, doubtful: true}
				steps = append(steps, v)
				if !w.again[d] {
					v.runners[r].doubtful = false
					steps = append(steps, v)
				}
			}
		case out:
			v := w
			v.delivery[d] = waiting
			steps = append(steps, v)
		}
	}
	for r := range w.runners {
		if w.runners[r].busy {
			crashed := w
			crashed.runners[r] = runner{}
			steps = append(steps, crashed)
			steps = append(steps, w.act(r, n, plan, decide)...)
		}
	}
	return steps
}

// act carries out what the rule says to the runner r, with every outcome it can have.
func (w world) act(r int, n int8, plan schemas.Plan, decide rule) []world {
	me := w.runners[r]
	if me.appended {
		return []world{w.answer(r, acked)}
	}
	trigger := Trigger{Seq: w.seq(me.delivery), Dependency: depName(me.delivery), Doubtful: me.doubtful}
	switch d := decide(plan, "join", trigger, w.known(me, n), true); d.Verb {
	case Run: // the append either takes place or finds somebody else's settlement; then comes the ack
		v := w
		if v.own == 0 {
			v.own = v.settled + 1
		}
		v.runners[r].appended = true
		return []world{v}
	case Drop:
		return []world{w.answer(r, acked)}
	case Again: // the runner keeps the delivery and forgets what it read
		v := w
		v.runners[r].pointsAsked, v.runners[r].points = false, 0
		v.runners[r].proofAsked, v.runners[r].proof = false, 0
		return []world{v}
	case ReadOver:
		v := w
		v.runners[r].overAsked = true
		if w.own == 0 {
			return []world{v}
		}
		seen := v
		seen.runners[r].over = true
		return []world{v, seen}
	case ReadPoints:
		var steps []world
		for mask := range uint8(1 << n) { // each point read finds what stands there, or lags
			v := w
			v.runners[r].pointsAsked, v.runners[r].points = true, mask
			if v.plausible(mask, me.delivery, n) {
				steps = append(steps, v)
			}
		}
		return steps
	case ReadProof:
		var steps []world
		for prefix := range w.settled + 1 {
			v := w
			v.runners[r].proofAsked, v.runners[r].proof = true, prefix
			steps = append(steps, v)
		}
		return steps
	default:
		panic(fmt.Sprintf("no such verb: %+v", d))
	}
}

// plausible reports whether point reads can find just these: nothing that is not settled, and not the delivered one.
func (w world) plausible(mask uint8, delivered, n int8) bool {
	for d := range n {
		if mask&(1<<d) != 0 && (d == delivered || w.seq(d) == 0) {
			return false
		}
	}
	return true
}

// answer ends a runner's work on its delivery. A late ack of a delivery that was handed out again still counts.
func (w world) answer(r int, to uint8) world {
	d := w.runners[r].delivery
	if to == acked || w.delivery[d] == out {
		w.delivery[d] = to
	}
	w.runners[r] = runner{}
	return w
}

func (w world) known(me runner, n int8) Known {
	k := Known{OverAsked: me.overAsked, Over: me.over}
	if me.pointsAsked {
		k.Points = map[string]uint64{}
		for d := range n {
			if me.points&(1<<d) != 0 {
				k.Points[depName(d)] = w.seq(d)
			}
		}
	}
	if me.proofAsked {
		k.Proof = map[string]uint64{}
		for i := range me.proof {
			k.Proof[depName(w.log[i])] = uint64(i) + 1
		}
	}
	return k
}

// canonical makes two worlds that differ only in the names of the runners one.
func (w world) canonical() world {
	if w.runners[0].rank() > w.runners[1].rank() {
		w.runners[0], w.runners[1] = w.runners[1], w.runners[0]
	}
	return w
}

// rank orders runners; no two different ones have the same.
func (r runner) rank() uint64 {
	n := uint64(r.delivery)<<8 | uint64(r.points)<<16 | uint64(r.proof)<<24
	for i, b := range []bool{r.busy, r.doubtful, r.appended, r.overAsked, r.over, r.pointsAsked, r.proofAsked} {
		if b {
			n |= 1 << i
		}
	}
	return n
}

// quiet: every dependency has settled, every delivery is acknowledged and nobody is at work. Nothing will happen.
func (w world) quiet(n int8) bool {
	for d := range n {
		if w.delivery[d] != acked {
			return false
		}
	}
	return !w.runners[0].busy && !w.runners[1].busy
}

// explore visits every world there is and returns how many, and one that is stuck, if there is one: quiet and not
// settled, or with no way to a settled one.
func explore(n int8, decide rule) (visited int, stuck *world) {
	plan := joinPlan(n)
	start := world{}
	for d := n; d < maxDeps; d++ {
		start.delivery[d] = acked
	}
	seen := map[world]int32{start: 0}
	order := []world{start}
	var before [][]int32 // before[i]: worlds from which i is one step away
	before = append(before, nil)
	for i := 0; i < len(order); i++ {
		w := order[i]
		if w.quiet(n) && w.own == 0 {
			return len(order), &w
		}
		for _, v := range w.next(n, plan, decide) {
			v = v.canonical()
			j, ok := seen[v]
			if !ok {
				j = int32(len(order))
				seen[v] = j
				order = append(order, v)
				before = append(before, nil)
			}
			before[j] = append(before[j], int32(i))
		}
	}
	return len(order), unsettlable(order, before)
}

// unsettlable walks back from every settled world and returns one it does not come to.
func unsettlable(order []world, before [][]int32) *world {
	good := make([]bool, len(order))
	var queue []int32
	for i, w := range order {
		if w.own != 0 {
			good[i] = true
			queue = append(queue, int32(i))
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, j := range before[i] {
			if !good[j] {
				good[j] = true
				queue = append(queue, j)
			}
		}
	}
	for i := range order {
		if !good[i] {
			return &order[i]
		}
	}
	return nil
}

func TestAJoinIsSettledWhateverHappens(t *testing.T) {
	for n := int8(2); n <= maxDeps; n++ {
		t.Run(fmt.Sprintf("a join of %d", n), func(t *testing.T) {
			visited, stuck := explore(n, Next)
			if stuck != nil {
				t.Fatalf("stuck: %+v", *stuck)
			}
			t.Logf("%d states, none stuck", visited)
			if visited < 1000 {
				t.Errorf("only %d states: the model has lost its freedom", visited)
			}
		})
	}
}

// The check is worth what it finds: each of these rules looks right and is not.
func TestTheModelFindsWrongRules(t *testing.T) {
	rules := map[string]rule{
		"a point read that finds nothing is believed": func(p schemas.Plan, s string, tr Trigger, k Known, _ bool) Decision {
			return Next(p, s, tr, k, false)
		},
		"a snapshot that is behind is believed": func(p schemas.Plan, s string, tr Trigger, k Known, r bool) Decision {
			d := Next(p, s, tr, k, r)
			if d.Reason == ServerBehind {
				return Decision{Drop, StillOpen}
			}
			return d
		},
		"the first of the settlements is the trigger": func(p schemas.Plan, s string, tr Trigger, k Known, r bool) Decision {
			d := Next(p, s, tr, k, r)
			if d.Verb == Run {
				return Decision{Drop, NotTheLast}
			}
			return d
		},
		"a delivery in doubt is taken for done": func(p schemas.Plan, s string, tr Trigger, k Known, r bool) Decision {
			if tr.Doubtful {
				return Decision{Drop, AlreadyOver}
			}
			return Next(p, s, tr, k, r)
		},
	}
	for name, r := range rules {
		t.Run(name, func(t *testing.T) {
			if _, stuck := explore(2, r); stuck == nil {
				t.Error("no stuck state was found")
			}
		})
	}
}
