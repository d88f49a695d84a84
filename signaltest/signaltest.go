// Package signaltest helps to test code that sends and receives signals.
//
// A [Recorder] receives a signal and records what was sent:
//
//	signaltest.Isolate(t, &server.DefaultSignals)
//	rec := signaltest.Record[server.ServerStart](t)
//	rec.On(server.ConnectServerStart)
//	go server.Run(t.Context())
//	data := rec.Wait(1)[0]
//
// At the end of a test, [Isolate] disconnects everything that the test has connected to
// a set. [IsolateSignal] does so for single signals. A test with a set of its own needs
// neither: the zero value of a generated set is ready to use, and no other test sees
// it.
//
// [Recorder.On] takes the Connect of a payload signal. [Recorder.Listen] records a
// signal of any form, including a private one.
//
// # With testing/synctest
//
// Nothing in this package sleeps, and all of it works in a bubble of testing/synctest
// if the recorder is made there. The goroutine of an async receiver belongs to the
// bubble of the first send; disconnect the receiver before that bubble ends. It must
// not be woken from outside the bubble, which crashes the program. The cleanup of a
// collected weak owner runs outside the bubble.
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

// Patience is how long [Recorder.Wait] waits before it fails the test.
const Patience = 10 * time.Second

// A Recorder records the arguments of sends: the payload, or the generated struct XArgs
// of a signature. It is safe for concurrent use.
type Recorder[T any] struct {
	t testing.TB

	mu    sync.Mutex // guards the fields below
	heard []T
	more  chan struct{} // closed by the next send
}

// Record returns a recorder for signals whose arguments are a T. It records nothing
// until [Recorder.On] or [Recorder.Listen] connects it. It may be connected to several
// signals.
func Record[T any](t testing.TB) *Recorder[T] {
	return &Recorder[T]{t: t, more: make(chan struct{})}
}

// On connects the recorder as a receiver, and disconnects it when the test ends. The
// func connect is the ConnectX of a payload signal, or the Connect method of the
// signal.
func (r *Recorder[T]) On(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	conn := connect(r.Receive, opts...)
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// OnLast is [Recorder.On] with the lowest priority. When Wait returns, the other
// receivers have been called and have returned, except for async ones. If one of them
// ends a Send with an error, the send is not recorded.
func (r *Recorder[T]) OnLast(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	return r.On(connect, append(slices.Clip(opts), runtime.Priority(math.MinInt))...)
}

// Signal is a generated signal whose arguments are a T.
type Signal[T any] interface {
	runtime.AnySignal
	Next(ctx context.Context) (T, error)
}

// Listen records every send of a signal of any form until the test ends. It records the
// send before the receivers are called, and adds no response.
func (r *Recorder[T]) Listen(s Signal[T]) *runtime.Connection {
	conn := s.Tap(func(_ context.Context, args any) {
		data, _ := args.(T) // false for a T that is an interface and nil
		r.add(data)
	})
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// Receive is the receiver that [Recorder.On] connects. It records data and returns nil.
// A test that connects it itself, to pass a sender or a set, must also disconnect it.
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

// Heard returns what has been recorded since the last Reset, in order. It does not
// wait.
func (r *Recorder[T]) Heard() []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.heard)
}

// Reset discards what has been recorded.
func (r *Recorder[T]) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = nil
}

// Wait waits until at least n sends have been recorded since the last Reset, and
// returns all of them. If that takes longer than [Patience], it calls t.Fatal. Like
// Fatal, it must be called in the goroutine of the test.
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

// Isolate restores the signals of a set at the end of the test. It disconnects whatever
// has been connected since the call, and restores the settings. It reopens signals that
// have been closed, so a test may call Close. It does not undo a Mute.
//
// Isolate panics in a parallel test, where the tests would disconnect each other's
// receivers. A parallel test needs a set of its own.
func Isolate(t testing.TB, set runtime.Set) {
	IsolateSignal(t, slices.Collect(set.All())...)
}

// IsolateSignal is [Isolate] for signals that are not in a set, such as the DefaultX of
// a signal that is declared in a test file.
func IsolateSignal(t testing.TB, signals ...runtime.AnySignal) {
	t.Setenv("SIGNALTEST_ISOLATED", "1") // panics in a parallel test
	for _, s := range signals {
		t.Cleanup(runtime.Checkpoint(s))
	}
}
