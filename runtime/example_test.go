package runtime_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/runtime"
)

func say(word string) order.Checking {
	return func(context.Context, order.Order) error {
		fmt.Println(word)
		return nil
	}
}

func ExamplePriority() {
	var shop order.Signals
	shop.Checking.Connect(say("second"))
	shop.Checking.Connect(say("third"))
	shop.Checking.Connect(say("first"), runtime.Priority(1))

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// first
	// second
	// third
}

func ExampleOnce() {
	var shop order.Signals
	shop.Checking.Connect(say("once"), runtime.Once())

	_ = shop.Checking.Send(context.Background(), order.Order{})
	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// once
}

func ExampleID() {
	var shop order.Signals
	first := shop.Checking.Connect(say("first"), runtime.ID("stock"))
	second := shop.Checking.Connect(say("second"), runtime.ID("stock"))
	fmt.Println(first == second)

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// true
	// first
}

func ExampleConnection_Disconnect() {
	var shop order.Signals
	c := shop.Checking.Connect(say("not heard"))
	fmt.Println(c.Disconnect(), c.Connected(), c.Disconnect())

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// true false false
}

func ExampleReceiverError() {
	var shop order.Signals
	errClosed := errors.New("closed")
	shop.Checking.Connect(func(context.Context, order.Order) error { return errClosed }, runtime.ID("hours"))

	err := shop.Checking.Send(context.Background(), order.Order{})
	var failed *runtime.ReceiverError
	if errors.As(err, &failed) {
		fmt.Println(failed.Signal, failed.Receiver.ID, failed.Err, errors.Is(err, errClosed))
	}
	// Output:
	// order.checking hours closed true
}
