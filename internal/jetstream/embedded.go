package jetstream

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// EmbeddedOptions configure a server in the process.
type EmbeddedOptions struct {
	Dir    string // of the store; made if it does not exist
	Listen string // host:port for other programs, such as the nats CLI; empty: in the process only
	Fast   bool   // leave syncing to the server's interval; a power cut may lose the last of it
	Logger *slog.Logger
}

// Embedded is a NATS server with JetStream in this process.
type Embedded struct {
	server *server.Server
	lock   *flock.Flock
	url    string
}

// OccupiedError says that another process uses the data directory.
type OccupiedError struct{ Dir string }

func (e *OccupiedError) Error() string {
	return fmt.Sprintf("the data directory %s is in use by another process: stop that one, or choose another directory", e.Dir)
}

// DirectoryError says that the data directory cannot be used.
type DirectoryError struct {
	Dir string
	Err error
}

func (e *DirectoryError) Error() string {
	return fmt.Sprintf("the data directory %s cannot be used: %v: name another with AUTOINTEL_DATA_DIR", e.Dir, e.Err)
}

// Unwrap returns the cause.
func (e *DirectoryError) Unwrap() error { return e.Err }

// readyTimeout bounds how long a server may take to recover its store. A clean restart with 300 MB took up to 0.7 s,
// one after kill -9 up to 1.6 s.
const readyTimeout = 2 * time.Minute

// StartEmbedded starts a server on a directory. If the port of Listen is taken, it takes a free one of the same host.
// Errors are *OccupiedError, *DirectoryError, or the server's own.
func StartEmbedded(o EmbeddedOptions) (*Embedded, error) {
	if err := probe(o.Dir); err != nil {
		return nil, &DirectoryError{o.Dir, err}
	}
	// Two servers start on one directory without an error and ruin it, so the directory is locked.
	lock := flock.New(filepath.Join(o.Dir, "LOCK"))
	switch ok, err := lock.TryLock(); {
	case err != nil:
		return nil, &DirectoryError{o.Dir, err}
	case !ok:
		return nil, &OccupiedError{o.Dir}
	}
	options := &server.Options{
		ServerName: "autointel", JetStream: true, StoreDir: o.Dir, SyncAlways: !o.Fast,
		JetStreamMaxStore: 1 << 40, // streams have limits of their own; the disk's end is an error either way
		DontListen:        o.Listen == "", NoSigs: true, NoLog: o.Logger == nil,
	}
	if o.Listen != "" {
		if err := listenOn(options, o.Listen); err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
	}
	s, err := server.NewServer(options)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("embedded NATS server: %w", err), lock.Unlock())
	}
	if o.Logger != nil {
		s.SetLoggerV2(serverLogger{o.Logger.With("component", "nats-server")}, false, false, false)
	}
	s.Start()
	// NewServer and JetStreamEnabled say nothing of a store that cannot be opened; only readiness does.
	if !s.ReadyForConnections(readyTimeout) {
		s.Shutdown()
		return nil, errors.Join(&DirectoryError{o.Dir, errors.New("the NATS server did not become ready on it")}, lock.Unlock())
	}
	e := &Embedded{server: s, lock: lock}
	if o.Listen != "" {
		e.url = s.ClientURL()
	}
	// The lock's file says where the server listens, for commands that are about a directory.
	if err := os.WriteFile(lock.Path(), []byte(e.url), 0o600); err != nil {
		return nil, errors.Join(&DirectoryError{o.Dir, err}, e.Close())
	}
	return e, nil
}

// EmbeddedURL returns where the server that runs on a directory listens; empty: to nobody outside its process. If none runs
// there, the answer is false.
func EmbeddedURL(dir string) (url string, runs bool, err error) {
	lock := flock.New(filepath.Join(dir, "LOCK"))
	if _, err := os.Stat(lock.Path()); err != nil {
		return "", false, nil
	}
	ok, err := lock.TryLock()
	if err != nil {
		return "", false, &DirectoryError{dir, err}
	}
	if ok {
		return "", false, lock.Unlock()
	}
	content, err := os.ReadFile(lock.Path())
	if err != nil {
		return "", true, &DirectoryError{dir, err}
	}
	return string(content), true, nil
}

// probe makes the directory and finds out whether it can be written to.
func probe(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func listenOn(options *server.Options, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("AUTOINTEL_NATS_LISTEN is not an address such as 127.0.0.1:4222: %w", err)
	}
	if options.Port, err = strconv.Atoi(port); err != nil {
		return fmt.Errorf("AUTOINTEL_NATS_LISTEN is not an address such as 127.0.0.1:4222: %w", err)
	}
	options.Host = host
	if l, err := net.Listen("tcp", address); err != nil || options.Port == 0 {
		options.Port = server.RANDOM_PORT
	} else if err := l.Close(); err != nil {
		return err
	}
	return nil
}

// URL is where other programs reach the server; empty if it listens to nobody.
func (e *Embedded) URL() string { return e.url }

// Connect returns a connection to the server that does not touch the network.
func (e *Embedded) Connect(name string, options ...nats.Option) (*nats.Conn, error) {
	return nats.Connect("", append(defaults(name), append(options, nats.InProcessServer(e.server))...)...)
}

// Close stops the server, waits until its store is written, and frees the directory.
func (e *Embedded) Close() error {
	e.server.Shutdown()
	e.server.WaitForShutdown()
	return e.lock.Unlock()
}

// serverLogger hands the server's log lines to slog. Its notices are of interest to operators of servers only.
type serverLogger struct{ log *slog.Logger }

func (l serverLogger) Noticef(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l serverLogger) Warnf(format string, v ...any)   { l.log.Warn(fmt.Sprintf(format, v...)) }
func (l serverLogger) Fatalf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }
func (l serverLogger) Errorf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }
func (l serverLogger) Debugf(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l serverLogger) Tracef(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
