// Package mail writes to customers and to those who buy for the shop.
package mail

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
	"github.com/signalgen/signalgen/runtime"
)

// A Mailer knows who reads the newsletter.
type Mailer struct {
	Readers map[string]bool
}

// Connect has the mailer write when an order is placed or stock is low, and
// thank for the first order of the day.
func (m *Mailer) Connect() {
	order.ConnectDiscounting(m.thankReader)
	order.ConnectPlaced(m.celebrate, runtime.Once())
	order.ConnectPlaced(m.confirm)
	stock.ConnectLow(m.reorder)
}

// thankReader takes a hundred cents off for those who read the newsletter.
func (m *Mailer) thankReader(_ context.Context, customer, _ string, _ int) int {
	if m.Readers[customer] {
		return 100
	}
	return 0
}

func (m *Mailer) celebrate(_ context.Context, data order.Placed) error {
	fmt.Printf("mail to staff: the first order of the day is from %s\n", data.Customer)
	return nil
}

func (m *Mailer) confirm(_ context.Context, data order.Placed) error {
	fmt.Printf("mail to %s: %d × %s for %d.%02d\n", data.Customer, data.Pieces, data.Item, data.Price/100, data.Price%100)
	return nil
}

func (m *Mailer) reorder(_ context.Context, data stock.Low) error {
	fmt.Printf("mail to buyer: only %d %s left\n", data.Left, data.Item)
	return nil
}
