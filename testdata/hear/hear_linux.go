package hear

import "example.com/signals/order"

// Linux hears an order where it is built.
//
//signalgen:receiver
func Linux(order.Placed) { hear("linux") }
