package runtime

import (
	"context"
	"errors"
	"runtime/debug"
)

// SendRobust calls every receiver, up to one that returns [ErrStop]. A panic is
// an error. It returns the errors of all receivers, joined.
func SendRobust[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, call Call[F, A, V]) (err error) {
	send, ctx, err := begin(ctx, s, from, Robust, args)
	if err != nil {
		return err
	}
	finished := false
	defer func() { send.end(ctx, finished, err) }()
	var failures failures
	robust(ctx, &send, args, call, &failures, nil)
	finished = true
	return failures.join()
}

// GatherRobust is SendRobust for receivers that return a value. There is a
// response for each receiver up to one that returns [ErrStop], in order.
func GatherRobust[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, call Call[F, A, V]) (_ []Response[V], err error) {
	send, ctx, err := begin(ctx, s, from, Robust, args)
	if err != nil {
		return nil, err
	}
	finished := false
	defer func() { send.end(ctx, finished, err) }()
	var failures failures
	responses := make([]Response[V], 0, len(send.receivers))
	robust(ctx, &send, args, call, &failures, func(conn *Connection, value V, err error) {
		responses = append(responses, Response[V]{Receiver: conn.info(), Value: value, Err: err})
	})
	finished = true
	return responses, failures.join()
}

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

// robust calls the receivers. One recover guards the loop, and not each call;
// after a panic the loop is entered again at the next receiver.
func robust[F, A, V any](ctx context.Context, send *sending, args A, call Call[F, A, V], f *failures, respond func(*Connection, V, error)) {
	for f.next < len(send.receivers) {
		robustLoop(ctx, send, args, call, f, respond)
	}
}

func robustLoop[F, A, V any](ctx context.Context, send *sending, args A, call Call[F, A, V], f *failures, respond func(*Connection, V, error)) {
	defer func() {
		if value := recover(); value != nil {
			var none V
			conn, err := send.receivers[f.next-1], &PanicError{Value: value, Stack: debug.Stack()}
			f.add(conn, err)
			if respond != nil {
				respond(conn, none, err)
			}
		}
	}()
	for f.next < len(send.receivers) {
		conn := send.receivers[f.next]
		f.next++
		value, ok, err := callReceiver(ctx, send, conn, call, args)
		if err != nil && !f.add(conn, err) {
			f.next = len(send.receivers)
			return
		}
		if respond != nil && (ok || err != nil) {
			respond(conn, value, err)
		}
	}
}

// A Loop is where a generated SendRobust is among its receivers. [Recover] sets
// it up.
type Loop[F any] struct {
	receivers []*Receiver[F]
	next      int
}

// More reports whether there is a receiver that has not been taken.
func (l *Loop[F]) More() bool { return l.next < len(l.receivers) }

// Take returns the next receiver.
func (l *Loop[F]) Take() *Receiver[F] {
	r := l.receivers[l.next]
	l.next++
	return r
}

// Recover is the [SendRobust] of generated code that calls the receivers in a
// loop of its own, for speed: call takes the receivers that are left and returns
// the first error.
func Recover[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, one Call[F, A, V], loop *Loop[F], call func() error) error {
	receivers, ok := ReadyFrom(s.signal(), from, one)
	if !ok {
		return SendRobust(ctx, s, from, args, one)
	}
	loop.receivers = receivers
	var f failures
	for loop.More() {
		recoverLoop(loop, call, &f)
	}
	if len(f.errs) == 0 {
		return nil
	}
	return f.join()
}

// recoverLoop enters the loop once. One recover guards it, and not each call.
func recoverLoop[F any](loop *Loop[F], call func() error, f *failures) {
	defer func() {
		if value := recover(); value != nil {
			f.add(&loop.receivers[loop.next-1].conn, &PanicError{Value: value, Stack: debug.Stack()})
		}
	}()
	if err := call(); err != nil && !f.add(&loop.receivers[loop.next-1].conn, err) {
		loop.next = len(loop.receivers)
	}
}
