package leak

import (
	"testing"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/signaltest"
)

func TestConnect(t *testing.T) {
	signaltest.Isolate(t, &order.DefaultSignals)
	order.ConnectPlaced(hear)
	for range 2 {
		t.Cleanup(order.DefaultSignals.Placed.DisconnectAll)
		order.ConnectPlaced(hear)
	}
}
