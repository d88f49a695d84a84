// Package mailer is the program that writes to customers.
package mailer

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/examples/cluster/order"
	"github.com/signalgen/signalgen/otel"
)

// Run confirms orders until ctx is done, wherever they were taken. It begins with those
// that were taken while it did not run.
func Run(ctx context.Context, transport bridge.Transport) error {
	var signals order.Signals
	signals.Placed.Connect(confirm)
	b := bridge.New(transport, otel.Propagate())
	return bridge.Serve(ctx, b, &signals.Placed, bridge.Group("mailer"))
}

func confirm(_ context.Context, data order.Placed) error {
	_, err := fmt.Printf("mailer: dear %s, your %s is on its way, for %d.%02d\n", data.Customer, data.Item, data.Price/100, data.Price%100)
	return err
}
