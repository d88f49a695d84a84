// Package order declares what the shop sends. Both programs import it; neither imports
// the other.
package order

// Placed is sent when an order has been taken.
//
//signalgen:signal name=cluster.order.placed
type Placed struct {
	ID       int
	Customer string
	Item     string
	Price    int // in cents
}
