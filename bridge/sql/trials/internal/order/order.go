// Package order is what the programs that are killed or measured talk of.
package order

import "fmt"

// Placed is sent for an order, of a size that is usual for one.
//
//signalgen:signal name=outboxtrial.order.placed
type Placed struct {
	ID       int
	Customer string
	Items    []string
	Price    int
}

// New returns an order of one of so many customers, each of which has its turn.
func New(id, customers int) Placed {
	return Placed{ID: id, Customer: fmt.Sprintf("customer %d", id%customers), Items: []string{"lamp", "chair", "table"}, Price: 12345}
}

// Customer is what orders are kept in order by.
func Customer(o Placed) string { return o.Customer }
