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

func ExampleName() {
	var shop order.Signals
	shop.Checking.Connect(func(context.Context, order.Order) error { return errors.New("closed") }, runtime.Name("opening hours"))

	fmt.Println(shop.Checking.Send(context.Background(), order.Order{}))
	// Output:
	// signal order.checking: receiver opening hours: closed
}

func ExampleUntil() {
	var shop order.Signals
	ctx, cancel := context.WithCancel(context.Background())
	shop.Checking.Connect(say("heard"), runtime.Until(ctx))

	_ = shop.Checking.Send(context.Background(), order.Order{})
	cancel()
	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// heard
}

func ExampleAsync() {
	var shop order.Signals
	c := shop.Checking.Connect(say("heard by and by"), runtime.Async(16, runtime.DropOldest))

	_ = shop.Checking.Send(context.Background(), order.Order{})
	fmt.Println(c.Drain(context.Background()), c.Dropped())
	c.Disconnect()
	// Output:
	// heard by and by
	// <nil> 0
}

func ExampleErrStop() {
	var shop order.Signals
	shop.Checking.Connect(func(context.Context, order.Order) error { return runtime.ErrStop })
	shop.Checking.Connect(say("not called"))

	fmt.Println(shop.Checking.Send(context.Background(), order.Order{}))
	// Output:
	// <nil>
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
