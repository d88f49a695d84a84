// Shop is a small shop of four parts. They know each other only through the
// signals of packages order and stock. Package order asks whether it may take an
// order and what to take off its price, and says when it has taken one.
//
// signals_wire_gen.go connects the receivers of all parts, in the order in which
// they are called.
//
// With -http localhost:8080 the shop stays open, and shows its signals at that address.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"

	"github.com/signalgen/signalgen/examples/shop/mail"
	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
)

//go:generate go tool signalgen wire ./...

var addr = flag.String("http", "", "stay open, and show the signals at this address, such as localhost:8080")

func main() {
	flag.Parse()

	shelf := stock.Shelf{"lamp": 6, "chair": 40}
	newsletter := mail.Newsletter{"Ada": true}
	defer connectReceivers(newsletter, shelf).Disconnect()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, o := range []order.Order{
		{ID: 1, Customer: "Ada", Item: "chair", Pieces: 4, Price: 20000},
		{ID: 2, Customer: "Bob", Item: "lamp", Pieces: 3, Price: 6000},
		{ID: 3, Customer: "Ada", Item: "lamp", Pieces: 1, Price: 2000},
		{ID: 4, Customer: "Cleo", Item: "lamp", Pieces: 5, Price: 10000},
	} {
		_ = place(ctx, o) // place prints what is wrong
	}
	if *addr != "" {
		if err := serve(ctx, *addr, shelf); err != nil {
			log.Print(err)
		}
	}
}

// place takes an order, and prints why if that fails.
func place(ctx context.Context, o order.Order) error {
	_, err := order.Place(ctx, o)
	if errors.Is(err, stock.ErrSoldOut) {
		fmt.Printf("shop: sorry, %s: %v\n", o.Customer, err)
	} else if err != nil {
		fmt.Println("shop:", err)
	}
	return err
}
