// Package order takes orders, and tells others through three signals.
package order

import "context"

// Placed is sent when an order has been accepted. A receiver's error does not
// undo the order, but keeps the receivers after it from hearing of it.
//
//signalgen:signal name=order.placed
type Placed struct {
	ID    string
	Total int
}

// Checking asks whether an order may be placed. The first error is the answer.
//
//signalgen:signal name="order.checking"
type Checking func(ctx context.Context, id string, total int) error

// Discounts asks what is to be taken off the price.
//
//   - Each receiver answers for itself.
//
//   - What it answers is in cents:
//
//     discount, err := loyalty.Of(ctx, customer)
//
//signalgen:signal name=order.discounts
type Discounts func(ctx context.Context, customer string) (cents int, err error)
