// Package signaltest helps to test programs that send and receive signals.
//
// A [Recorder] hears a signal and keeps what was sent:
//
//	rec := signaltest.Record[server.ServerStart](t)
//	rec.On(server.ConnectServerStart)
//	go server.Run(ctx)
//	data := rec.Wait(1)[0]
//
// [Recorder.Listen] hears a signal of any form, a private one too.
//
// [Isolate] disconnects at the end of a test what was connected to a set during it,
// and [IsolateSignal] does so for single signals. Both build on
// [runtime.Checkpoint].
//
// A test that has signals of its own needs neither: the zero value of a generated
// set is one that nothing else uses.
//
// Nothing in this package sleeps. All of it works in a bubble of testing/synctest,
// if the recorder is made there. An async receiver belongs to the bubble in which it
// is sent to first: disconnect it before the end of that. The Go runtime ends a program
// in which a goroutine outside the bubble wakes it, be it the one that runs when a weak
// owner is collected.
package signaltest

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Patience is how long [Recorder.Wait] waits.
const Patience = 10 * time.Second

// A Recorder keeps what signals carry: the payload, or the struct of a
// signature's arguments. It may be used from several goroutines.
type Recorder[T any] struct {
	t testing.TB

	mu    sync.Mutex
	heard []T
	more  chan struct{} // closed by the next send that is heard
}

// Record returns a recorder for sends that carry T. It hears nothing before it is
// connected, by [Recorder.On] or [Recorder.Listen].
func Record[T any](t testing.TB) *Recorder[T] {
	return &Recorder[T]{t: t, more: make(chan struct{})}
}

// On connects the recorder as a receiver, and disconnects it when the test ends.
// The func connect is the ConnectX of a payload or the method Connect of its signal.
func (r *Recorder[T]) On(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	conn := connect(r.Receive, opts...)
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// OnLast is [Recorder.On] with the recorder behind all other receivers. What it has
// heard they have heard: when Wait returns, each of them has returned, but for async
// ones. A Send that a receiver ends with an error does not reach it.
func (r *Recorder[T]) OnLast(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	return r.On(connect, append(slices.Clip(opts), runtime.Priority(math.MinInt))...)
}

// Signal is a generated signal of which a send carries T.
type Signal[T any] interface {
	runtime.AnySignal
	Next(ctx context.Context) (T, error)
}

// Listen has the recorder hear a signal of any form, until the test ends. It hears
// every send before the receivers do, and adds no response.
func (r *Recorder[T]) Listen(s Signal[T]) *runtime.Connection {
	conn := s.Tap(func(_ context.Context, args any) {
		data, _ := args.(T) // false for a T that is an interface and nil
		r.add(data)
	})
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// Receive is the receiver that [Recorder.On] connects. If you connect it in another
// way, disconnect it too.
func (r *Recorder[T]) Receive(_ context.Context, data T) error {
	r.add(data)
	return nil
}

func (r *Recorder[T]) add(data T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, data)
	close(r.more)
	r.more = make(chan struct{})
}

// Heard returns all that was heard, in order.
func (r *Recorder[T]) Heard() []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.heard)
}

// Reset forgets what was heard.
func (r *Recorder[T]) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = nil
}

// Wait waits until n sends were heard since the last Reset, and returns all that
// were. If they do not come within [Patience], it ends the test as Fatal does. It
// must be called in the test's own goroutine.
//
// A send may still be under way when Wait returns: receivers that come behind the
// recorder may not have been called. See [Recorder.OnLast].
func (r *Recorder[T]) Wait(n int) []T {
	r.t.Helper()
	timeout := time.NewTimer(Patience)
	defer timeout.Stop()
	for {
		r.mu.Lock()
		heard, more := slices.Clone(r.heard), r.more
		r.mu.Unlock()
		if len(heard) >= n {
			return heard
		}
		select {
		case <-more:
		case <-timeout.C:
			r.t.Fatalf("heard %d sends within %v, want %d: %+v", len(heard), Patience, n, heard)
		}
	}
}

// Isolate disconnects at the end of the test what is connected to the signals of
// a set from now on, and gives the signals back their settings. It opens the signals
// that were closed during the test, so that one test after the other can run what ends
// in a Close. It undoes no mute.
//
// Tests that run in parallel would take away each other's receivers: as t.Setenv does,
// which it calls, Isolate panics in a parallel test. Use a set of the test's own there.
func Isolate(t testing.TB, set runtime.Set) {
	IsolateSignal(t, slices.Collect(set.All())...)
}

// IsolateSignal does for single signals what [Isolate] does for a set. It is for
// signals that have no place in one, such as the DefaultX of a test file's signal.
func IsolateSignal(t testing.TB, signals ...runtime.AnySignal) {
	t.Setenv("SIGNALTEST_ISOLATED", "1") // it refuses parallel tests
	for _, s := range signals {
		t.Cleanup(runtime.Checkpoint(s))
	}
}
