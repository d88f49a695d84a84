package runtime

import (
	"context"
	"fmt"
)

// Relay connects relay to a signal, to forward sends to another process or a log. Every
// send calls it with the arguments, before the receivers. Like a [Signal.Tap], a relay
// counts for HasReceivers, is not among the Receivers, adds no response, hears nothing
// while the signal is muted, and survives DisconnectAll.
//
// Unlike a tap, a relay can fail. If it returns an error, Send and Each stop with that
// error and call no receiver. SendRobust and SendConcurrent continue, and join it to
// the other errors. The error is a [*ReceiverError] whose receiver has the given name,
// and the position of relay. A panic of relay is treated like that of a receiver. If
// the signal's receivers return no error, the error goes to the [ErrorHandler].
//
// A signal without a relay sends as fast as if Relay did not exist. Relay panics if
// relay is nil or s is not a generated signal. On a closed signal the [Connection] is
// not connected.
func Relay(s AnySignal, name string, relay func(ctx context.Context, args any) error) *Connection {
	if relay == nil {
		panic(fmt.Sprintf("signalgen: a nil relay was given for %s", s.Name()))
	}
	g, ok := s.(generated)
	if !ok {
		panic(fmt.Sprintf("signalgen: found a %T to relay, wanted a generated signal", s))
	}
	t := &tap{call: relay, name: name}
	t.conn.receives = declarationOf(entryOf(relay))
	g.base().listen(t)
	return &t.conn
}

// callTap calls a tap. It returns an error if that ends the send.
func (send *sending) callTap(ctx context.Context, t *tap, args any) error {
	robust := send.info.Mode == Robust || send.info.Mode == Concurrent
	var err error
	if robust {
		err = guarded(func() error { return t.call(ctx, args) })
	} else {
		err = t.call(ctx, args)
	}
	if err == nil {
		return nil
	}
	err = t.conn.fail(err)
	if robust {
		send.relayed = append(send.relayed, err)
		return nil
	}
	return err
}

// guarded calls call and turns a panic into an error.
func guarded(call func() error) (err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		err = unwound(recover())
	}()
	err = call()
	returned = true
	return err
}

// failedBeforeReceivers returns what the loop over an Each gets for a send that called
// no receiver, because the signal is closed or a relay failed.
func failedBeforeReceivers(err error) (ReceiverInfo, error) {
	if failed, ok := err.(*ReceiverError); ok && failed.Receiver != (ReceiverInfo{}) {
		return failed.Receiver, failed.Err
	}
	return ReceiverInfo{}, err
}
