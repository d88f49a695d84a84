package runtime

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
)

// failures are the errors of a send that goes on after one.
type failures struct {
	next int // index of the receiver after the one that is being called
	errs []error
}

// add notes the error of conn and reports whether the send is to go on.
func (f *failures) add(conn *Connection, err error) bool {
	if isStop(err) {
		return false
	}
	f.errs = append(f.errs, conn.fail(err))
	return true
}

func (f *failures) join() error { return errors.Join(f.errs...) }

// robust calls every receiver, up to one that returns [ErrStop], and returns the
// errors, joined. One recover guards the loop, and not each call; after a panic
// the loop is entered again at the next receiver.
func (send *sending) robust(ctx context.Context, carry carrier) error {
	var f failures
	for f.next < len(send.receivers) {
		send.robustLoop(ctx, carry, &f)
	}
	return f.join()
}

func (send *sending) robustLoop(ctx context.Context, carry carrier, f *failures) {
	defer func() {
		if value := recover(); value != nil {
			last := f.next - 1
			err := &PanicError{Value: value, Stack: debug.Stack()}
			f.add(send.receivers[last], err)
			send.note(last, true, err)
		}
	}()
	for f.next < len(send.receivers) {
		i, conn := f.next, send.receivers[f.next]
		f.next++
		responded, err := send.receive(ctx, conn, i, carry)
		if err != nil && !f.add(conn, err) {
			f.next = len(send.receivers)
			return
		}
		send.note(i, responded, err)
	}
}

// A Loop is where a generated SendRobust is among its receivers. [Recover] sets
// it up.
type Loop[F any] struct {
	loop loop
}

// loop is a Loop less the type of its receivers.
type loop struct {
	receivers []*Connection
	next      int
}

// More reports whether there is a receiver that has not been taken.
func (l *Loop[F]) More() bool { return l.loop.more() }

// Take returns the next receiver.
func (l *Loop[F]) Take() *Receiver[F] {
	return receiverOf[F](l.loop.take())
}

func (l *loop) more() bool { return l.next < len(l.receivers) }

func (l *loop) take() *Connection {
	conn := l.receivers[l.next]
	l.next++
	return conn
}

// taken returns the receiver that was taken last.
func (l *loop) taken() *Connection { return l.receivers[l.next-1] }

// Recover is the SendRobust of generated code that calls the receivers in a loop
// of its own, for speed: call takes the receivers that are left and returns the
// first error.
func Recover[F, A, V any](ctx context.Context, s typed, from *Sender, args A, one Call[F, A, V], loop *Loop[F], call func() error) error {
	if done, err := loop.loop.run(s.base(), from, call); done {
		return err
	}
	return dispatch(ctx, s, from, Robust, &args, one)
}

// run has call take the receivers until all are taken. It returns false if there is
// more to the send than that, and nothing is done.
func (l *loop) run(c *core, from *Sender, call func() error) (done bool, err error) {
	snapshot := c.all.published.Load()
	if snapshot == nil || !snapshot.ready {
		return false, nil
	}
	if l.receivers = snapshot.calls; from != nil {
		if l.receivers, done = c.ready(from); !done {
			return false, nil
		}
	}
	var f failures
	for l.more() {
		l.enter(call, &f)
	}
	if len(f.errs) == 0 {
		return true, nil
	}
	return true, f.join()
}

// recoverer is the name of loop.enter, behind whose frame [Chain] looks for a panic.
const recoverer = "github.com/signalgen/signalgen/runtime.(*loop).enter"

// enter enters the loop once. One recover guards it, and not each call.
func (l *loop) enter(call func() error, f *failures) {
	defer func() {
		if value := recover(); value != nil {
			l.failed(f, l.taken().thrown(&PanicError{Value: value, Stack: debug.Stack()}))
		}
	}()
	if err := call(); err != nil {
		l.failed(f, err)
	}
}

// failed notes the error of the receiver that was taken last. Where that is a
// chain, the links behind the one that has failed take its place.
func (l *loop) failed(f *failures, err error) {
	conn, cause := l.taken().origin(err)
	if failed, ok := err.(*linkError); ok && conn != l.taken() {
		rest := failed.chain.current.Load().receivers[failed.link+1:]
		l.receivers, l.next = append(slices.Clone(rest), l.receivers[l.next:]...), 0
	}
	if !f.add(conn, cause) {
		l.next = len(l.receivers)
	}
}
