// Package order declares the signal that the shop sends. The shop and the mailer import this
// package, and not each other.
package order

// Placed is sent when an order has been taken.
//
//signalgen:signal name=outbox.order.placed
type Placed struct {
	ID       int
	Customer string
	Item     string
}
