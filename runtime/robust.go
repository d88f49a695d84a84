package runtime

import (
	"context"
	"errors"
	"runtime/debug"
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
	f := failures{errs: send.relayed}
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

// SendRobust calls every receiver and returns the errors, joined: what a generated
// SendRobust leaves to the runtime.
func SendRobust[F, A, V any](ctx context.Context, s typed, from *Sender, args A, call Call[F, A, V]) error {
	return dispatch(ctx, s, from, Robust, &args, call)
}

// A Loop is where a generated SendRobust is among its receivers.
type Loop[F any] struct {
	loop loop
}

// Begin has a loop begin with the receivers that a send of the sender, nil for
// none, calls. It returns false if there is more to the send than to call them:
// then it is left to [SendRobust].
func Begin[F, A any](l *Loop[F], s *Signal[A], from *Sender) bool {
	return l.loop.begin(&s.core, from)
}

// Left returns the receivers that have not been taken.
func (l *Loop[F]) Left() []*Receiver[F] { return receiversOf[F](l.loop.receivers[l.loop.next:]) }

// Take takes the next receiver, which is r, and reports whether to call it.
func (l *Loop[F]) Take(r *Receiver[F]) bool {
	l.loop.next++
	return r.Enter()
}

// Fail notes the error of the receiver that was taken last. It returns false if
// what Left returned before is not what is left any more.
func (l *Loop[F]) Fail(err error) bool { return l.loop.fail(err) }

// Run has call take the receivers until none are left, and returns the errors that
// were noted, joined. One recover guards each call, and not each receiver: after a
// panic, which it notes, call goes on with the others.
func (l *Loop[F]) Run(call func()) error { return l.loop.run(call) }

// loop is a Loop less the type of its receivers.
type loop struct {
	receivers []*Connection
	next      int  // index of the receiver after the one that is being called
	returned  bool // call has returned
	failures  failures
}

func (l *loop) begin(c *core, from *Sender) (ok bool) {
	l.receivers, ok = c.ready(from)
	return ok
}

func (l *loop) run(call func()) error {
	for l.next < len(l.receivers) {
		l.enter(call)
	}
	if len(l.failures.errs) == 0 {
		return nil
	}
	return l.failures.join()
}

// recoverer is the name of loop.enter, behind whose frame [Chain] looks for a panic.
const recoverer = "github.com/signalgen/signalgen/runtime.(*loop).enter"

func (l *loop) enter(call func()) {
	l.returned = false
	defer l.recover()
	call()
	l.returned = true
}

// recover is deferred.
func (l *loop) recover() {
	if l.returned {
		return
	}
	value := recover() // nil for a panic with nil where GODEBUG allows that, and for Goexit, which goes on
	l.fail(l.taken().thrown(&PanicError{Value: value, Stack: debug.Stack()}))
}

// taken returns the receiver that was taken last.
func (l *loop) taken() *Connection { return l.receivers[l.next-1] }

// fail notes the error of the receiver that was taken last. Where that is a chain,
// the links behind the one that has failed take its place.
func (l *loop) fail(err error) (same bool) {
	taken := l.taken()
	conn, cause := taken.origin(err)
	if conn != taken {
		rest := err.(*linkError).rest()
		l.receivers, l.next = append(rest, l.receivers[l.next:]...), 0
	}
	if !l.failures.add(conn, cause) {
		l.next = len(l.receivers)
		return false
	}
	return conn == taken
}
