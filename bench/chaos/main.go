// Command chaos runs a whole installation in processes of its own, does to it what can happen to one, and judges what its users
// could see at the end: no acknowledged command may be lost, nothing shown twice or to the wrong user, nothing stuck.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"autointel.example/bench/trial"
	"autointel.example/internal/program"
)

// command is the command line.
type command struct {
	Workflows  int           `help:"How many commands are used, evenly over the duration." default:"2000"`
	Faults     []string      `help:"Which faults: all, none, or some of: ${faults}." default:"all"`
	Seed       uint64        `help:"Draws the faults and what becomes of each command; 0: another each time." default:"0"`
	Duration   time.Duration `help:"How long commands are used and faults happen. Then everything is healed and has its time to settle." default:"5m"`
	Nodes      int           `help:"Brokers: 1, or a cluster of 3 of which one at a time is killed or cut off." default:"1"`
	Rolling    bool          `help:"Instead of faults, restart one service after the other, as an upgrade does, and time the events."`
	Overload   bool          `help:"Instead of faults, a flood: for the duration, --times as many commands as the machine can do, from --guilds guilds."`
	Times      float64       `help:"Of --overload: how many times what the machine can do." default:"10"`
	Guilds     int           `help:"Of --overload: how many guilds the flood comes from." default:"1"`
	Calibrate  time.Duration `help:"Of --overload: how long what the machine can do is measured, and then how long half of it is used." default:"15s"`
	LogSize    int64         `help:"Of --overload: MiB that the log may hold, so that it fills; 0: as usual." default:"0" placeholder:"MIB"`
	Mixed      bool          `help:"With --rolling: build the services twice, the second time with events of a newer minor version, and restart each into the other one."`
	Database   string        `help:"A PostgreSQL for the archive, empty; then there are two archivers." placeholder:"URL"`
	Durability string        `help:"durable: the broker syncs every write before it acknowledges it; fast: at its interval." enum:"durable,fast" default:"durable"`
	Session    time.Duration `help:"Life of an interaction; Discord's is 15m." default:"20s"`
	Dir        string        `help:"Where the programs, their data and the evidence are kept. Default: a temporary directory, removed unless something is found." type:"path"`
	Programs   string        `help:"A directory with the services and nats-server, as an earlier run with --dir has left them; they are not built then." type:"existingdir"`
	JSON       bool          `help:"End with the outcome as a line of JSON."`
	Undo       string        `help:"After the run, do what must not be, to see that it is found: ${undos}." hidden:""`

	o options
}

// Help is what --help says beside the flags.
func (command) Help() string {
	return `Two ingests, two analyzers, two notifiers, an archiver and the broker run as separate processes; Discord is the sandbox, which
is also the witness of what users could see. The faults:

  kill restart pause      a service is killed, is told to stop, or stands still
  broker freeze slow      a broker is killed, stands still, or has half of its time
  disk                    the disk of the archive or of a broker is full (wants the right to mount a file system)
  clock                   Discord's clock steps ahead of ours
  discord                 429, 5xx, no answer, or done and no answer: at random, and everything at once for a while
  sessions duplicates     interactions expire early, or are delivered twice

With --dir, targets.json in that directory tells a Prometheus (file_sd_configs) where the services' metrics are.

Exit code 1: something was found that must not be; the evidence is kept, and its directory named.`
}

// options checks the command line.
func (c *command) options() (o options, err error) {
	o = options{Workflows: c.Workflows, Seed: c.Seed, Duration: c.Duration, Nodes: c.Nodes, Lifetime: c.Session, Durability: c.Durability, Rolling: c.Rolling, Mixed: c.Mixed, Database: c.Database}
	var errs []error
	if o.Faults, err = chosenFaults(c.Faults); err != nil {
		errs = append(errs, err)
	}
	if c.Rolling || c.Overload {
		o.Faults = nil
	}
	if c.Overload {
		o.Overload = &overload{Times: c.Times, Guilds: c.Guilds, Calibrate: c.Calibrate}
		o.LogSize = c.LogSize << 20
		o.PerGuild, o.Lifetime = perGuild, max(o.Lifetime, discordLifetime)
		if c.Times <= 0 || c.Guilds < 1 || c.Calibrate < time.Second || c.Rolling {
			errs = append(errs, errors.New("--overload wants --times above 0, --guilds of at least 1, --calibrate of at least 1s, and no --rolling"))
		}
	}
	if c.Mixed && !c.Rolling {
		errs = append(errs, errors.New("--mixed wants --rolling"))
	}
	if c.Workflows < 1 {
		errs = append(errs, errors.New("--workflows must be at least 1"))
	}
	if c.Nodes != 1 && c.Nodes != 3 {
		errs = append(errs, fmt.Errorf("--nodes is %d: choose 1 or 3", c.Nodes))
	}
	if c.Session < 5*time.Second {
		errs = append(errs, errors.New("--session must be at least 5s"))
	}
	if _, known := undos[c.Undo]; !known {
		errs = append(errs, fmt.Errorf("--undo: there is no %q", c.Undo))
	}
	if o.Seed == 0 {
		o.Seed = uint64(time.Now().UnixNano())
	}
	return o, errors.Join(errs...)
}

// again is the command line that repeats a run.
func (c *command) again(seed uint64) string {
	what := "--faults " + strings.Join(c.Faults, ",")
	if c.Rolling {
		what = "--rolling"
	}
	if c.Overload {
		text := fmt.Sprintf("go run ./bench/chaos --overload --times %g --guilds %d --calibrate %s --duration %s --durability %s", c.Times, c.Guilds, c.Calibrate, c.Duration, c.Durability)
		if c.LogSize > 0 {
			text += fmt.Sprintf(" --log-size %d", c.LogSize)
		}
		return text
	}
	if c.Mixed {
		what += " --mixed"
	}
	text := fmt.Sprintf("go run ./bench/chaos --workflows %d %s --seed %d --duration %s", c.Workflows, what, seed, c.Duration)
	if c.Database != "" {
		text += " --database URL"
	}
	if c.Nodes != 1 {
		text += fmt.Sprintf(" --nodes %d", c.Nodes)
	}
	if c.Durability != "durable" {
		text += " --durability " + c.Durability
	}
	if c.Session != 20*time.Second {
		text += " --session " + c.Session.String()
	}
	return text
}

func main() {
	ctx, cancel := program.Signals()
	defer cancel()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out a command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	vars := kong.Vars{"faults": strings.Join(allFaults, " "), "undos": "archive, answer, stranger"}
	return trial.Run(ctx, "chaos", "An installation under faults, judged by what its users could see.", &command{}, vars, args, stdout, stderr)
}

// Check says what is wrong with the command line.
func (c *command) Check() (err error) {
	c.o, err = c.options()
	return err
}

// CarryOut runs, judges and tells. It says whether all was well.
func (c *command) CarryOut(ctx context.Context, stdout, stderr io.Writer) (good bool, err error) {
	o := c.o
	dir, done, err := trial.Scratch(c.Dir, fmt.Sprintf("chaos-%d", o.Seed))
	if err != nil {
		return false, err
	}
	defer func() { err = done(ctx, good, err) }()
	say := newTeller(stderr)
	programs := c.Programs
	if programs == "" {
		programs = dir
		say.phase("building the services and the broker")
		if err := build(ctx, programs); err != nil {
			return false, err
		}
		if c.Mixed {
			if err := buildNewer(ctx, programs); err != nil {
				return false, err
			}
		}
	}
	h, err := open(ctx, o, programs, dir)
	if err != nil {
		return false, err
	}
	say.phase(fmt.Sprintf("running, with seed %d", o.Seed))
	do := func() (outcome, error) { return chaos(ctx, h, say, undos[c.Undo]) }
	if o.Overload != nil {
		do = func() (outcome, error) { return flood(ctx, h, say) }
	}
	came, err := do()
	if err = errors.Join(err, h.close(err == nil && came.wrong())); err != nil {
		return false, fmt.Errorf("%w (what there is of the run is in %s)", err, dir)
	}
	return c.tell(came, dir, stdout)
}

// tell prints the outcome, and keeps the evidence if there is need of any.
func (c *command) tell(came outcome, dir string, stdout io.Writer) (good bool, err error) {
	good = !came.wrong()
	if err := came.print(stdout, c.again(came.Seed)); err != nil {
		return good, err
	}
	evidence := ""
	if !good {
		evidence = dir
		if err := came.keep(dir); err != nil {
			return good, err
		}
		came.complain(stdout, dir)
	}
	if c.JSON {
		return good, json.NewEncoder(stdout).Encode(came.summary(evidence))
	}
	return good, nil
}
