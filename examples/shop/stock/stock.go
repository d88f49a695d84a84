// Package stock keeps what the shop has on its shelf.
package stock

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
)

// ErrSoldOut refuses an order for more than there is.
var ErrSoldOut = errors.New("sold out")

// Low is sent when an item is running out.
//
//signalgen:signal name=stock.low
type Low struct {
	Item string
	Left int
}

// A Shelf holds a number of pieces of each item.
type Shelf map[string]int

// Check refuses what is sold out.
//
//signalgen:receiver order.Checking
func (s Shelf) Check(o order.Order) error {
	if left := s[o.Item]; left < o.Pieces {
		return fmt.Errorf("%w: %d %s left, %d wanted", ErrSoldOut, left, o.Item, o.Pieces)
	}
	return nil
}

// Clear takes a tenth off the price of an item of which fewer than five are left.
//
//signalgen:receiver order.Discounting
func (s Shelf) Clear(item string, price int) int {
	if s[item] < 5 {
		return price / 10
	}
	return 0
}

// HandOut hands out what is ordered, before any other receiver.
//
//signalgen:receiver priority=10
func (s Shelf) HandOut(ctx context.Context, data order.Placed) error {
	s[data.Item] -= data.Pieces
	fmt.Printf("stock: %d × %s handed out, %d left\n", data.Pieces, data.Item, s[data.Item])
	if s[data.Item] < 5 {
		return SendLow(ctx, Low{Item: data.Item, Left: s[data.Item]})
	}
	return nil
}
