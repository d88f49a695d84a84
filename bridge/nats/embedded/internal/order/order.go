// Package order declares the signal of the programs that are compared or killed.
package order

import "time"

// Placed is sent for an order, of a size that is usual for one.
//
//signalgen:signal name=trial.order.placed
type Placed struct {
	ID       int
	Sent     time.Time
	Customer string
	Items    []string
	Price    int
}

// New returns an order.
func New(id int) Placed {
	return Placed{ID: id, Sent: time.Now(), Customer: "Ada Lovelace", Items: []string{"lamp", "chair", "table"}, Price: 12345}
}
