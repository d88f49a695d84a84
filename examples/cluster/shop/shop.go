// Package shop is the program that takes orders.
package shop

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/examples/cluster/order"
	"github.com/signalgen/signalgen/otel"
)

// Run takes some orders and sends them over the transport.
func Run(ctx context.Context, transport bridge.Transport) error {
	var signals order.Signals
	b := bridge.New(transport, bridge.Source("shop"), otel.Propagate())
	bridge.Publish(b, &signals.Placed)

	for _, placed := range []order.Placed{
		{ID: 1, Customer: "Ada", Item: "chair", Price: 20000},
		{ID: 2, Customer: "Bob", Item: "lamp", Price: 6000},
		{ID: 3, Customer: "Cleo", Item: "table", Price: 31000},
	} {
		fmt.Printf("shop: order %d, %s for %s\n", placed.ID, placed.Item, placed.Customer)
		if err := signals.Placed.Send(ctx, placed); err != nil {
			return fmt.Errorf("order %d: %w", placed.ID, err)
		}
	}
	return b.Close(ctx)
}
