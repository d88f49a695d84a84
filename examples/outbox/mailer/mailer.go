// Package mailer writes to customers.
package mailer

import (
	"context"
	"fmt"
	"os"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/examples/outbox/order"
)

// Group is on whose behalf the mailer hears of orders. Several mailers would share
// them.
const Group = "mailer"

// Run confirms orders until ctx is done. Those of the time when it did not run come
// first, and so do those that another mailer had in hand when it was killed.
func Run(ctx context.Context, transport bridge.Transport) error {
	var signals order.Signals
	signals.Placed.Connect(confirm)
	return bridge.Serve(ctx, bridge.New(transport), &signals.Placed, bridge.Group(Group))
}

// confirm writes a mail. It may do so twice for one order: when the process dies
// between this and the note in the database that it is done. A mailer that must not
// would give the mail the id of the order, for the mail server to know it again.
func confirm(_ context.Context, o order.Placed) error {
	_, err := fmt.Fprintf(os.Stdout, "order %d: dear %s, your %s is on its way\n", o.ID, o.Customer, o.Item)
	return err
}
