package natsbridge

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
)

// maintain keeps what is held alive at the server, and the requests for messages going,
// until ctx is done and everything is settled.
func (s *subscription) maintain(ctx context.Context) {
	defer s.end()
	tick := time.NewTicker(max(time.Millisecond, min(s.ackWait/3, heartbeat)))
	defer tick.Stop()
	changed := s.t.nc.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer s.t.nc.RemoveStatusListener(changed)
	done, ended, drained := ctx.Done(), s.ended, false
	var checked time.Time // when a rejection was last looked into
	for {
		select {
		case <-done:
			done = nil
			s.close()
		case <-s.drained:
			drained = true
			s.close() // gives back what has been received since
		case <-changed:
			s.keepAlive(0) // before the server gets to redeliver
			s.pullAgain()
		case <-tick.C:
			s.keepAlive(s.ackWait / 4) // what is younger can wait for the next tick
			s.holdPin()
			s.check(ctx)
		case <-s.rejected:
			if time.Since(checked) > heartbeat { // otherwise at the next tick
				checked = time.Now()
				s.check(ctx)
			}
		case <-ended:
			ended = nil
		}
		if ended == nil && (drained && s.isEmpty() || s.t.nc.IsClosed()) {
			return
		}
	}
}

// keepAlive sends a progress acknowledgement for each delivery that is held and has had
// none for a while.
func (s *subscription) keepAlive(while time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checkSuspended()
	s.enqueue()
	now := time.Now()
	s.keptAlive = now
	for _, d := range s.held {
		if now.Sub(d.alive) >= while && d.msg.InProgress() == nil {
			d.alive = now
		}
	}
}

// enqueue moves what has been received while the handler is running from msgs to the
// queue. mu is held.
func (s *subscription) enqueue() {
	for s.handling && !s.closed && len(s.msgs) > 0 {
		if d := s.receive(<-s.msgs); d != nil {
			s.queue = append(s.queue, d)
		}
	}
}

// checkSuspended finds out whether the process was stopped, or its machine suspended, for
// as long as the ack wait: nothing was kept alive, and the server has redelivered what is
// held. Then it drops what the handler was not called with, and what the server has sent,
// by means of a new inbox. mu is held.
func (s *subscription) checkSuspended() {
	now := time.Now()
	if s.closed || elapsed(s.keptAlive, now) < s.ackWait {
		return
	}
	s.keptAlive = now
	for _, d := range s.queue {
		delete(s.held, d.id)
	}
	s.queue, s.gated = nil, s.settings.ordered
	sub, err := s.t.nc.ChanSubscribe(s.t.nc.NewInbox(), s.msgs)
	if err != nil {
		return // the connection is closed, and nothing more is received
	}
	_ = s.sub.Unsubscribe() // fails as the other does
	s.sub, s.requested = sub, 0
	s.pull()
}

// elapsed returns the time between two by the clock that says more: the monotonic clock
// stops while a machine is suspended, and the wall clock can be set.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}

// close ends the subscription at the server, and gives back what the handler was not
// called with. The server may have sent more before it knows; until then, which drained
// tells, the client library has to keep the inbox: otherwise it would drop these messages,
// and the server would redeliver them only after the ack wait. close may be called again
// to give them back.
//
// In a cluster, another server may send more before it learns that the inbox is gone. These
// messages are redelivered after the ack wait.
func (s *subscription) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.sub.SetClosedHandler(func(string) {
			select {
			case s.drained <- struct{}{}:
			default:
			}
		})
		if s.t.nc.IsConnected() {
			_ = s.sub.Drain() // fails if the connection is closed
		} else {
			_ = s.sub.Unsubscribe() // Drain would subscribe again when the client reconnects
		}
	}
	for _, d := range s.queue {
		d.giveBack()
	}
	s.queue = nil
	for range len(s.msgs) {
		select {
		case m := <-s.msgs:
			if d := s.receive(m); d != nil {
				d.giveBack()
			}
		default: // deliver was faster
		}
	}
}

func (s *subscription) isEmpty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.held) == 0
}

// end forgets the subscription, and removes the consumer of a broadcast.
func (s *subscription) end() {
	s.stop()
	if s.settings.broadcast && s.t.nc.IsConnected() {
		if err := s.removeConsumer(); err != nil {
			s.settings.logger().Warn("nats bridge: consumer of a broadcast not removed; the server removes it when it has been idle", "signal", s.typ, "group", s.group, "error", err)
		}
	}
	s.t.remove(s)
}
