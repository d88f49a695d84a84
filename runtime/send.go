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
	args  any // points to what is sent
	slots slots
	hooks
	receivers []*Connection
	outcomes  []outcome // of each receiver; nil if nobody needs them
	relayed   []error   // errors of the relays, if the send continues after one
}

// slots returns the place for the value of the i-th receiver. It is nil if receivers
// return no value.
type slots func(i int) any

// An outcome says how the call of a receiver ended.
type outcome struct {
	responded bool  // it has a response, even if that is an error
	err       error // what the receiver returned, or how else it ended
}

// send calls the receivers that the loop of a generated Send has left.
func (k *Kind) send(ctx context.Context, s *Signal, left Calls, args any) error {
	if left.isUnready() {
		return k.sendInTurn(ctx, s, left, Sequential, args)
	}
	receivers := left.rest(s)
	if receivers[0].async() { // usually all of them are, and there is nothing else to do
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

// rest returns the receivers that a loop has left. Nothing remains to be done but to
// call them.
func (c Calls) rest(s *Signal) []*Connection {
	left := c.left()
	if left[0].state.Load() == disconnected {
		core := s.base()
		core.fill(&core.all)
		if c.from != nil {
			core.fill(&c.from.list)
		}
	}
	return left
}

// sendInTurn calls the receivers one after another, sequentially or robustly.
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
		send.note(i-1, responded, nil)
	}
	return nil
}

// begin starts a send: it tells observers and taps, and finds the receivers. From left
// it uses only the sender, and whether the send has been picked for observers.
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
		return ctx, send.tellTaps(ctx, special.taps)
	}
	return ctx, nil
}

// tellTaps tells the taps of a send. An error, which comes from a relay, ends the send.
func (send *sending) tellTaps(ctx context.Context, taps []*tap) (err error) {
	finished := false
	defer func() {
		if !finished || err != nil {
			send.end(ctx, finished, err)
		}
	}()
	args := boxed(send.args)
	for _, t := range taps {
		if t.isConnected() {
			err = send.pass(ctx, t, args)
		}
		if err != nil {
			break
		}
	}
	finished = true
	return err
}

// snapshot returns what a send sees, with all receivers in order.
func (c *core) snapshot(k *Kind) *snapshot {
	if last := c.all.ordered(); last.hasStarted() {
		return last
	}
	c.startLocked(k)
	return c.all.ordered()
}

// note records the outcome of a receiver, if anybody needs it.
func (send *sending) note(i int, responded bool, err error) {
	if send.outcomes != nil {
		send.outcomes[i] = outcome{responded || err != nil, err}
	}
}

// end tells observers that the send is done. If it is not finished, a panic or Goexit
// has ended it and continues to the sender.
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
// for the async ones after it. It returns how many receivers it has covered, and the
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

// call calls a receiver, and tells the observers if one wants to know.
func (send *sending) call(ctx context.Context, conn *Connection, receiver Receiver, result any) error {
	if len(send.observers) > 0 && send.observers.pickCall() {
		return send.observed(ctx, conn, receiver, result)
	}
	return send.kind.Call(ctx, receiver, send.args, result)
}

// observed calls a receiver and tells the observers. If a panic does not reach the
// sender, it is already turned into an error here.
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

// isStop reports whether a receiver's error merely ends the send. A panic with an error
// that wraps ErrStop is still a panic. An error whose methods panic, such as a nil
// pointer, does not count.
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
