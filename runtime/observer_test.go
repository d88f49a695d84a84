package runtime_test

import (
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// A Connect that panics because an observer does leaves no receiver that nobody can
// disconnect.
func TestConnectedPanics(t *testing.T) {
	var s kinds.StartedSignal
	s.Configure(Observe(&Observer{Connected: func(AnySignal, ReceiverInfo) { panic("observer") }}))
	if value := recovered(func() { s.Connect(hearNothing) }); value != "observer" {
		t.Errorf("got the panic %v", value)
	}
	if s.HasReceivers() {
		t.Error("the receiver is connected")
	}
}
