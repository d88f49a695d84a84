// Package lost looks at what sends return, or does not.
package lost

import (
	"context"
	"log"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/runtime"
)

func discarded(ctx context.Context, set *order.Signals) {
	order.SendPlaced(ctx, order.Placed{})                  // want `the error of order.SendPlaced is discarded, and a receiver can refuse; return it, log it, or assign it to _`
	set.Placed.SendRobust(ctx, order.Placed{})             // want `the error of set.Placed.SendRobust is discarded`
	set.Checking.SendConcurrent(ctx, 1)                    // want `the error of`
	order.SendPricing(ctx, 1)                              // want `the responses of order.SendPricing are discarded; use them, or assign them to _`
	order.SendQuoting(ctx, 1)                              // want `the responses and the error of`
	runtime.Deliver(ctx, &set.Placed, order.Placed{}, nil) // want `the error of`
	set.Placed.Each(ctx, order.Placed{})                   // want `Each calls no receiver until its result is ranged over`
}

func returned(ctx context.Context) error {
	order.SendPlaced(ctx, order.Placed{}) // want `the error of`
	return nil
}

func inCase(ctx context.Context, id int) error {
	switch id {
	case 1:
		order.SendChecking(ctx, id) // want `the error of`
	}
	return nil
}

func lookedAt(ctx context.Context) error {
	if err := order.SendPlaced(ctx, order.Placed{}); err != nil {
		log.Print(err)
	}
	err := order.SendPlaced(ctx, order.Placed{})
	log.Print(order.SendChecking(ctx, 1), err)
	for _, price := range order.SendPricing(ctx, 1) {
		log.Print(price)
	}
	prices, _ := order.SendQuoting(ctx, 1)
	log.Print(prices)
	return order.SendPlaced(ctx, order.Placed{})
}

func onPurpose(ctx context.Context) {
	_ = order.SendPlaced(ctx, order.Placed{})
	_ = order.SendPricing(ctx, 1)
	_, _ = order.SendQuoting(ctx, 1)
	go order.SendPlaced(ctx, order.Placed{})
	defer order.SendPlaced(ctx, order.Placed{})
}

// Told has receivers that return nothing.
func cannotRefuse(ctx context.Context, set *order.Signals) {
	order.SendTold(ctx, 1)
	set.Told.SendRobust(ctx, 1)
}
