// Package backup is the form of a backup: a tar file that is written in one pass, to a pipe as well, and read in two, the first
// of which proves that all of it is as it was written.
//
// It begins with a file that says what it is, holds sections cut into parts, and ends with a manifest that lists every part with
// its SHA-256, and the manifest's own. `tar -tvf` shows what is in it.
package backup

import (
	"time"

	"autointel.example/internal/jetstream"
)

// Format and Version say what a file is. A program reads the versions up to its own.
const (
	Format  = "autointel-backup"
	Version = 1
)

// Names of the files that are no parts.
const (
	nameHeader   = "autointel-backup.json"
	nameManifest = "manifest.json"
	nameSum      = "manifest.sha256"
)

// Names of sections. That of a stream is StreamSection's.
const (
	SectionSQLite  = "archive/archive.db"    // the archive's file
	SectionRecords = "archive/records.jsonl" // the archive as `results export` writes it
	SectionFiles   = "orphaned_results/"     // and the name of a file
	sectionStreams = "streams/"              // and the name of a stream
	partDigits     = "%08d"                  // a part's number, after its section and a slash
	partSize       = 4 << 20                 // of every part of a section but the last
	maxManifest    = 64 << 20                // bytes
	perm           = 0o600                   // of every file: they hold what people asked for
)

// StreamSection is the section of a stream's snapshot.
func StreamSection(stream string) string { return sectionStreams + stream }

// header is the first file.
type header struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	Created time.Time `json:"created"`
	By      string    `json:"by"` // version of the program
}

// Manifest says what a backup holds.
type Manifest struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	Created time.Time `json:"created"`
	By      string    `json:"by"`

	Streams   map[string]jetstream.StreamSnapshot `json:"streams"`
	Archive   Archive                             `json:"archive"`
	Retention time.Duration                       `json:"retention_ns"`
	LeftOut   []LeftOut                           `json:"left_out"` // what a reader might look for
	Parts     []Part                              `json:"parts"`    // in the order in which they stand
}

// Archive says which form the archive has in a backup.
type Archive struct {
	Section string `json:"section,omitempty"` // SectionSQLite or SectionRecords; empty: there was none
	Version int64  `json:"version,omitempty"` // of the tables of a SQLite file
	Records int    `json:"records"`
	Files   int    `json:"files"` // of orphaned_results
}

// LeftOut is something that is not in a backup, and why.
type LeftOut struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Part is a file of a backup.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Size is how many bytes the parts of a section have, or of all whose names begin so.
func (m Manifest) Size(section string) (n int64) {
	for _, p := range m.Parts {
		if of(p.Name, section) {
			n += p.Size
		}
	}
	return n
}
