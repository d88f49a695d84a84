// Package order declares the signal of the trials.
package order

import "fmt"

// Placed is sent for an order.
//
//signalgen:signal name=outboxtrial.order.placed
type Placed struct {
	ID       int
	Customer string
	Items    []string
	Price    int
}

// New returns the order with an ID. The customers take turns.
func New(id, customers int) Placed {
	return Placed{ID: id, Customer: fmt.Sprintf("customer %d", id%customers), Items: []string{"lamp", "chair", "table"}, Price: 12345}
}

// Customer returns the customer of an order, as the key for bridge.KeyBy.
func Customer(o Placed) string { return o.Customer }
