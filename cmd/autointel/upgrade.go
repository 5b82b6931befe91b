package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/nats-io/nats.go"

	"autointel.example/cmd/autointel/disk"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
	"autointel.example/internal/telemetry"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
)

// upgradeCommand says whether this program can take over from another.
type upgradeCommand struct {
	NATS     program.NATS      `embed:""`
	Database archiver.Database `embed:""`
	Session  program.Session   `embed:""`
	Replicas int               `env:"AUTOINTEL_REPLICAS" help:"As provision will be told; by default as they are."`
	MaxBytes int64             `env:"AUTOINTEL_LOG_MAX_BYTES" help:"As provision will be told, in bytes; by default as it is."`
	JSON     bool              `help:"Print one JSON document."`
}

// Help is what --help says beside the flags.
func (c *upgradeCommand) Help() string {
	return `Run it with the new program and the old one's settings, before the upgrade. It provisions nothing and moves nothing. On a data
directory where no "up" runs, it starts the embedded server for as long as it takes, with nothing on it.

The exit code is 0 if this program can take over, 1 if it cannot, 2 if the question was wrong. What "up" or provision will change
is listed either way.`
}

// Run looks at everything, and fails if something cannot be taken over.
func (c *upgradeCommand) Run(ctx context.Context, s streams) (err error) {
	if err := c.Session.Validate(); err != nil {
		return &program.UsageError{Err: err}
	}
	from, err := reach(c.NATS, c.Database.DataDir, "autointel-upgrade")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	var f findings
	version, goVersion := telemetry.Version()
	f.ok("this program", fmt.Sprintf("%s, %s", version, goVersion))
	if err := c.events(ctx, from.conn, &f, s); err != nil {
		return err
	}
	if err := c.provisioned(ctx, from.conn, &f); err != nil {
		return err
	}
	c.archive(ctx, &f)
	if err := f.print(s, c.JSON); err != nil {
		return err
	}
	if n := f.count(levelFailed); n > 0 {
		return fmt.Errorf("this autointel cannot take over: %d things stand against it; keep the one that runs", n)
	}
	return nil
}

// events says whether the log can be read: every type and version in it, and every stage that is still to run.
func (c *upgradeCommand) events(ctx context.Context, conn *nats.Conn, f *findings, s streams) error {
	shown := newVolumeOf(s.err, "events")
	types, err := jetstream.TypesOf(ctx, conn, shown.at)
	shown.end()
	if err != nil {
		return err
	}
	total, bad := int64(0), []string{}
	for _, typ := range slices.Sorted(maps.Keys(types)) {
		total += types[typ]
		if err := schemas.Readable(typ); err != nil {
			bad = append(bad, fmt.Sprintf("%d of %s: %v", types[typ], typ, err))
		}
	}
	if len(bad) > 0 {
		f.fail("events", strings.Join(bad, "; "), "use a release that knows them, at least the one that wrote them")
	} else {
		f.ok("events", fmt.Sprintf("%s in %d types, all of which can be read", humanize.Comma(total), len(types)))
	}
	client, err := jetstream.Bind(ctx, conn, jetstream.Options{Source: "autointel/cli"})
	if err != nil {
		return err
	}
	open, err := client.Unfinished(ctx)
	if err != nil {
		return err
	}
	known := workflow.Stages()
	unknown := map[string]int{}
	for _, e := range open {
		wc, err := e.ParseContext()
		if err != nil {
			unknown["(a context that cannot be read)"]++
			continue
		}
		for _, planned := range wc.Plan {
			if !slices.Contains(known, planned.Stage) {
				unknown[planned.Stage]++
			}
		}
	}
	if len(unknown) > 0 {
		f.fail("workflows", fmt.Sprintf("of %d that run, some wait for stages that this program does not know: %v", len(open), slices.Sorted(maps.Keys(unknown))),
			"let them end first, or use a release that knows the stages")
		return nil
	}
	f.ok("workflows", fmt.Sprintf("%d run, and go on by the plans they were begun with", len(open)))
	return nil
}

// provisioned lists what provisioning will change.
func (c *upgradeCommand) provisioned(ctx context.Context, conn *nats.Conn, f *findings) error {
	settings := jetstream.Settings{
		Retention: c.Session.Retention, SessionLifetime: c.Session.Lifetimes().Lifetime, Deadline: c.Session.Deadline, Replicas: c.Replicas, MaxBytes: c.MaxBytes,
	}
	changes, err := jetstream.Compare(ctx, conn, settings, workflow.Consumers())
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		f.ok("broker", "streams, consumers and buckets stay as they are")
	}
	for _, change := range changes {
		what := change.Kind + " " + change.Name
		switch change.What {
		case jetstream.ChangeRefused:
			f.fail(what, change.Says, "it has to be removed and made anew: take a backup first")
		case jetstream.ChangeLeave:
			f.warn(what, "is used no more", change.Says)
		default:
			f.ok(what, "will be "+map[string]string{jetstream.ChangeMake: "made: ", jetstream.ChangeUpdate: "changed: "}[change.What]+change.Says)
		}
	}
	return nil
}

// archive says whether the archive can be opened, how long that takes, and whether there is room for it.
func (c *upgradeCommand) archive(ctx context.Context, f *findings) {
	state, err := c.Database.Inspect(ctx)
	switch {
	case errors.Is(err, archiver.ErrNoArchive):
		f.ok("archive", "there is none yet")
	case err != nil:
		f.fail("archive", err.Error(), "see that the archive can be reached and read: `autointel doctor`")
	case state.Version > state.Newest:
		f.fail("archive", fmt.Sprintf("its tables have version %d, this program knows %d", state.Version, state.Newest), "use a release that knows it; an archive does not go back")
	case state.Version == state.Newest && state.Moved == 0:
		f.ok("archive", fmt.Sprintf("%s records, as this program keeps them (version %d)", humanize.Comma(int64(state.Records)), state.Version))
	case state.Moved == 0:
		f.ok("archive", fmt.Sprintf("%s records, brought from version %d to %d when it is opened, within seconds", humanize.Comma(int64(state.Records)), state.Version, state.Newest))
	default:
		f.warn("archive", fmt.Sprintf("%s records are moved from version %d to %d when it is opened: about %s, during which nothing is archived",
			humanize.Comma(int64(state.Moved)), state.Version, state.Newest, state.Opening().Round(time.Second)), "take a backup first: an older program cannot use it afterwards")
	}
	c.room(f, state)
}

// room says whether the data directory has room for what moving the archive takes.
func (c *upgradeCommand) room(f *findings, state archiver.State) {
	if _, err := os.Stat(c.Database.DataDir); err != nil {
		return // nothing is kept here
	}
	space, err := disk.Of(c.Database.DataDir)
	if err != nil {
		f.warn("disk", err.Error(), "see that the data directory can be read")
		return
	}
	need := uint64(0)
	if state.Moved > 0 {
		need = uint64(state.Bytes)
	}
	if says := fmt.Sprintf("%s free", humanize.IBytes(space.Free)); need > space.Free {
		f.fail("disk", says+fmt.Sprintf(", moving the archive needs %s", humanize.IBytes(need)), "make room in "+c.Database.DataDir)
	} else {
		f.ok("disk", says)
	}
}
