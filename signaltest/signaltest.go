// Package signaltest helps to test programs that send and receive signals.
//
// A [Recorder] hears a signal and keeps what was sent:
//
//	rec := signaltest.Record[server.ServerStart](t)
//	rec.On(server.ConnectServerStart)
//	go server.Run(ctx)
//	data := rec.Wait(1)[0]
//
// A signal of another form is heard by [Recorder.Listen]. [Isolate] takes away at
// the end of a test what was connected during it.
//
// Nothing here sleeps, and all of it works in a bubble of testing/synctest, if
// the recorder is made there.
package signaltest

import (
	"context"
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

// Record returns a recorder for sends that carry T. It disconnects when the test
// ends.
func Record[T any](t testing.TB) *Recorder[T] {
	return &Recorder[T]{t: t, more: make(chan struct{})}
}

// On connects the recorder as a receiver, by the ConnectX of a payload or the
// Connect of its signal, with options as any receiver has them.
func (r *Recorder[T]) On(connect func(receiver func(context.Context, T) error, opts ...runtime.ConnectOption) *runtime.Connection, opts ...runtime.ConnectOption) *runtime.Connection {
	conn := connect(r.Receive, opts...)
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// Signal is a generated signal of which a send carries T.
type Signal[T any] interface {
	runtime.AnySignal
	Next(ctx context.Context) (T, error)
}

// Listen has the recorder hear a signal of any form beside its receivers: it
// hears every send before they do, and adds no response.
func (r *Recorder[T]) Listen(s Signal[T]) *runtime.Connection {
	conn := s.Tap(func(_ context.Context, args any) { r.add(args.(T)) })
	r.t.Cleanup(func() { conn.Disconnect() })
	return conn
}

// Receive is the receiver that [Recorder.On] connects. Whoever connects it in
// another way disconnects it too.
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

// Wait waits until n sends were heard since the last Reset, and returns all of
// them. When they do not come within [Patience], it ends the test as Fatal does;
// it must be called in the test's own goroutine.
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
// a set from now on, and gives the signals back their settings. A mute is for the
// test itself to undo.
func Isolate(t testing.TB, set runtime.Set) {
	IsolateSignal(t, slices.Collect(set.All())...)
}

// IsolateSignal does for single signals what [Isolate] does for a set: for those
// that have no place in one, such as the DefaultX of a test file's signal.
func IsolateSignal(t testing.TB, signals ...runtime.AnySignal) {
	for _, s := range signals {
		t.Cleanup(s.(interface{ Checkpoint() (restore func()) }).Checkpoint())
	}
}

// Wire connects what the program under test, a package main, is wired with, until
// the end of the test. Without it a test of such a package has nothing wired.
// Subtests share what is wired.
func Wire(t testing.TB) {
	t.Cleanup(runtime.ConnectWired())
}
