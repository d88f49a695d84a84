// Shop is a small shop of four parts. They know each other only through the
// signals of packages order and stock: order asks whether it may take an order
// and what to take off its price, and tells when it has taken one.
//
// signals_wire_gen.go connects the receivers of all of them, in the order in which
// they are called.
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/mail"
	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
)

//go:generate go tool signalgen wire ./...

func main() {
	shelf := stock.Shelf{"lamp": 6, "chair": 40}
	newsletter := mail.Newsletter{"Ada": true}
	defer connectReceivers(newsletter, shelf).Disconnect()

	ctx := context.Background()
	for _, o := range []order.Order{
		{ID: 1, Customer: "Ada", Item: "chair", Pieces: 4, Price: 20000},
		{ID: 2, Customer: "Bob", Item: "lamp", Pieces: 3, Price: 6000},
		{ID: 3, Customer: "Ada", Item: "lamp", Pieces: 1, Price: 2000},
		{ID: 4, Customer: "Cleo", Item: "lamp", Pieces: 5, Price: 10000},
	} {
		if _, err := order.Place(ctx, o); errors.Is(err, stock.ErrSoldOut) {
			fmt.Printf("shop: sorry, %s: %v\n", o.Customer, err)
		} else if err != nil {
			fmt.Println("shop:", err)
		}
	}
}
