package runtime

import (
	"context"
	"errors"
	"runtime"
)

// Send is a send from where a generated Send leaves it: it calls the receivers that
// are left, in order, and returns the first error. It is not inlined, and takes a
// pointer to the arguments, because the loop of the generated Send is the slower the
// more this takes of its stack: instructions that reach far are long.
//
//go:noinline
func Send[F, A, V any](ctx context.Context, s typed, from *Sender, left Calls[F], args *A, call Call[F, A, V]) error {
	return left.send(ctx, s, from, newLoan(args, call))
}

func (w walk) send(ctx context.Context, s typed, from *Sender, carry carrier) error {
	if w.isUnready() {
		return sendInTurn(ctx, s, from, Sequential, carry)
	}
	send := w.goOn(s, from)
	return send.sequential(ctx, carry)
}

// goOn makes a send of the receivers that are left. There is nothing to it but to
// call them.
func (w walk) goOn(s typed, from *Sender) sending {
	left := w.left()
	if left[0].state.Load() == disconnected {
		c := s.base()
		c.fill(&c.all)
		if from != nil {
			c.fill(&from.list)
		}
	}
	return sending{receivers: left}
}

// Report hands the error of a send whose receivers return none to the
// [ErrorHandler].
func Report(ctx context.Context, s typed, err error) {
	if err == nil {
		return
	}
	var failed *ReceiverError
	if !errors.As(err, &failed) {
		failed = &ReceiverError{Signal: s.Name(), Err: err}
	}
	s.base().report(ctx, failed)
}

// sending is a send that is under way.
type sending struct {
	info      SendInfo
	observers observers
	receivers []*Connection
	outcomes  []outcome // of each receiver; nil if nobody wants to know
	relayed   []error   // of the relays, where the send goes on after one
}

// An outcome is what became of the call of a receiver.
type outcome struct {
	responded bool  // it has a response, be it an error
	err       error // what the receiver returned, or how else it ended
}

// sendInTurn calls the receivers one after another, the sequential or the robust
// way.
func sendInTurn(ctx context.Context, s typed, from *Sender, mode SendMode, carry carrier) error {
	send, ctx, err := begin(ctx, s, from, mode, carry)
	if err != nil {
		return err
	}
	return send.run(ctx, carry)
}

// run is the part of sendInTurn behind begin.
func (send *sending) run(ctx context.Context, carry carrier) (err error) {
	finished := false
	defer func() { send.end(ctx, finished, err) }()
	if send.info.Mode == Robust {
		err = send.robust(ctx, carry, &failures{errs: send.relayed})
	} else {
		err = send.sequential(ctx, carry)
	}
	finished = true
	return err
}

// sequential calls the receivers up to the first error.
func (send *sending) sequential(ctx context.Context, carry carrier) error {
	for i, conn := range send.receivers {
		responded, err := send.receive(ctx, conn, i, carry)
		if err != nil {
			return conn.failed(err)
		}
		send.note(i, responded, nil)
	}
	return nil
}

// begin starts a send: it tells observers and taps, and finds the receivers.
func begin(ctx context.Context, s typed, from *Sender, mode SendMode, carry carrier) (sending, context.Context, error) {
	c := s.base()
	snapshot := c.snapshot(s)
	send := sending{info: SendInfo{Signal: c.self, Mode: mode}, receivers: snapshot.receivers}
	if from != nil {
		send.receivers = from.among(c, snapshot)
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
		err := send.tell(ctx, special.taps, carry)
		return send, ctx, err
	}
	return send, ctx, nil
}

// tell lets the taps hear a send. An error, which is of a relay, ends the send.
func (send *sending) tell(ctx context.Context, taps []*tap, carry carrier) (err error) {
	finished := false
	defer func() {
		if !finished || err != nil {
			send.end(ctx, finished, err)
		}
	}()
	args, _ := carry(ctx, giveArgs, nil, 0, nil)
	for _, t := range taps {
		switch {
		case !t.isConnected():
		case t.relay == nil:
			t.hear(ctx, args)
		default:
			err = send.pass(ctx, t, args)
		}
		if err != nil {
			break
		}
	}
	finished = true
	return err
}

// snapshot returns what a send sees, in order.
func (c *core) snapshot(s typed) *snapshot {
	if last := c.all.ordered(); last != nil && (last.special == nil || !last.special.unstarted) {
		return last
	}
	c.mu.Lock()
	c.start(s)
	c.mu.Unlock()
	return c.all.ordered()
}

// note keeps the outcome of a receiver for who wants to know it.
func (send *sending) note(i int, responded bool, err error) {
	if send.outcomes != nil {
		send.outcomes[i] = outcome{responded || err != nil, err}
	}
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

// receive calls the i-th receiver, or queues what it is to hear. It reports
// whether the receiver has responded.
func (send *sending) receive(ctx context.Context, conn *Connection, i int, carry carrier) (responded bool, err error) {
	if !conn.enter() {
		return false, nil
	}
	if e := conn.extra; e != nil {
		if e.queue != nil {
			return false, conn.enqueue(ctx, carry)
		}
		if e.owner != nil {
			owner := e.owner()
			if owner == nil {
				return false, nil
			}
			defer runtime.KeepAlive(owner)
		}
	}
	receiver := conn.call()
	if receiver == nil {
		return false, nil
	}
	if len(send.observers) > 0 {
		return true, send.observed(ctx, conn, func(ctx context.Context) error {
			_, err := carry(ctx, callReceiver, receiver, i, nil)
			return err
		})
	}
	_, err = carry(ctx, callReceiver, receiver, i, nil)
	return true, err
}

// observed calls one receiver and tells the observers. Where a panic does not
// reach the sender, it is an error here already.
func (send *sending) observed(ctx context.Context, conn *Connection, call func(context.Context) error) (err error) {
	info := conn.info()
	ctx = send.observers.receiveStart(ctx, send.info, info)
	returned := false
	defer func() {
		if !returned {
			err = errUnwound
			if mode := send.info.Mode; mode != Sequential && mode != Lazy {
				err = unwound(recover())
			}
		}
		send.observers.receiveDone(ctx, send.info, info, err)
	}()
	err = call(ctx)
	returned = true
	return err
}

// isStop reports whether a receiver's error only ends the send. A panic with an
// error that wraps ErrStop is a panic all the same. An error whose own methods
// panic, such as a nil pointer, is none of that kind.
func isStop(err error) (stop bool) {
	if _, panicked := err.(*PanicError); panicked {
		return false
	}
	defer func() {
		if recover() != nil {
			stop = false
		}
	}()
	return errors.Is(err, ErrStop)
}
