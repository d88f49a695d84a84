// Package order takes orders. It does not know who checks them, gives a discount
// or ships them: it sends signals.
package order

import (
	"context"
	"fmt"
)

// An Order is what a customer wants. Prices are in cents.
type Order struct {
	ID       int
	Customer string
	Item     string
	Pieces   int
	Price    int
}

// Checking asks whether an order can be taken. The first error refuses it.
//
//signalgen:signal name=order.checking
type Checking func(ctx context.Context, o Order) error

// Discounting asks for discounts, in cents. All of them are given.
//
//signalgen:signal name=order.discounting
type Discounting func(ctx context.Context, customer, item string, price int) (discount int)

// Placed is sent when an order has been taken.
//
//signalgen:signal name=order.placed
type Placed struct {
	Order
}

// Place takes an order and returns it with its final price.
func Place(ctx context.Context, o Order) (Order, error) {
	if err := SendChecking(ctx, o); err != nil {
		return o, fmt.Errorf("order %d is refused: %w", o.ID, err)
	}
	price := o.Price
	for _, discount := range SendDiscounting(ctx, o.Customer, o.Item, price) {
		o.Price -= discount
	}
	if err := SendPlaced(ctx, Placed{o}); err != nil {
		return o, fmt.Errorf("order %d is taken, but not everyone knows: %w", o.ID, err)
	}
	return o, nil
}
