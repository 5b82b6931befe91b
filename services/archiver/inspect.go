package archiver

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"autointel.example/services/archiver/postgres"
	"autointel.example/services/archiver/sqlite"
)

// State is what can be said of an archive without changing it.
type State struct {
	Version, Newest int64 // of its tables, and what Open would bring them to; version 0: there are none yet
	Records         int
	Moved           int // records that Open has to bring into another form
	Bytes           int64
}

// Records a second that Open moves out of the form of an earlier version (docs/archive.md).
const movedASecond = 400

// Opening estimates how long Open takes to bring an archive up to date.
func (s State) Opening() time.Duration {
	return time.Duration(s.Moved) * time.Second / movedASecond
}

// Inspect looks at the archive and changes nothing. The error wraps ErrNoArchive if there is none yet.
func (d Database) Inspect(ctx context.Context) (s State, err error) {
	if d.URL != "" {
		there, err := postgres.Inspect(ctx, d.URL)
		newest, newErr := postgres.Newest()
		return State{Version: there.Version, Newest: newest, Records: there.Records, Bytes: there.Bytes}, errors.Join(err, newErr)
	}
	there, err := sqlite.Inspect(ctx, DatabasePath(d.DataDir), false)
	if errors.Is(err, fs.ErrNotExist) {
		return s, ErrNoArchive
	}
	newest, newErr := sqlite.Newest()
	return State{there.Version, newest, there.Records + there.Earlier, there.Earlier, there.Bytes}, errors.Join(err, newErr)
}
