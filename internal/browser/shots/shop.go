package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/signalgen/signalgen/examples/shop/audit"
	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
	"github.com/signalgen/signalgen/runtime"
)

// openShop runs a shop with every kind of problem, on the default sets, until ctx is
// done.
func openShop(ctx context.Context) {
	shelf := stock.Shelf{"lamp": 60, "chair": 40}
	connections := runtime.Connect(
		order.ConnectChecking(func(_ context.Context, o order.Order) error { return shelf.Check(o) }, runtime.Annotated(stock.Shelf.Check, shelf)),
		order.ConnectDiscounting(func(_ context.Context, _, item string, price int) int { return shelf.Clear(item, price) }, runtime.Annotated(stock.Shelf.Clear, shelf)),
		order.ConnectPlaced(handOut(shelf), runtime.Annotated(stock.Shelf.HandOut, shelf), runtime.Priority(10)),
		order.ConnectPlaced(charge),
		order.ConnectPlaced(pack, runtime.Async(64, runtime.DropNewest)),
		order.ConnectPlaced(func(context.Context, order.Placed) error { return nil }, runtime.Annotated(audit.Book), runtime.Priority(-10)),
		stock.ConnectLow(reorder, runtime.Async(8, runtime.DropOldest)),
	)
	defer connections.Disconnect()
	trade(ctx, shelf)
}

func handOut(shelf stock.Shelf) func(context.Context, order.Placed) error {
	return func(ctx context.Context, o order.Placed) error {
		shelf[o.Item] -= o.Pieces
		if left := shelf[o.Item]; left < 5 {
			return stock.SendLow(ctx, stock.Low{Item: o.Item, Left: left})
		}
		return nil
	}
}

// charge fails now and then.
func charge(_ context.Context, o order.Placed) error {
	time.Sleep(time.Duration(rand.N(3)) * time.Millisecond)
	if o.ID%25 == 0 {
		return fmt.Errorf("order %d: the card of %s <script>alert(1)</script> is declined", o.ID, o.Customer)
	}
	if o.ID%90 == 0 {
		panic(fmt.Sprintf("customer %s has no account", o.Customer))
	}
	return nil
}

// pack takes longer than orders come in.
func pack(context.Context, order.Placed) error {
	time.Sleep(80 * time.Millisecond)
	return nil
}

// reorder waits for a supplier who does not answer.
func reorder(ctx context.Context, _ stock.Low) error {
	return waitForSupplier(ctx, make(chan struct{}))
}

func waitForSupplier(_ context.Context, answer chan struct{}) error {
	<-answer
	return nil
}

func trade(ctx context.Context, shelf stock.Shelf) {
	customers, items := []string{"Ada", "Bob", "Cleo", "Dan"}, []string{"lamp", "chair"}
	for id := 1; ctx.Err() == nil; id++ {
		time.Sleep(20*time.Millisecond + rand.N(60*time.Millisecond)*time.Duration(1+id/40%3)/2)
		item, pieces := items[rand.N(len(items))], 1+rand.N(5)
		o := order.Order{ID: id, Customer: customers[rand.N(len(customers))], Item: item, Pieces: pieces, Price: 2000 * pieces}
		if err := order.SendChecking(ctx, o); errors.Is(err, stock.ErrSoldOut) {
			shelf[item] += 40
			continue
		}
		_ = order.SendDiscounting(ctx, o.Customer, o.Item, o.Price)
		_ = order.DefaultSignals.Placed.SendRobust(ctx, order.Placed{Order: o}) // the page shows the error
	}
}
