// Package audit keeps the books.
package audit

import (
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
)

// Book enters every order in the books, after everything else.
//
//signalgen:receiver priority=-10
func Book(data order.Placed) {
	fmt.Printf("audit: order %d, %d cents\n", data.ID, data.Price)
}
