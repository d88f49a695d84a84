package runtime

import (
	"context"
	"errors"
	"runtime/debug"
	"sync/atomic"
)

// ending says how the loop of a robust send ended: with an error of a receiver, with
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
			return (*left.next).fail(ErrGoexit) // only observers get it: the goroutine ends
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

// failures collects the errors of a robust send.
type failures struct {
	next int // index of the receiver after the one that is being called
	errs []error
}

// add records the error of a receiver and reports whether the send continues.
func (f *failures) add(conn *Connection, err error) bool {
	if isStop(err) {
		return false
	}
	f.errs = append(f.errs, conn.fail(err))
	return true
}

func (f *failures) join() error { return errors.Join(f.errs...) }

// robust calls every receiver, up to one that returns [ErrStop], and returns the joined
// errors. A deferred recover per call would be slow, so one guards the whole loop:
// after a panic, the loop is entered again at the next receiver.
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
		send.record(f.next-1, true, err)
		send.failed(f, err)
	}()
	for f.next < len(send.receivers) {
		i := f.next
		f.next++ // for the deferred func, if the receiver panics
		n, responded, err := send.receiveSome(ctx, i)
		f.next = i + n
		if err != nil && !send.failed(f, err) {
			break
		}
		send.record(f.next-1, responded, err)
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

// unwound returns the error of a call that did not return; value is what recover
// returned. Even panic(nil) makes recover return an error, so a nil value means that
// the goroutine exits. The deferred func that recovers must call it directly, for the
// stack.
func unwound(value any) error {
	if value == nil {
		return ErrGoexit
	}
	return newPanic(value)
}

// newPanic returns the error of a panic. It must be called while the stack of the panic
// is still there: in the deferred func that recovers.
func newPanic(value any) *PanicError { return &PanicError{Value: value, Stack: debug.Stack()} }
