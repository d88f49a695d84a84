// Package stock keeps what the shop has on its shelf.
package stock

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/runtime"
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

// Connect has the shelf refuse what is sold out, clear what is left, and hand
// out what is ordered before anyone else hears of the order.
func (s Shelf) Connect() {
	order.ConnectChecking(s.check)
	order.ConnectDiscounting(s.clear)
	order.ConnectPlaced(s.handOut, runtime.Priority(10))
}

func (s Shelf) check(_ context.Context, o order.Order) error {
	if left := s[o.Item]; left < o.Pieces {
		return fmt.Errorf("%w: %d %s left, %d wanted", ErrSoldOut, left, o.Item, o.Pieces)
	}
	return nil
}

// clear gives a tenth off an item of which less than five are left.
func (s Shelf) clear(_ context.Context, _, item string, price int) int {
	if s[item] < 5 {
		return price / 10
	}
	return 0
}

func (s Shelf) handOut(ctx context.Context, data order.Placed) error {
	s[data.Item] -= data.Pieces
	fmt.Printf("stock: %d × %s handed out, %d left\n", data.Pieces, data.Item, s[data.Item])
	if s[data.Item] < 5 {
		return SendLow(ctx, Low{Item: data.Item, Left: s[data.Item]})
	}
	return nil
}
