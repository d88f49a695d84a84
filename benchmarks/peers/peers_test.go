package peers

import (
	"testing"

	"github.com/signalgen/signalgen/benchmarks/receivers"
)

// Every peer has every receiver hear every event, once.
func TestSend(t *testing.T) {
	for _, peer := range All() {
		for _, n := range []int{0, 1, 10, 100} {
			loop := peer.Send(n, Add)
			receivers.Count = 0
			loop(3)
			if receivers.Count != int64(3*n) {
				t.Errorf("%s, %d receivers: %d calls", peer.Name, n, receivers.Count)
			}
		}
	}
}

// Receivers that only read are called, too, and write nothing unless what is sent
// is not what they expect.
func TestSendToThoseWhoRead(t *testing.T) {
	defer func(n int64) { receivers.Data.N = n }(receivers.Data.N)
	for _, peer := range All() {
		loop := peer.Send(10, Read)
		if loop == nil {
			continue
		}
		for sent, want := range map[int64]int64{1: 0, 2: 30} {
			receivers.Count, receivers.Data.N = 0, sent
			if loop(3); receivers.Count != want {
				t.Errorf("%s, %d sent: %d writes, want %d", peer.Name, sent, receivers.Count, want)
			}
		}
	}
}
