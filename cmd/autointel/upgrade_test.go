package main

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/workflow"
	"autointel.example/schemas"
	"autointel.example/services/archiver"
)

// says returns what a findings' JSON says of each check.
func says(t *testing.T, stdout string) map[string]finding {
	t.Helper()
	var all findings
	if err := json.Unmarshal([]byte(stdout), &all); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	found := map[string]finding{}
	for _, f := range all {
		found[f.Check] = f
	}
	return found
}

func TestAnUpgradeThatChangesNothingSaysSo(t *testing.T) {
	h, _ := running(t)
	same := []string{"upgrade-check", "--json", "--data-dir", h.flags.DataDir, "--retention", "24h", "--deadline", "1h"}
	code, stdout, stderr := call(t.Context(), same...)
	found := says(t, stdout)
	if code != 0 || found["broker"].Level != levelOK || found["archive"].Level != levelOK || found["events"].Level != levelOK || found["disk"].Level != levelOK {
		t.Errorf("exit %d %s %s", code, stdout, stderr)
	}
	code, stdout, _ = call(t.Context(), append(same, "--retention", "48h")...)
	if f := says(t, stdout)["stream "+schemas.StreamLog]; code != 0 || !strings.Contains(f.Says, "age 48h0m0s, was 24h0m0s") {
		t.Errorf("exit %d %+v", code, f)
	}
	if code, stdout, _ := call(t.Context(), "upgrade-check", "--data-dir", t.TempDir()); code != 1 || stdout != "" {
		t.Errorf("of nothing: exit %d %s", code, stdout)
	}
}

// TestWhatStandsAgainstAnUpgradeIsSaid has a data directory that a later release wrote, and in which somebody changed things.
func TestWhatStandsAgainstAnUpgradeIsSaid(t *testing.T) {
	dir := t.TempDir()
	writtenTo(t, dir, func(nc *nats.Conn) {
		client := natstest.Bind(t, nc, jetstream.Options{})
		later := schemas.RawJSON(`{"plan":[{"stage":"acquire"},{"stage":"divine"}],"requester":{"user_id":"1"}}`)
		if _, err := client.Append(t.Context(), schemas.Event{Workflow: "wf_0199a1b2c3d47e5f8a1b2c3d4e5f6071", Context: later, Data: schemas.WorkflowRequested{}}); err != nil {
			t.Fatal(err)
		}
		msg := nats.NewMsg("autointel.wf_0199a1b2c3d47e5f8a1b2c3d4e5f6072.delivery.failed.results")
		msg.Header.Set(schemas.HeaderType, "autointel.delivery.failed.v9")
		api := must[js.JetStream](t)(js.New(nc))
		if _, err := api.PublishMsg(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
		if err := api.DeleteConsumer(t.Context(), schemas.StreamLog, "archiver-ended"); err != nil {
			t.Fatal(err)
		}
		for name, policy := range map[string]js.DeliverPolicy{"archiver-ended": js.DeliverNewPolicy, "stage-divine-after-acquire": js.DeliverAllPolicy} {
			if _, err := api.CreateConsumer(t.Context(), schemas.StreamLog, js.ConsumerConfig{Durable: name, AckPolicy: js.AckExplicitPolicy, DeliverPolicy: policy}); err != nil {
				t.Fatal(err)
			}
		}
		if err := api.DeleteConsumer(t.Context(), schemas.StreamLog, "notifier-ended"); err != nil {
			t.Fatal(err)
		}
	})
	store, err := archiver.Database{DataDir: dir}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	db := must[*sql.DB](t)(sql.Open("sqlite", "file:"+archiver.DatabasePath(dir)))
	if _, err := db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time everything is as it was
		code, stdout, stderr := call(t.Context(), "upgrade-check", "--json", "--data-dir", dir)
		found := says(t, stdout)
		for check, want := range map[string][2]string{
			"events":                              {levelFailed, "newer than version 1"},
			"workflows":                           {levelFailed, "divine"},
			"archive":                             {levelFailed, "99"},
			"consumer archiver-ended":             {levelFailed, "delivers new"},
			"consumer stage-divine-after-acquire": {levelWarning, "used no more"},
			"consumer notifier-ended":             {levelOK, "will be made"},
			"stream " + schemas.StreamLog:         {levelOK, "age 720h0m0s, was 24h0m0s"},
		} {
			if f := found[check]; f.Level != want[0] || !strings.Contains(f.Says, want[1]) || f.Level == levelFailed && f.Do == "" {
				t.Errorf("%s: %+v", check, f)
			}
		}
		if code != 1 || !strings.Contains(stderr, "cannot take over: 4 things") {
			t.Errorf("exit %d %s", code, stderr)
		}
	}
}

// writtenTo has something written to the log of a data directory.
func writtenTo(t *testing.T, dir string, write func(nc *nats.Conn)) {
	t.Helper()
	e, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: logDir(dir), Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	nc := must[*nats.Conn](t)(e.Connect("test"))
	if err := jetstream.Provision(t.Context(), nc, natstest.Settings(), workflow.Consumers()); err != nil {
		t.Fatal(err)
	}
	write(nc)
	nc.Close()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnEstimateGrowsWithWhatIsMoved(t *testing.T) {
	if got := (archiver.State{Moved: 4000}).Opening(); got != 10*time.Second {
		t.Error(got)
	}
}
