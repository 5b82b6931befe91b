package ingest

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// compiledPDF is where the compiled engine is kept: in the cache of the user that we run as, which nobody else may write. Nil: there is
// none, as under a read-only root, and each process compiles for itself.
func compiledPDF() wazero.CompilationCache {
	user, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	dir := filepath.Join(user, "autointel", "pdf")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil
	}
	if f, err := os.CreateTemp(dir, "writable"); err != nil || errors.Join(f.Close(), os.Remove(f.Name())) != nil {
		return nil // what cannot be written to would fail the compiling
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o022 != 0 {
		return nil // it holds machine code: others must not be able to change it
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil
	}
	return cache
}
