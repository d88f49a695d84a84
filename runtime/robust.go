package runtime

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
)

// ending is how the loop of a robust send ended: with what a receiver returned, with
// [ErrUnfinished], or with a panic.
type ending struct {
	err      error
	panicked any
}

// finish continues a robust send after its loop, and returns the joined errors of all
// receivers.
func (k *Kind) finish(ctx context.Context, s *Signal, left Calls, end ending, args any) error {
	unfinished := end.err == ErrUnfinished && atomic.LoadPointer(&(*left.next).receiver) == nil
	if unfinished && left.isUnready() {
		return k.sendInTurn(ctx, s, left, Robust, args)
	}
	if !unfinished && end.err == nil {
		if end.panicked == nil {
			return (*left.next).fail(ErrGoexit) // nobody gets it, since the goroutine ends
		}
		end.err = newPanic(end.panicked)
	}
	send := sending{kind: k, args: args, receivers: left.rest(s)}
	var f failures
	if !unfinished {
		f.next = 1
		send.failed(&f, end.err)
	}
	return send.robust(ctx, &f)
}

// failures collects the errors of a send that continues after an error.
type failures struct {
	next int // index of the receiver after the one that is being called
	errs []error
}

// add records the error of conn and reports whether the send continues.
func (f *failures) add(conn *Connection, err error) bool {
	if isStop(err) {
		return false
	}
	f.errs = append(f.errs, conn.fail(err))
	return true
}

func (f *failures) join() error { return errors.Join(f.errs...) }

// robust calls every receiver, up to one that returns [ErrStop], and returns the joined
// errors. One recover guards the whole loop, not each call. After a panic the loop is
// entered again at the next receiver.
func (send *sending) robust(ctx context.Context, f *failures) error {
	for f.next < len(send.receivers) {
		send.robustLoop(ctx, f)
	}
	return f.join()
}

func (send *sending) robustLoop(ctx context.Context, f *failures) {
	returned := false
	defer func() {
		if returned {
			return
		}
		err := unwound(recover())
		send.note(f.next-1, true, err)
		send.failed(f, err)
	}()
	for f.next < len(send.receivers) {
		i := f.next
		f.next++ // in case the receiver panics
		n, responded, err := send.receiveSome(ctx, i)
		f.next = i + n
		if err != nil && !send.failed(f, err) {
			break
		}
		send.note(f.next-1, responded, err)
	}
	returned = true
}

// failed records the error of the receiver that was called last, and reports whether
// the send continues.
func (send *sending) failed(f *failures, err error) bool {
	if f.add(send.receivers[f.next-1], err) {
		return true
	}
	f.next = len(send.receivers)
	return false
}

// unwound returns the error of a call that did not return. The deferred func that
// follows the call uses it; value is what recover returned there. panic(nil) panics
// with an error too, so a nil value means that the goroutine exits.
func unwound(value any) error {
	if value == nil {
		return ErrGoexit
	}
	return newPanic(value)
}

// newPanic returns the error of a panic, for the func that recovered it.
func newPanic(value any) *PanicError { return &PanicError{Value: value, Stack: debug.Stack()} }
