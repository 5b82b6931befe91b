package pdf

import (
	"context"
	"fmt"
	"io"
	"sync"

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
	ready chan struct{}
	pool  pdfium.Pool
	err   error
}

var shared = engine{ready: make(chan struct{})}

// instance returns a fresh sandbox. Who has it closes it.
func (e *engine) instance(ctx context.Context) (pdfium.Pdfium, error) {
	e.once.Do(func() {
		go func() { // who gives up waiting does not stop it: the next will need it
			defer close(e.ready)
			e.pool, e.err = webassembly.Init(webassembly.Config{
				MaxTotal: workers, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
				RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
					WithMemoryLimitPages(memoryPages).WithCloseOnContextDone(true),
			})
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

// inSandbox calls f with a fresh sandbox, which ends when the context does, whatever it is at.
func inSandbox(ctx context.Context, f func(pdfium.Pdfium) error) (err error) {
	sandbox, err := shared.instance(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
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
			err = ctx.Err()
			return
		}
		_ = sandbox.Close() // of a broken one too: it leaves nothing behind
	}()
	return f(sandbox)
}
