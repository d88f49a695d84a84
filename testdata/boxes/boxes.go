// Package boxes has receivers that are methods of a generic type, with which no
// program can be wired.
//
//signalgen:unwired
package boxes

import "example.com/signals/order"

// Box is generic.
type Box[T any] struct {
	Value T
	Heard int
}

// Keep hears an order.
//
//signalgen:receiver order.Placed
func (b *Box[T]) Keep(order.Placed) { b.Heard++ }
