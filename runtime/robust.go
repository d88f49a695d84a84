package runtime

import (
	"context"
	"errors"
	"sync/atomic"
)

// SendRobust is a robust send from where a generated SendRobust leaves it, in a
// deferred func. It calls the receivers that are left, up to one that returns
// [ErrStop], and returns the errors, joined. Why the loop has ended tell err, what
// the next receiver has returned, or [ErrUnfinished], and panicked, what recover
// has returned.
//
//go:noinline
func SendRobust[F, A, V any](ctx context.Context, s typed, from *Sender, left Calls[F], err error, panicked any, args *A, call Call[F, A, V]) error {
	return left.sendRobust(ctx, s, from, ending{err, panicked}, newLoan(args, call))
}

// ErrUnfinished is what the loop of a generated SendRobust returns when it leaves
// the rest to [SendRobust]. No receiver gets it, and no sender.
var ErrUnfinished = errors.New("receivers are left to be called")

// ending is how the loop of a robust send has ended.
type ending struct {
	err      error
	panicked any
}

func (w walk) sendRobust(ctx context.Context, s typed, from *Sender, end ending, carry carrier) error {
	unfinished := end.err == ErrUnfinished && atomic.LoadPointer(&(*w.next).receiver) == nil
	if unfinished && w.isUnready() {
		return sendInTurn(ctx, s, from, Robust, carry)
	}
	if !unfinished && end.err == nil {
		end.err = (*w.next).thrown(unwound(end.panicked))
		if end.err == ErrGoexit {
			return nil // nobody gets it
		}
	}
	send := w.goOn(s, from)
	var f failures
	if !unfinished {
		f.next = 1
		send.failed(&f, end.err)
	}
	return send.robust(ctx, carry, &f)
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

// robust calls every receiver, up to one that returns [ErrStop], and returns the
// errors, joined. One recover guards the loop, and not each call; after a panic
// the loop is entered again at the next receiver.
func (send *sending) robust(ctx context.Context, carry carrier, f *failures) error {
	for f.next < len(send.receivers) {
		send.robustLoop(ctx, carry, f)
	}
	return f.join()
}

func (send *sending) robustLoop(ctx context.Context, carry carrier, f *failures) {
	returned := false
	defer func() {
		if returned {
			return
		}
		last := f.next - 1
		err := unwound(recover())
		send.note(last, true, err)
		send.failed(f, send.receivers[last].thrown(err))
	}()
	for f.next < len(send.receivers) {
		i := f.next
		f.next++
		responded, err := send.receive(ctx, send.receivers[i], i, carry)
		if err != nil && !send.failed(f, err) {
			break
		}
		send.note(i, responded, err)
	}
	returned = true
}

// failed notes the error of the receiver that was called last, and reports whether
// the send is to go on. Where that is a chain, the links behind the one that has
// failed take its place.
func (send *sending) failed(f *failures, err error) bool {
	last := send.receivers[f.next-1]
	conn, cause := last.origin(err)
	if conn != last {
		rest := err.(*linkError).rest()
		send.receivers, f.next = append(rest, send.receivers[f.next:]...), 0
	}
	if f.add(conn, cause) {
		return true
	}
	f.next = len(send.receivers)
	return false
}
