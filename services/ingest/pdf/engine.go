package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Bounds of the engine.
const (
	memoryPages = 160 << 20 / 65_536 // of 64 KiB: what a document may take
	workers     = 2                  // documents that are read at once
)

// engine is PDFium, compiled to WebAssembly: a document that breaks it breaks a sandbox with its own memory, without files, network or
// clock, that is thrown away after each document. Compiling takes seconds, so it is done once, when the first PDF comes, and what
// comes of it is kept in the user's cache for the next process.
type engine struct {
	once  sync.Once
	ready chan struct{}
	pool  pdfium.Pool
	err   error
}

var shared = engine{ready: make(chan struct{})}

// instance returns a fresh sandbox. Who has it closes it. Waiting for it is the machine's time, not the document's.
func (e *engine) instance(ctx context.Context) (pdfium.Pdfium, error) {
	e.once.Do(func() {
		go func() { // who gives up waiting does not stop it: the next will need it
			defer close(e.ready)
			e.pool, e.err = compile(compiled())
		}()
	})
	select {
	case <-e.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if e.err != nil {
		return nil, fmt.Errorf("the reader of PDF cannot be started: %w", e.err)
	}
	return e.pool.GetInstanceWithContext(ctx)
}

// compile makes the sandboxes' pool. A nil cache: what is compiled is for this process alone.
func compile(cache wazero.CompilationCache) (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(memoryPages).WithCloseOnContextDone(true)
	if cache != nil {
		config = config.WithCompilationCache(cache)
	}
	return webassembly.Init(webassembly.Config{
		Context:  experimental.WithCompilationWorkers(context.Background(), runtime.GOMAXPROCS(0)),
		MaxTotal: workers, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, RuntimeConfig: config,
	})
}

// compiled is where the compiled engine is kept: in the cache of the user that we run as, which nobody else may write. Nil: there is
// none, as under a read-only root, and each process compiles for itself.
func compiled() wazero.CompilationCache {
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

// errSlow says that a document took longer than it may, once there was a sandbox for it.
var errSlow = errors.New("the document took too long")

// inSandbox calls f with a fresh sandbox, which ends when the context does or f has taken too long, whatever it is at. The time
// counts from when the sandbox is there.
func inSandbox(waits context.Context, within time.Duration, f func(context.Context, pdfium.Pdfium) error) (err error) {
	sandbox, err := shared.instance(waits)
	if err != nil {
		if waits.Err() != nil {
			return waits.Err()
		}
		return err
	}
	ctx, cancel := context.WithTimeoutCause(waits, within, errSlow)
	defer cancel()
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		_ = sandbox.Kill() // it is thrown away in any case
	})
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the reader of PDF panicked: %v", p)
		}
		if !stop() {
			<-killed
			err = context.Cause(ctx)
			return
		}
		_ = sandbox.Close() // of a broken one too: it leaves nothing behind
	}()
	return f(ctx, sandbox)
}
