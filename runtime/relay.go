package runtime

import (
	"context"
	"fmt"
)

// Relay has relay called with the arguments of every send, before its receivers
// are, to pass them on to somewhere else: another process, a log. It is like a
// Tap: it counts for HasReceivers, is none of the Receivers, adds no response,
// hears nothing while the signal is muted, and goes on after DisconnectAll.
//
// Unlike that of a Tap, what becomes of it is the sender's to know. When relay
// returns an error, Send and Each stop with it and call no receiver; SendRobust
// and SendConcurrent go on and join it to the others. It is a [*ReceiverError]
// whose receiver has the name, and the place of relay. A panic of relay is what a
// receiver's would be. A signal whose receivers return no error gives its own to the
// [ErrorHandler].
//
// A signal without a relay sends as fast as if there were no Relay. It panics if
// relay is nil or s is not a generated signal. On a closed signal the
// [Connection] is not connected.
func Relay(s AnySignal, name string, relay func(ctx context.Context, args any) error) *Connection {
	if relay == nil {
		panic(fmt.Sprintf("signalgen: a nil relay was given for %s", s.Name()))
	}
	g, ok := s.(generated)
	if !ok {
		panic(fmt.Sprintf("signalgen: found a %T to relay, wanted a generated signal", s))
	}
	t := &tap{hear: relay, name: name}
	t.conn.receives = declarationOf(entryOf(relay))
	g.base().listen(t)
	return &t.conn
}

// pass lets a tap hear a send. It returns an error if that ends the send.
func (send *sending) pass(ctx context.Context, t *tap, args any) error {
	robust := send.info.Mode == Robust || send.info.Mode == Concurrent
	var err error
	if robust {
		err = guarded(func() error { return t.hear(ctx, args) })
	} else {
		err = t.hear(ctx, args)
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

// guarded calls call; a panic is an error.
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

// failedBeforeReceivers returns what a loop over [Each] gets for a send that has
// ended before it came to its receivers: that it is closed, or a relay's error.
func failedBeforeReceivers(err error) (ReceiverInfo, error) {
	if failed, ok := err.(*ReceiverError); ok && failed.Receiver != (ReceiverInfo{}) {
		return failed.Receiver, failed.Err
	}
	return ReceiverInfo{}, err
}
