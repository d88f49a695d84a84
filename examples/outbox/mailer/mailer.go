// Package mailer writes mails to customers.
package mailer

import (
	"context"
	"fmt"
	"os"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/examples/outbox/order"
)

// Group is the group of all mailers, which share the orders.
const Group = "mailer"

// Run confirms orders until ctx is done. It starts with the orders that were placed while no
// mailer ran, and with those that a killed mailer had not confirmed.
func Run(ctx context.Context, transport bridge.Transport) error {
	var signals order.Signals
	signals.Placed.Connect(confirm)
	return bridge.Serve(ctx, bridge.New(transport), &signals.Placed, bridge.Group(Group))
}

// confirm writes a mail. It may do so twice for an order, if the process is killed before the
// database records that confirm has returned. A real mailer could use the ID of the order as
// the ID of the mail, so that the mail server drops the second one.
func confirm(_ context.Context, o order.Placed) error {
	_, err := fmt.Fprintf(os.Stdout, "order %d: dear %s, your %s is on its way\n", o.ID, o.Customer, o.Item)
	return err
}
