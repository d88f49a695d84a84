package natsbridge

import "time"

// wake looks whether the process was stopped, or its machine suspended, for as long
// as the ack wait: no sign of life was sent, and the server has handed over again what
// is held. What no receiver has begun is given up then without a word, and with it
// what is on its way: it comes by a subscription that is left. mu is held.
func (s *subscription) wake() {
	now := time.Now()
	if s.closed || elapsed(s.awake, now) < s.ackWait {
		return
	}
	s.awake = now
	for _, d := range s.swept {
		delete(s.held, d)
	}
	s.swept = nil
	sub, err := s.t.nc.ChanSubscribe(s.t.nc.NewInbox(), s.msgs)
	if err != nil {
		return // the connection is closed, and nothing comes any more
	}
	_ = s.sub.Unsubscribe() // fails as the other does
	s.sub, s.wanted = sub, 0
	s.ask()
}

// elapsed is the time between two by the clock that says more: the monotonic one
// stands still while a machine is suspended, the other one can be set.
func elapsed(from, to time.Time) time.Duration {
	return max(to.Sub(from), to.Round(0).Sub(from.Round(0)))
}
