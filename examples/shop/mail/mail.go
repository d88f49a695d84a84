// Package mail writes to customers, and to the people who work for the shop.
package mail

import (
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
)

// Celebrate tells the staff of the first order of the day.
//
//signalgen:receiver once
func Celebrate(data order.Placed) {
	fmt.Printf("mail to staff: the first order of the day is from %s\n", data.Customer)
}

// Confirm tells the customer what was ordered.
//
//signalgen:receiver
func Confirm(data order.Placed) {
	fmt.Printf("mail to %s: %d × %s for %d.%02d\n", data.Customer, data.Pieces, data.Item, data.Price/100, data.Price%100)
}

// Advertise suggests more to a customer who did not buy much.
//
//signalgen:receiver
func Advertise(data order.Placed) error {
	if data.Pieces > 1 {
		return nil
	}
	_, err := fmt.Printf("mail to %s: one %s is seldom enough\n", data.Customer, data.Item)
	return err
}

// Reorder tells the buyer what is running out.
//
//signalgen:receiver
func Reorder(data stock.Low) {
	fmt.Printf("mail to buyer: only %d %s left\n", data.Left, data.Item)
}

// A Newsletter knows who reads it.
type Newsletter map[string]bool

// Thank takes a hundred cents off for readers of the newsletter.
//
//signalgen:receiver order.Discounting
func (n Newsletter) Thank(customer string) int {
	if n[customer] {
		return 100
	}
	return 0
}
