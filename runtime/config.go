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

// ErrorHandler sets the func that handles errors that no sender gets: those of [Async]
// receivers, and those of sends that return no error, such as [ErrClosed]. By default,
// and if handle is nil, they are logged with slog.Default at level Error.
//
// For an Async receiver, handle runs in the receiver's goroutine. It must not wait for
// that receiver, as a Close with a ctx that is never done would. If it panics there,
// the panic is logged with slog.Default, and the receiver continues. Otherwise handle
// runs in the goroutine that sends, and its panic reaches the sender.
func ErrorHandler(handle func(ctx context.Context, err *ReceiverError)) SetOption {
	return func(c *config) {
		if c.handle = handle; handle == nil {
			c.handle = logError
		}
	}
}

// Observe adds an observer. A signal may have several. A nil observer is ignored.
func Observe(o *Observer) SetOption {
	return func(c *config) {
		if o != nil {
			c.observers = append(slices.Clip(c.observers), o)
		}
	}
}

// Configure changes the default settings. They apply to all signals of the program that
// have not been configured themselves, including signals that do not exist yet.
// Observers and middleware add up.
func Configure(opts ...SetOption) {
	signals.configure(opts)
}

// config holds the settings of a signal. It does not change once it is in use.
type config struct {
	handle func(ctx context.Context, err *ReceiverError) // the ErrorHandler
	hooks
}

// with returns a copy of the settings with opts applied.
func (c *config) with(opts []SetOption) *config {
	next := *c
	for _, opt := range opts {
		if opt == nil {
			panic("signalgen: found a nil SetOption")
		}
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

// signals holds what all signals of the program share.
var signals = program{config: builtin}

// builtin holds the settings that apply before anything is configured.
var builtin = &config{handle: logError}

// program holds the default settings, and the signals in use. Configure publishes new
// snapshots for these, so that a send never has to look at the default settings.
type program struct {
	mu     sync.Mutex // guards the fields below; taken after a core's mutex, never before
	config *config
	cores  map[weak.Pointer[core]]struct{} // weak, so that a signal can be collected
}

// settings returns the default settings.
func (p *program) settings() *config {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config
}

// add adds a signal, until it is collected.
func (p *program) add(c *core) {
	pointer := weak.Make(c)
	p.mu.Lock()
	if p.cores == nil {
		p.cores = make(map[weak.Pointer[core]]struct{})
	}
	p.cores[pointer] = struct{}{}
	p.mu.Unlock()
	runtime.AddCleanup(c, p.forget, pointer)
}

func (p *program) forget(pointer weak.Pointer[core]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.cores, pointer)
}

// all returns the signals in use.
func (p *program) all() []*core {
	p.mu.Lock()
	defer p.mu.Unlock()
	cores := make([]*core, 0, len(p.cores))
	for pointer := range p.cores {
		if c := pointer.Value(); c != nil {
			cores = append(cores, c)
		}
	}
	return cores
}

func (p *program) change(opts []SetOption) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.config = p.config.with(opts)
}

func (p *program) configure(opts []SetOption) {
	p.change(opts)
	for _, c := range p.all() {
		c.mu.Lock()
		c.refresh()
		c.mu.Unlock()
	}
}

// settings returns the settings that apply to the signal. The caller holds mu.
func (c *core) settings() *config {
	if c.config != nil {
		return c.config
	}
	return signals.settings()
}

// hooks returns the signal's hooks.
func (c *core) hooks() hooks { return c.special().hooks }

// observers returns the signal's observers.
func (c *core) observers() observers { return c.hooks().observers }

// report passes an error that no sender gets to the [ErrorHandler].
func (c *core) report(ctx context.Context, err *ReceiverError) {
	c.mu.Lock()
	handle := c.settings().handle
	c.mu.Unlock()
	handle(ctx, err)
}

// reportQueued is report for the goroutine of an async receiver. It logs a panic of the
// error handler, which would otherwise end the program.
func (c *core) reportQueued(ctx context.Context, err *ReceiverError) {
	defer func() {
		if value := recover(); value != nil {
			logError(ctx, &ReceiverError{Signal: c.name(), Err: newPanic(value)})
		}
	}()
	c.report(ctx, err)
}

// reportSend passes the error of a send that returns no error to the [ErrorHandler].
func (c *core) reportSend(ctx context.Context, err error) {
	var failed *ReceiverError
	if !errors.As(err, &failed) {
		failed = &ReceiverError{Signal: c.name(), Err: err}
	}
	c.report(ctx, failed)
}
