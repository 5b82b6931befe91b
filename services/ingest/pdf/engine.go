package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
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
// clock, that is thrown away after each document. Compiling takes seconds, so it is done once, when the first PDF comes.
type engine struct {
	once  sync.Once
	kept  func() wazero.CompilationCache
	ready chan struct{}
	pool  pdfium.Pool
	err   error
}

var shared = engine{ready: make(chan struct{})}

// KeepCompiled says where the compiled engine is kept for the next process; nil: nowhere. It is asked once, when the first document comes,
// and is to be called before that.
func KeepCompiled(cache func() wazero.CompilationCache) { shared.kept = cache }

// instance returns a fresh sandbox. Who has it closes it. Waiting for it is the machine's time, not the document's.
func (e *engine) instance(ctx context.Context) (pdfium.Pdfium, error) {
	e.once.Do(func() {
		go func() { // who gives up waiting does not stop it: the next will need it
			defer close(e.ready)
			var cache wazero.CompilationCache
			if e.kept != nil {
				cache = e.kept()
			}
			e.pool, e.err = compile(cache)
			runtime.GC() // compiling leaves hundreds of megabytes of garbage, in whose shadow no collection would come for long
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
