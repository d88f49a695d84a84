package runtime

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"weak"
)

// A SetOption changes the settings of a set of signals, or of one signal.
type SetOption func(*config)

// ErrorHandler has handle called with the errors that no sender gets: those of
// [Async] receivers, and that of a send on a closed signal whose receivers return
// no error. The default, and nil, logs them with slog.Default at level Error.
func ErrorHandler(handle func(ctx context.Context, err *ReceiverError)) SetOption {
	return func(c *config) {
		if c.handle = handle; handle == nil {
			c.handle = logError
		}
	}
}

// Observe adds an observer to those that are set; nil adds none.
func Observe(o *Observer) SetOption {
	return func(c *config) {
		if o != nil {
			c.observers = append(slices.Clip(c.observers), o)
		}
	}
}

// Configure changes the settings of every signal that was not configured itself,
// whether it exists already or not. A signal that was, uses its own settings only.
func Configure(opts ...SetOption) {
	defaults.configure(opts)
}

// config is the settings of a signal. It never changes once it is in use.
type config struct {
	handle    func(ctx context.Context, err *ReceiverError)
	observers observers
}

// with returns a copy of the settings that opts have changed.
func (c *config) with(opts []SetOption) *config {
	next := *c
	for _, opt := range opts {
		opt(&next)
	}
	return &next
}

// logError is the default [ErrorHandler].
func logError(ctx context.Context, err *ReceiverError) {
	args := []any{"signal", err.Signal, "error", err.Err}
	message := "signal failed"
	if err.Receiver != (ReceiverInfo{}) {
		message = "signal receiver failed"
		args = append(args, "receiver", err.Receiver.Name)
	}
	var p *PanicError
	if errors.As(err.Err, &p) {
		args = append(args, "stack", string(p.Stack))
	}
	slog.Default().ErrorContext(ctx, message, args...)
}

// defaults are the settings of all signals that have none of their own. It
// knows those signals, weakly, so that their snapshots can be renewed: a send
// need not look at the defaults then.
var defaults = defaultSettings{config: builtin}

// builtin are the settings before anything is configured.
var builtin = &config{handle: logError}

type defaultSettings struct {
	mu     sync.Mutex // taken after a core's mutex, never before
	config *config
	cores  map[weak.Pointer[core]]struct{}
}

func (d *defaultSettings) load() *config {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.config
}

// add makes c known until it is collected.
func (d *defaultSettings) add(c *core) {
	p := weak.Make(c)
	d.mu.Lock()
	if d.cores == nil {
		d.cores = make(map[weak.Pointer[core]]struct{})
	}
	d.cores[p] = struct{}{}
	d.mu.Unlock()
	runtime.AddCleanup(c, d.forget, p)
}

func (d *defaultSettings) forget(p weak.Pointer[core]) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.cores, p)
}

func (d *defaultSettings) configure(opts []SetOption) {
	d.mu.Lock()
	d.config = d.config.with(opts)
	var cores []*core
	for p := range d.cores {
		if c := p.Value(); c != nil {
			cores = append(cores, c)
		}
	}
	d.mu.Unlock()
	for _, c := range cores {
		c.mu.Lock()
		c.refresh()
		c.mu.Unlock()
	}
}

// settings returns what applies to the signal. The caller holds mu.
func (c *core) settings() *config {
	if c.config != nil {
		return c.config
	}
	return defaults.load()
}

// observers returns the signal's observers.
func (c *core) observers() observers {
	if s := c.all.published.Load(); s != nil && s.special != nil {
		return s.special.observers
	}
	return nil
}

// report hands an error that no sender gets to the error handler.
func (c *core) report(ctx context.Context, err *ReceiverError) {
	c.mu.Lock()
	handle := c.settings().handle
	c.mu.Unlock()
	handle(ctx, err)
}
