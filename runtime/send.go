package runtime

import (
	"context"
	"errors"
	"runtime"
)

// sending is a send that is under way.
type sending struct {
	info  SendInfo
	kind  *Kind
	args  any // a pointer to the arguments
	slots slots
	hooks
	receivers []*Connection
	outcomes  []outcome // of each receiver; nil if nobody needs them
	relayed   []error   // errors of the relays, if the send continues after one
}

// slots returns a pointer to store the value of the i-th receiver in. It is nil if
// receivers return no value.
type slots func(i int) any

// An outcome says how the call of a receiver ended.
type outcome struct {
	responded bool  // it has a response, even if that is an error
	err       error // the receiver's error, or that of its panic or Goexit
}

// send calls the receivers that the loop of a generated Send has not called.
func (k *Kind) send(ctx context.Context, s *Signal, left Calls, args any) error {
	if left.isUnready() {
		return k.sendInTurn(ctx, s, left, Sequential, args)
	}
	receivers := left.rest(s)
	if receivers[0].async() { // usually all of them are, and no sending is needed
		n, err := s.base().enqueue(ctx, receivers, args)
		if err != nil {
			return receivers[n-1].failed(err)
		}
		if receivers = receivers[n:]; len(receivers) == 0 {
			return nil
		}
	}
	send := sending{kind: k, args: args, receivers: receivers}
	return send.sequential(ctx)
}

// rest returns the receivers that a loop has not called. If the loop stopped at a
// disconnected one, rest compacts the list for later sends.
func (c Calls) rest(s *Signal) []*Connection {
	left := c.left()
	if left[0].state.Load() == disconnected {
		core := s.base()
		core.tryCompact(&core.all)
		if c.from != nil {
			core.tryCompact(&c.from.list)
		}
	}
	return left
}

// sendInTurn is a whole send in the mode [Sequential] or [Robust].
func (k *Kind) sendInTurn(ctx context.Context, s *Signal, left Calls, mode SendMode, args any) error {
	send := sending{info: SendInfo{Signal: s, Mode: mode}, kind: k, args: args}
	ctx, err := send.begin(ctx, s, left)
	if err != nil {
		return err
	}
	return send.run(ctx)
}

// run is the part of sendInTurn that follows begin.
func (send *sending) run(ctx context.Context) (err error) {
	finished := false
	defer func() { send.end(ctx, finished, err) }()
	if send.info.Mode == Robust {
		err = send.robust(ctx, &failures{errs: send.relayed})
	} else {
		err = send.sequential(ctx)
	}
	finished = true
	return err
}

// sequential calls the receivers up to the first error.
func (send *sending) sequential(ctx context.Context) error {
	for i := 0; i < len(send.receivers); {
		n, responded, err := send.receiveSome(ctx, i)
		i += n
		if err != nil {
			return send.receivers[i-1].failed(err)
		}
		send.record(i-1, responded, nil)
	}
	return nil
}

// begin starts a send: it notifies observers, calls taps, and finds the receivers. Of
// left it uses only the sender, and whether a counter has picked the send.
func (send *sending) begin(ctx context.Context, s *Signal, left Calls) (context.Context, error) {
	c := s.base()
	snapshot := c.snapshot(send.kind)
	send.receivers = snapshot.receivers
	if left.from != nil {
		send.receivers = left.from.among(c, snapshot)
	}
	special := snapshot.special
	if special == nil {
		return ctx, nil
	}
	send.hooks = special.hooks
	if left.walk != picked && !send.observers.pickSend() {
		send.observers = nil
	}
	ctx = send.observers.sendStart(ctx, send.info)
	switch {
	case special.closed:
		err := c.closedError()
		send.observers.sendDone(ctx, send.info, err)
		return ctx, err
	case special.muted:
		send.receivers = nil
	case len(special.taps) > 0:
		return ctx, send.callTaps(ctx, special.taps)
	}
	return ctx, nil
}

// callTaps calls the taps. An error, which comes from a relay, ends the send.
func (send *sending) callTaps(ctx context.Context, taps []*tap) (err error) {
	finished := false
	defer func() {
		if !finished || err != nil {
			send.end(ctx, finished, err)
		}
	}()
	args := boxed(send.args)
	for _, t := range taps {
		if t.isConnected() {
			err = send.callTap(ctx, t, args)
		}
		if err != nil {
			break
		}
	}
	finished = true
	return err
}

// snapshot returns the snapshot for a send, with all receivers in order.
func (c *core) snapshot(k *Kind) *snapshot {
	if last := c.all.ordered(); last.hasStarted() {
		return last
	}
	c.start(k)
	return c.all.ordered()
}

// record records the outcome of a receiver, if outcomes are needed.
func (send *sending) record(i int, responded bool, err error) {
	if send.outcomes != nil {
		send.outcomes[i] = outcome{responded || err != nil, err}
	}
}

// end notifies the observers that the send is done. If it is not finished, a panic or
// Goexit has ended it and continues to the sender.
func (send *sending) end(ctx context.Context, finished bool, err error) {
	if len(send.observers) == 0 {
		return
	}
	if !finished {
		err = ErrUnwound
	}
	send.observers.sendDone(ctx, send.info, err)
}

// receiveSome calls the i-th receiver. If that is async, it queues the send for it and
// for the async ones after it. It returns how many receivers it has dealt with, and the
// result of the last one.
func (send *sending) receiveSome(ctx context.Context, i int) (n int, responded bool, err error) {
	conn := send.receivers[i]
	if conn.async() {
		n, err = conn.core.enqueue(ctx, send.receivers[i:], send.args)
		return n, false, err
	}
	responded, err = send.receive(ctx, conn, i)
	return 1, responded, err
}

// receive calls the i-th receiver, or queues the send for it. It reports whether the
// receiver has responded.
func (send *sending) receive(ctx context.Context, conn *Connection, i int) (responded bool, err error) {
	if !conn.enter() {
		return false, nil
	}
	if e := conn.extra; e != nil {
		if e.queue != nil {
			return false, conn.enqueueAlone(ctx, detach(ctx), send.args)
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
	var result any
	if send.slots != nil {
		result = send.slots(i)
	}
	return true, send.invoke(ctx, conn, receiver, result)
}

// call calls a receiver, and notifies the observers if one of them picks the call.
func (send *sending) call(ctx context.Context, conn *Connection, receiver Receiver, result any) error {
	if len(send.observers) > 0 && send.observers.pickCall() {
		return send.observed(ctx, conn, receiver, result)
	}
	return send.kind.Call(ctx, receiver, send.args, result)
}

// observed calls a receiver and notifies the observers. A panic that does not reach the
// sender is turned into an error here, so that ReceiveDone gets it.
func (send *sending) observed(ctx context.Context, conn *Connection, receiver Receiver, result any) (err error) {
	info := conn.info()
	ctx = send.observers.receiveStart(ctx, send.info, info)
	returned := false
	defer func() {
		if !returned {
			if mode := send.info.Mode; mode == Sequential || mode == Lazy {
				err = ErrUnwound
				conn.notifyFailed(info, err)
			} else {
				err = unwound(recover())
			}
		}
		send.observers.receiveDone(ctx, send.info, info, err)
	}()
	err = send.kind.Call(ctx, receiver, send.args, result)
	returned = true
	return err
}

// isStop reports whether err is or wraps [ErrStop]. A panic with such an error is still
// a panic. An error whose methods panic, such as a nil pointer, is not a stop.
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
