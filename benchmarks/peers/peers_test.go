package peers

import (
	"testing"

	"github.com/signalgen/signalgen/benchmarks/receivers"
)

// wantCalls fails if a loop of three turns does not call receivers as often as wanted.
func wantCalls(t *testing.T, what string, loop Loop, want int) {
	t.Helper()
	receivers.Count = 0
	if loop(3); receivers.Count != int64(want) {
		t.Errorf("%s: %d calls, want %d", what, receivers.Count, want)
	}
}

// Every peer lets every receiver hear every event once.
func TestAllHear(t *testing.T) {
	for _, peer := range All() {
		for way, send := range map[string]func(n int) Loop{
			"Send":   sending(peer),
			"Robust": peer.Robust,
			"Each":   peer.Each,
			"Weak":   peer.Weak,
		} {
			for _, n := range []int{0, 1, 10, 100} {
				if send != nil {
					wantCalls(t, peer.Name+" "+way, send(n), 3*n)
				}
			}
		}
	}
}

// sending returns a peer's Send with receivers that write.
func sending(peer Peer) func(n int) Loop {
	if peer.Send == nil {
		return nil
	}
	return func(n int) Loop { return peer.Send(n, Add) }
}

// Receivers that only read are called too. They write nothing unless they get something
// unexpected.
func TestThoseWhoReadHear(t *testing.T) {
	defer func(n int64) { receivers.Data.N = n }(receivers.Data.N)
	for _, peer := range All() {
		if peer.Send == nil {
			continue
		}
		if loop := peer.Send(10, Read); loop != nil {
			receivers.Data.N = 1
			wantCalls(t, peer.Name, loop, 0)
			receivers.Data.N = 2
			wantCalls(t, peer.Name, loop, 30)
		}
	}
}

// One receiver hears each send of one sender.
func TestSendersAreHeard(t *testing.T) {
	for _, peer := range All() {
		if peer.Senders != nil {
			wantCalls(t, peer.Name, peer.Senders(10, true), 3)
			wantCalls(t, peer.Name, peer.Senders(10, false), 3)
		}
	}
}

// Every member of an audience hears every event of every batch, in order.
func TestQueues(t *testing.T) {
	for _, peer := range All() {
		if peer.Queue == nil {
			continue
		}
		for _, n := range []int{1, 10} {
			a := NewAudience(n, Shallow)
			loop, stop := peer.Queue(a)
			a.Members[0].Timed = true
			loop(1000)
			loop(7)
			if heard := len(a.Members[0].Latencies); heard != 1007 {
				t.Errorf("%s: %d events heard, want 1007", peer.Name, heard)
			}
			for _, m := range a.Members {
				if m.Disordered || m.seen != 7 {
					t.Errorf("%s: %d events of a batch of 7, disordered: %t", peer.Name, m.seen, m.Disordered)
				}
			}
			stop()
		}
	}
}

// An audience notices what is out of order.
func TestDisordered(t *testing.T) {
	a := NewAudience(1, Shallow)
	a.Begin(2)
	a.Members[0].Hear(a.Event(1))
	a.Members[0].Hear(a.Event(0))
	if a.Wait(); !a.Members[0].Disordered {
		t.Error("it was not noticed")
	}
}

// A connected receiver hears until it is disconnected, in any order, and can be
// connected again.
func TestConnecting(t *testing.T) {
	order := []int{7, 2, 0, 9, 5, 1, 8, 3, 6, 4}
	for _, peer := range All() {
		if peer.Connect == nil {
			continue
		}
		for _, priority := range []func(int) int{nil, func(i int) int { return i % 3 }} {
			if c := peer.Connect(len(order), priority); c != nil {
				send := func(int) { c.Send() }
				for range 2 {
					c.Connect()
					wantCalls(t, peer.Name+" connected", send, 10)
					c.Disconnect(order[:4])
					wantCalls(t, peer.Name+" less four", send, 6)
					c.Disconnect(order[4:])
					wantCalls(t, peer.Name+" disconnected", send, 0)
				}
			}
		}
	}
}
