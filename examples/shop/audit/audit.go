// Package audit keeps the books.
package audit

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/runtime"
)

// Connect has every order booked after all else is done. To connect twice books
// no order twice.
func Connect() {
	order.ConnectPlaced(book, runtime.Priority(-10), runtime.ID("audit"))
}

func book(_ context.Context, data order.Placed) error {
	fmt.Printf("audit: order %d, %d cents\n", data.ID, data.Price)
	return nil
}
