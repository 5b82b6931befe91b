package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheCompiledEngineIsKeptWhereNobodyElseMayWrite(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	if compiledPDF() == nil {
		t.Fatal("there is no cache")
	}
	if err := os.Chmod(filepath.Join(dir, "autointel", "pdf"), 0o777); err != nil {
		t.Fatal(err)
	}
	if compiledPDF() != nil {
		t.Error("a cache that everybody may write to is taken")
	}
	t.Setenv("XDG_CACHE_HOME", "/dev/null")
	if compiledPDF() != nil {
		t.Error("a cache that cannot be written to is taken")
	}
}
