package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go"

	"autointel.example/internal/jetstream"
	"autointel.example/internal/program"
)

// reached is the broker of an installation, for commands that are about all of it.
type reached struct {
	conn     *nats.Conn
	embedded *jetstream.Embedded // started here, since nothing ran on the directory
	where    string              // for people
}

// logDir is where the embedded server keeps its streams.
func logDir(dataDir string) string { return filepath.Join(dataDir, "jetstream") }

// reach connects to the broker of NATS_URL. Without one it is the data directory's: the server of the `up` that runs on it, or
// one that is started here for as long as the command takes, and listens to nobody.
func reach(n program.NATS, dataDir, name string) (*reached, error) {
	if n.URL != "" {
		conn, err := connectTo(n, name)
		return &reached{conn: conn, where: n.URL}, err
	}
	dir := logDir(dataDir)
	url, runs, err := jetstream.EmbeddedURL(dir)
	switch {
	case err != nil:
		return nil, err
	case runs && url == "":
		return nil, fmt.Errorf("the `up` that runs on %s lets nobody connect: give it an address by AUTOINTEL_NATS_LISTEN, or stop it for as long as this takes", dataDir)
	case runs:
		n.URL = url
		conn, err := connectTo(n, name)
		return &reached{conn: conn, where: dataDir + ", where `up` runs"}, err
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("there is no event log in %s: name its directory with --data-dir, or a broker with --nats-url", dataDir)
	}
	e, err := jetstream.StartEmbedded(jetstream.EmbeddedOptions{Dir: dir})
	if err != nil {
		return nil, err
	}
	conn, err := e.Connect(name)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return &reached{conn, e, dataDir}, nil
}

func connectTo(n program.NATS, name string) (*nats.Conn, error) {
	return jetstream.Connect(jetstream.ConnectOptions{URL: n.URL, Creds: n.Creds, NkeyFile: n.NkeyFile, CA: n.CA, Name: name})
}

func (r *reached) close() error {
	r.conn.Close()
	if r.embedded != nil {
		return r.embedded.Close()
	}
	return nil
}
