// Package order declares what the shop tells. The shop and the mailer import it;
// neither imports the other.
package order

// Placed is sent when an order has been taken.
//
//signalgen:signal name=outbox.order.placed
type Placed struct {
	ID       int
	Customer string
	Item     string
}
