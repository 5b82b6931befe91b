package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"autointel.example/cmd/autointel/demo/source"
	"autointel.example/internal/jetstream"
	"autointel.example/internal/natstest"
	"autointel.example/internal/sandbox"
	"autointel.example/schemas"
)

// asking sends commands, each as a user of its own, and keeps what was acknowledged.
type asking struct {
	t   *testing.T
	box *sandbox.Sandbox
	mu  sync.Mutex
	ids []string
	all []sandbox.Interaction
}

func (a *asking) ask(ctx context.Context, url string) (id string) {
	a.mu.Lock()
	n := len(a.all)
	a.all = append(a.all, sandbox.Interaction{})
	a.mu.Unlock()
	user := sandbox.User{ID: fmt.Sprint(1000 + n), Name: "u", GuildID: fmt.Sprint(500 + n), ChannelID: fmt.Sprint(700 + n)}
	i, err := a.box.Command(ctx, user, "autointel", map[string]any{"url": url})
	if err == nil { // the command is acknowledged when it is answered, not when it was taken
		_, err = a.box.WaitMessage(ctx, func(m sandbox.Message) bool { return m.Interaction == i.ID })
	}
	if err != nil {
		if ctx.Err() == nil {
			a.t.Error(err)
		}
		return ""
	}
	id, err = schemas.WorkflowID(i.ID)
	if err != nil {
		a.t.Error(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids, a.all[n] = append(a.ids, id), i
	return id
}

// acknowledged are the workflows whose commands were acknowledged by now.
func (a *asking) acknowledged() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.ids...)
}

// shown waits until a workflow's report, or the notice that it is kept, is seen.
func (a *asking) shown(ctx context.Context, id string) {
	a.t.Helper()
	if _, err := a.box.WaitMessage(ctx, func(m sandbox.Message) bool { return titled(m, id) || has(m, "retrieve:"+id) }); err != nil {
		a.t.Errorf("%s is not shown: %v", id, err)
	}
}

// TestABackupOfARunningInstallationIsRestoredElsewhere takes a backup while workflows are asked for, run and end; then the
// machine is gone. What was acknowledged before the backup was begun is there on the next: what had settled as it was, and the rest
// goes on to its end. No interaction token is.
func TestABackupOfARunningInstallationIsRestoredElsewhere(t *testing.T) {
	restoredElsewhere(t, "", "")
}

// restoredElsewhere does that with the archive in a database and then in another, or in the data directory where none is named. It
// returns the backup, and workflows whose reports are in it.
func restoredElsewhere(t *testing.T, database, another string) (file string, settled []string) {
	t.Helper()
	box := must[*sandbox.Sandbox](t)(sandbox.Start(sandbox.Options{}))
	fast, slow := must[*source.Server](t)(source.Start(0)), must[*source.Server](t)(source.Start(10*time.Second))
	t.Cleanup(func() {
		if err := errors.Join(box.Close(), fast.Close(), slow.Close()); err != nil {
			t.Error(err)
		}
	})
	p := newProcess(t, box, fast)
	p.env = append(p.env, "AUTOINTEL_FETCH_ALLOW="+fast.HostPort()+","+slow.HostPort(), "AUTOINTEL_FALLBACK=channel", "DATABASE_URL="+database)
	p.start()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	a := &asking{t: t, box: box}
	for range 6 {
		settled = append(settled, a.ask(ctx, fast.URL()))
	}
	for _, id := range settled {
		a.shown(ctx, id)
	}
	before := map[string]map[string]int{}
	for _, id := range settled {
		for before[id]["workflow.ended.completed"] == 0 || before[id]["delivery.succeeded.results"] == 0 {
			before[id] = p.events(id)
		}
	}
	for range 3 {
		a.ask(ctx, slow.URL()) // these will not have ended
	}
	loading, stopLoad := context.WithCancel(ctx)
	var load sync.WaitGroup
	for range 3 {
		load.Go(func() {
			for loading.Err() == nil {
				a.ask(loading, fast.URL())
			}
		})
	}
	for len(a.acknowledged()) < 14 {
		<-time.After(10 * time.Millisecond)
	}
	acknowledged := a.acknowledged()
	file = filepath.Join(t.TempDir(), "backup")
	code, stdout, stderr := call(ctx, "backup", file, "--data-dir", p.data, "--database-url", database)
	during := len(a.acknowledged()) - len(acknowledged)
	stopLoad()
	load.Wait()
	if code != 0 || stdout != "" || !strings.Contains(stderr, "interaction tokens") {
		t.Fatalf("exit %d %s %s", code, stdout, stderr)
	}
	t.Logf("%d acknowledged before, %d meanwhile: %s", len(acknowledged), during, stderr)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait() // killed, as it says

	elsewhere := t.TempDir()
	code, _, stderr = call(ctx, "restore", file, "--data-dir", elsewhere, "--database-url", another)
	if code != 0 {
		t.Fatalf("exit %d %s", code, stderr)
	}
	t.Log(stderr)
	for _, i := range a.all {
		if len(i.Body) == 0 {
			continue // it was not acknowledged when the load ended
		}
		if in := everyFileWith(t, elsewhere, tokenOf(t, i)); len(in) > 0 {
			t.Errorf("a token came along: %v", in)
		}
	}
	p.data = elsewhere
	p.env = append(p.env, "AUTOINTEL_DATA_DIR="+elsewhere, "DATABASE_URL="+another)
	p.start()
	for _, id := range settled {
		now := p.events(id)
		for subject, n := range before[id] {
			if now[subject] != n {
				t.Errorf("%s of %s: %d, was %d", subject, id, now[subject], n)
			}
		}
		if code, stdout, stderr := call(ctx, "results", "show", id, "--data-dir", elsewhere, "--database-url", another); code != 0 || !strings.Contains(stdout, "# The Book of the Water") {
			t.Errorf("%s is not in the archive: %s", id, stderr)
		}
	}
	for _, id := range acknowledged {
		a.shown(ctx, id)
		for p.events(id)["workflow.ended.completed"] == 0 && ctx.Err() == nil {
			<-time.After(50 * time.Millisecond)
		}
		for subject, n := range p.events(id) {
			if n != 1 {
				t.Errorf("%s of %s happened %d times", subject, id, n)
			}
		}
	}
	p.stop()
	return file, settled
}

// everyFileWith is filesWith, the bucket of sessions among them.
func everyFileWith(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	found = filesWith(t, dir, text)
	for _, more := range []string{"KV_" + schemas.BucketSessions} {
		matches, err := filepath.Glob(filepath.Join(dir, "jetstream", "jetstream", "*", "streams", more, "msgs", "*"))
		if err != nil || len(matches) == 0 {
			t.Fatalf("the bucket was not found: %v", err)
		}
		for _, m := range matches {
			if content, err := os.ReadFile(m); err != nil || strings.Contains(string(content), text) {
				found = append(found, m)
			}
		}
	}
	return found
}

// TestARestoreThatCannotSucceedChangesNothing tries every way in which one may fail before it has touched anything.
func TestARestoreThatCannotSucceedChangesNothing(t *testing.T) {
	h, client := running(t)
	if err := client.SetTimer(t.Context(), "wf_0199a1b2c3d47e5f8a1b2c3d4e5f6071", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "backup")
	if code, _, stderr := call(t.Context(), "backup", file, "--data-dir", h.flags.DataDir); code != 0 {
		t.Fatalf("exit %d %s", code, stderr)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: others can read it", info, err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	variant := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	flipped := append([]byte(nil), whole...)
	flipped[len(flipped)/2] ^= 1
	occupied := t.TempDir()
	if err := os.WriteFile(filepath.Join(occupied, "archive.db"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file, data string
		code             int
		says             string
	}{
		{"what is no backup", variant("other", []byte("hello")), t.TempDir(), 1, "does not begin like one"},
		{"cut off", variant("cut", whole[:len(whole)*2/3]), t.TempDir(), 1, "no whole backup"},
		{"cut off at the end of a part", variant("shorter", whole[:1024+512]), t.TempDir(), 1, "no whole backup"},
		{"one bit is wrong", variant("flipped", flipped), t.TempDir(), 1, "no whole backup"},
		{"a newer form", variant("newer", []byte(strings.Replace(string(whole), `"version":1,`, `"version":9,`, 1))), t.TempDir(), 1, "reads up to 1"},
		{"an installation is there", file, occupied, 2, "--force"},
		{"`up` runs there", file, h.flags.DataDir, 1, "in use by another process"},
		{"no file", filepath.Join(dir, "none"), t.TempDir(), 2, "none"},
	} {
		before := tree(t, c.data)
		code, stdout, stderr := call(t.Context(), "restore", c.file, "--data-dir", c.data)
		if code != c.code || !strings.Contains(stderr, c.says) || stdout != "" {
			t.Errorf("%s: exit %d %s %s", c.name, code, stdout, stderr)
		}
		if after := tree(t, c.data); c.data != h.flags.DataDir && after != before {
			t.Errorf("%s: it had\n%s and has\n%s", c.name, before, after)
		}
	}
	if code, _, stderr := call(t.Context(), "backup", file, "--data-dir", h.flags.DataDir); code != 2 || !strings.Contains(stderr, "--force") {
		t.Errorf("a backup was written over: exit %d %s", code, stderr)
	}
	if code, _, stderr := call(t.Context(), "backup", filepath.Join(dir, "nothing"), "--data-dir", t.TempDir()); code != 1 || !strings.Contains(stderr, "no event log") {
		t.Errorf("of nothing: exit %d %s", code, stderr)
	}
	if code, _, stderr := call(t.Context(), "restore", file, "--data-dir", occupied, "--force"); code != 0 {
		t.Errorf("with --force: exit %d %s", code, stderr)
	}
	if aside, err := filepath.Glob(filepath.Join(occupied, "replaced-*", "archive.db")); err != nil || len(aside) != 1 {
		t.Errorf("what was there is not aside: %v", aside)
	}
}

// tree lists what is in a directory, and how large.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, path, info.Size())
		}
		return err
	})
	if err != nil && !strings.Contains(dir, t.Name()) {
		t.Fatal(err)
	}
	return b.String()
}

// TestABackupOfABrokerIsRestoredOnAnother goes by the API alone, as with a broker of one's own, and by standard output.
func TestABackupOfABrokerIsRestoredOnAnother(t *testing.T) {
	b := startGuarded(t)
	operator := []string{"--nats-url", b.url, "--nats-nkey-file", b.keys + "/operator.nk", "--nats-ca", b.keys + "/ca.crt"}
	if code, _, stderr := call(t.Context(), append([]string{"provision"}, operator...)...); code != 0 {
		t.Fatal(stderr)
	}
	conn := must[*reached](t)(reach(natsFlags(b), "", "autointel-test"))
	defer func() {
		if err := conn.close(); err != nil {
			t.Error(err)
		}
	}()
	client := natstest.Bind(t, conn.conn, jetstream.Options{})
	const id = "wf_0199a1b2c3d47e5f8a1b2c3d4e5f6071"
	wc := schemas.RawJSON(`{"url":"https://example.org/","depth":"standard","requester":{"user_id":"1","channel_id":"2"}}`)
	if _, err := client.Append(t.Context(), schemas.Event{Workflow: id, Context: wc, Data: schemas.WorkflowRequested{RequestedAt: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	kept, err := client.PutArtifact(t.Context(), id, "text/plain", []byte(strings.Repeat("a page ", 100_000)))
	if err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := call(t.Context(), append([]string{"backup", "-", "--data-dir", t.TempDir()}, operator...)...)
	if code != 0 {
		t.Fatal(stderr)
	}
	file := filepath.Join(t.TempDir(), "backup")
	if err := os.WriteFile(file, []byte(stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	again := append([]string{"restore", file, "--data-dir", filepath.Join(t.TempDir(), "new")}, operator...)
	if code, _, stderr := call(t.Context(), again...); code != 2 || !strings.Contains(stderr, "--force") {
		t.Errorf("onto a log that is there: exit %d %s", code, stderr)
	}
	if code, _, stderr := call(t.Context(), append(again, "--force")...); code != 0 || !strings.Contains(stderr, "1 workflows had not ended") {
		t.Fatalf("exit %d %s", code, stderr)
	}
	if content, err := client.Artifact(t.Context(), kept); err != nil || len(content) != 700_000 {
		t.Errorf("%d bytes, %v", len(content), err)
	}
	if events, err := client.Events(t.Context(), id); err != nil || len(events) != 1 {
		t.Errorf("%+v, %v", events, err)
	}
	if n, err := client.Running(t.Context()); err != nil || n != 1 {
		t.Errorf("%d run, %v", n, err)
	}
	if refused := b.errors(); refused != "" {
		t.Errorf("the operator may not: %s", refused)
	}
}
