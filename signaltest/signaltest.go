// Package signaltest helps to test programs that send and receive signals.
//
// A [Recorder] hears a signal and keeps what was sent:
//
//	signaltest.Isolate(t, &server.DefaultSignals)
//	rec := signaltest.Record[server.ServerStart](t)
//	rec.On(server.ConnectServerStart)
//	go server.Run(t.Context())
//	data := rec.Wait(1)[0]
//
// [Isolate] disconnects, at the end of a test, what the test has connected to a set.
// [IsolateSignal] does so for single signals. A test that makes a set of its own needs
// neither: the zero value of a generated set is ready to use, and nothing else uses it.
//
// [Recorder.Listen] hears a signal of any form, including a private one.
//
// Nothing in this package sleeps. All of it works in a bubble of testing/synctest if
// the recorder is made there. An async receiver belongs to the bubble of its first
// send; disconnect it before that bubble ends. The Go runtime ends the program if a
// goroutine outside the bubble wakes it, such as the one that runs when a weak owner is
// collected.
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

// A Recorder keeps what signals carry: the payload, or the struct of a signature's
// arguments. It is safe for use by several goroutines.
type Recorder[T any] struct {
	t testing.TB

	mu    sync.Mutex
	heard []T
	more  chan struct{} // closed by the next send
}

// Record returns a recorder for sends that carry T. It hears nothing until
// [Recorder.On] or [Recorder.Listen] connects it.
func Record[T any](t testing.TB) *Recorder[T] {
	return &Recorder[T]{t: t, more: make(chan struct{})}
}

// On connects the recorder as a receiver, and disconnects it when the test ends. The
// func connect is the ConnectX of a payload, or the method Connect of its signal.
func (r *Recorder[T]) On(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	conn := connect(r.Receive, opts...)
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// OnLast is [Recorder.On] with the recorder after all other receivers. When Wait
// returns, the other receivers have returned too, except for async ones. A Send that a
// receiver ends with an error does not reach the recorder.
func (r *Recorder[T]) OnLast(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	return r.On(connect, append(slices.Clip(opts), runtime.Priority(math.MinInt))...)
}

// Signal is a generated signal whose sends carry T.
type Signal[T any] interface {
	runtime.AnySignal
	Next(ctx context.Context) (T, error)
}

// Listen makes the recorder hear a signal of any form until the test ends. It hears
// every send before the receivers do, and adds no response.
func (r *Recorder[T]) Listen(s Signal[T]) *runtime.Connection {
	conn := s.Tap(func(_ context.Context, args any) {
		data, _ := args.(T) // false for a T that is an interface and nil
		r.add(data)
	})
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// Receive is the receiver that [Recorder.On] connects. If you connect it yourself,
// disconnect it too.
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

// Heard returns everything heard since the last Reset, in order.
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

// Wait waits until n sends have been heard since the last Reset, and returns all of
// them. If they do not come within [Patience], it ends the test as Fatal does. Call it
// in the goroutine of the test.
//
// A send may still be under way when Wait returns: receivers after the recorder may not
// have been called yet. See [Recorder.OnLast].
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

// Isolate restores the signals of a set at the end of the test. It disconnects what has
// been connected since the call, and restores the settings. It reopens signals that
// have been closed, so a test may call Close. It does not undo a Mute.
//
// Parallel tests would disconnect each other's receivers. Isolate therefore calls
// t.Setenv, which panics in a parallel test. Use a set of the test's own there.
func Isolate(t testing.TB, set runtime.Set) {
	IsolateSignal(t, slices.Collect(set.All())...)
}

// IsolateSignal is [Isolate] for single signals. It is for signals that are not in a
// set, such as the DefaultX of a signal declared in a test file.
func IsolateSignal(t testing.TB, signals ...runtime.AnySignal) {
	t.Setenv("SIGNALTEST_ISOLATED", "1") // it refuses parallel tests
	for _, s := range signals {
		t.Cleanup(runtime.Checkpoint(s))
	}
}
