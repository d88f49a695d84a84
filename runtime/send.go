package runtime

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
)

// Ready returns the receivers that a send calls, in order, for a generated loop.
// It returns false if there is more to the send than to call them: then it is
// left to [Send], [Gather] and their like. The slice never changes, but a
// receiver in it may disconnect: [Receiver.Enter] says whether to call it.
func Ready[F, A, V any](s *Signal[A], _ Call[F, A, V]) ([]*Receiver[F], bool) {
	if snapshot := s.core.all.published.Load(); snapshot != nil && snapshot.ready {
		return receiversOf[F](snapshot.receivers), true
	}
	return nil, false
}

// ReadyFrom is Ready for a send of one sender.
func ReadyFrom[F, A, V any](s *Signal[A], from *Sender, _ Call[F, A, V]) ([]*Receiver[F], bool) {
	snapshot := s.core.all.published.Load()
	switch {
	case snapshot == nil || !snapshot.ready:
		return nil, false
	case from == nil:
		return receiversOf[F](snapshot.receivers), true
	}
	receivers := from.among(&s.core, snapshot)
	if s.core.all.published.Load() != snapshot {
		return nil, false // the sender's list may be newer, and hold what a loop cannot call
	}
	return receiversOf[F](receivers), true
}

// Send calls the receivers in order and returns the first error.
func Send[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, call Call[F, A, V]) error {
	_, err := Gather(ctx, s, from, args, call)
	return err
}

// Gather is Send for receivers that return a value.
func Gather[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, call Call[F, A, V]) (responses []V, err error) {
	send, ctx, err := begin(ctx, s, from, Sequential, args)
	if err != nil {
		return nil, err
	}
	finished := false
	defer func() { send.end(ctx, finished, err) }()
	for _, conn := range send.receivers {
		value, ok, failure := callReceiver(ctx, &send, conn, call, args)
		if failure != nil {
			finished = true
			if isStop(failure) {
				return responses, nil
			}
			return responses, conn.fail(failure)
		}
		if ok {
			responses = append(responses, value)
		}
	}
	finished = true
	return responses, nil
}

// Report hands the error of a send whose receivers return none to the
// [ErrorHandler].
func Report[A any](ctx context.Context, s typed[A], err error) {
	if err == nil {
		return
	}
	var failed *ReceiverError
	if !errors.As(err, &failed) {
		failed = &ReceiverError{Signal: s.Name(), Err: err}
	}
	s.signal().core.report(ctx, failed)
}

// sending is a send that is under way.
type sending struct {
	info      SendInfo
	observers observers
	receivers []*Connection
}

// begin starts a send: it tells observers and taps, and finds the receivers.
func begin[A any](ctx context.Context, s typed[A], from *Sender, mode SendMode, args A) (sending, context.Context, error) {
	snapshot := s.signal().core.snapshot(s)
	send := sending{info: SendInfo{Signal: s, Mode: mode}, receivers: snapshot.receivers}
	if from != nil {
		send.receivers = from.among(&s.signal().core, snapshot)
	}
	special := snapshot.special
	if special == nil {
		return send, ctx, nil
	}
	send.observers = special.observers
	ctx = send.observers.sendStart(ctx, send.info)
	if special.closed {
		send.observers.sendDone(ctx, send.info, ErrClosed)
		return send, ctx, ErrClosed
	}
	if special.muted {
		send.receivers = nil
		return send, ctx, nil
	}
	if len(special.taps) > 0 {
		hear(ctx, &send, special.taps, args)
	}
	return send, ctx, nil
}

// hear lets the taps hear a send.
func hear[A any](ctx context.Context, send *sending, taps []*tap, args A) {
	finished := false
	defer func() {
		if !finished {
			send.end(ctx, false, nil)
		}
	}()
	for _, t := range taps {
		if t.conn.state.Load() != disconnected {
			t.deliver.(func(context.Context, A))(ctx, args)
		}
	}
	finished = true
}

// snapshot returns what a send sees, in order.
func (c *core) snapshot(self AnySignal) *snapshot {
	if s := c.all.ordered(); s != nil && (s.special == nil || !s.special.unstarted) {
		return s
	}
	c.mu.Lock()
	c.start(self)
	c.mu.Unlock()
	return c.all.ordered()
}

// end tells observers that the send is done. One that did not finish was ended
// by a panic or by Goexit, which goes on.
func (send *sending) end(ctx context.Context, finished bool, err error) {
	if len(send.observers) == 0 {
		return
	}
	if !finished {
		err = errUnwound
	}
	send.observers.sendDone(ctx, send.info, err)
}

// errUnwound is what observers get for a call that did not return.
var errUnwound = errors.New("receiver panicked or ended its goroutine")

// callReceiver calls one receiver, or queues what it is to hear. It reports
// whether the receiver has responded.
func callReceiver[F, A, V any](ctx context.Context, send *sending, conn *Connection, call Call[F, A, V], args A) (value V, ok bool, err error) {
	if conn.state.Load() != live && !conn.enter() {
		return value, false, nil
	}
	if e := conn.extra; e != nil {
		if e.queue != nil {
			err = enqueue(e.queue, ctx, args)
			if e.once {
				e.queue.finish()
				if err != nil {
					conn.core.forget(conn)
				}
			}
			return value, false, err
		}
		if e.owner != nil {
			owner := e.owner()
			if owner == nil {
				return value, false, nil
			}
			defer runtime.KeepAlive(owner)
		}
	}
	if len(send.observers) > 0 {
		return observed(ctx, send, conn, func(ctx context.Context) (V, error) {
			return call(ctx, receiverOf[F](conn).Func, args)
		})
	}
	value, err = call(ctx, receiverOf[F](conn).Func, args)
	return value, true, err
}

// observed calls one receiver and tells the observers. Where a panic does not
// reach the sender, it is an error here already.
func observed[V any](ctx context.Context, send *sending, conn *Connection, call func(context.Context) (V, error)) (value V, ok bool, err error) {
	info := conn.info()
	ctx = send.observers.receiveStart(ctx, send.info, info)
	returned := false
	defer func() {
		if !returned {
			err = errUnwound
			if mode := send.info.Mode; mode != Sequential && mode != Lazy {
				err = ErrGoexit
				if panicked := recover(); panicked != nil {
					err = &PanicError{Value: panicked, Stack: debug.Stack()}
				}
			}
		}
		send.observers.receiveDone(ctx, send.info, info, err)
	}()
	value, err = call(ctx)
	returned = true
	return value, true, err
}

// isStop reports whether a receiver's error only ends the send. A panic with an
// error that wraps ErrStop is a panic all the same.
func isStop(err error) bool {
	_, panicked := err.(*PanicError)
	return !panicked && errors.Is(err, ErrStop)
}
