//go:build integration

package main

import (
	"strings"
	"testing"

	"autointel.example/services/archiver/pgtest"
)

// TestABackupOfAPostgreSQLArchiveIsRestoredIntoAnother does with a real PostgreSQL what is done with a data directory: under load,
// with a kill after the backup, into an empty database. The same backup is restored into a data directory as well.
func TestABackupOfAPostgreSQLArchiveIsRestoredIntoAnother(t *testing.T) {
	server := pgtest.Start(t)
	file, settled := restoredElsewhere(t, server.Database(t), server.Database(t))
	dir := t.TempDir()
	if code, _, stderr := call(t.Context(), "restore", file, "--data-dir", dir); code != 0 {
		t.Fatalf("exit %d %s", code, stderr)
	}
	for _, id := range settled {
		if code, stdout, stderr := call(t.Context(), "results", "show", id, "--data-dir", dir); code != 0 || !strings.Contains(stdout, "# The Book of the Water") {
			t.Errorf("%s is not in the directory: exit %d %s", id, code, stderr)
		}
	}
}
