package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/runtime"
)

// say returns a receiver that prints a word.
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
	c := shop.Checking.Connect(say("heard later"), runtime.Async(16, runtime.DropOldest))

	_ = shop.Checking.Send(context.Background(), order.Order{})
	fmt.Println(c.Drain(context.Background()), c.Dropped())
	c.Disconnect()
	// Output:
	// heard later
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

func Example() {
	var shop order.Signals
	conn := shop.Placed.Connect(func(_ context.Context, data order.Placed) error {
		fmt.Println(data.Customer, "gets", data.Item)
		return nil
	}, runtime.Name("mail"))
	defer conn.Disconnect()

	err := shop.Placed.Send(context.Background(), order.Placed{Order: order.Order{Customer: "Ada", Item: "lamp"}})
	fmt.Println(err)
	// Output:
	// Ada gets lamp
	// <nil>
}

// SendRobust calls every receiver, whatever the others do.
func Example_sendRobust() {
	var shop order.Signals
	shop.Checking.Connect(func(context.Context, order.Order) error { return errors.New("sold out") }, runtime.Name("stock"))
	shop.Checking.Connect(func(context.Context, order.Order) error { panic("no connection") }, runtime.Name("credit"))
	shop.Checking.Connect(say("heard anyway"))

	err := shop.Checking.SendRobust(context.Background(), order.Order{})
	fmt.Println(err)
	var panicked *runtime.PanicError
	if errors.As(err, &panicked) {
		fmt.Println("panicked with:", panicked.Value) // and panicked.Stack says where
	}
	// Output:
	// heard anyway
	// signal order.checking: receiver stock: sold out
	// signal order.checking: receiver credit: panic: no connection
	// panicked with: no connection
}

// Each calls the next receiver when the loop asks for it. Here the first answer wins.
func Example_each() {
	var shop order.Signals
	offer := func(discount int) order.Discounting {
		return func(context.Context, string, string, int) int { return discount }
	}
	shop.Discounting.Connect(offer(0), runtime.Name("newsletter"))
	shop.Discounting.Connect(offer(200), runtime.Name("birthday"))
	shop.Discounting.Connect(offer(500), runtime.Name("never asked"))

	for response := range shop.Discounting.Each(context.Background(), "Ada", "lamp", 4900) {
		if response.Value > 0 {
			fmt.Println(response.Receiver.Name, "gives", response.Value)
			break
		}
	}
	// Output:
	// birthday gives 200
}

// Events returns a stream of what is sent.
func ExampleStream() {
	var shop order.Signals
	stream := shop.Placed.Events(context.Background(), 8)

	for _, item := range []string{"lamp", "chair"} {
		_ = shop.Placed.Send(context.Background(), order.Placed{Order: order.Order{Item: item}})
	}
	_ = shop.Close(context.Background()) // ends the stream, after what it holds
	for data := range stream.All() {
		fmt.Println(data.Item)
	}
	fmt.Println(stream.Dropped(), "dropped")
	// Output:
	// lamp
	// chair
	// 0 dropped
}

// Three goroutines share the work of a slow receiver.
func ExampleWorkers() {
	var shop order.Signals
	shop.Placed.Connect(func(_ context.Context, data order.Placed) error {
		fmt.Println("sent a mail to", data.Customer)
		return nil
	}, runtime.Async(16, runtime.Block), runtime.Workers(3))

	for _, customer := range []string{"Ada", "Alan", "Grace"} {
		_ = shop.Placed.Send(context.Background(), order.Placed{Order: order.Order{Customer: customer}})
	}
	_ = shop.Close(context.Background())
	// Unordered output:
	// sent a mail to Ada
	// sent a mail to Alan
	// sent a mail to Grace
}

// timed prints which receiver has been called. A real one would print how long that took.
func timed(ctx context.Context, r runtime.ReceiverInfo, call func(context.Context) error) error {
	err := call(ctx)
	fmt.Printf("%s: %v\n", r.Name, err)
	return err
}

// Package observe has middleware for timeouts, retries and limits.
func ExampleAround() {
	var shop order.Signals
	explained := func(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
		if err := call(ctx); err != nil {
			return fmt.Errorf("order not checked: %w", err)
		}
		return nil
	}
	shop.Checking.Connect(func(context.Context, order.Order) error { return errors.New("no connection") },
		runtime.Name("credit"), runtime.Around(timed, explained)) // timed is outermost

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// credit: order not checked: no connection
}

func ExampleWrap() {
	var shop order.Signals
	shop.Configure(runtime.Wrap(timed))
	shop.Checking.Connect(say("checking stock"), runtime.Name("stock"))
	shop.Checking.Connect(say("checking credit"), runtime.Name("credit"))

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// checking stock
	// stock: <nil>
	// checking credit
	// credit: <nil>
}

// limits has a method that is connected twice, and called once.
type limits struct{ most int }

func (l *limits) Check(_ context.Context, o order.Order) error {
	fmt.Println("checked against", l.most)
	return nil
}

func ExampleAnnotated() {
	var shop order.Signals
	l := &limits{most: 100}
	connect := func() *runtime.Connection {
		return shop.Checking.Connect(l.Check, runtime.Annotated((*limits).Check, l))
	}
	first, second := connect(), connect()
	fmt.Println(first == second)

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// true
	// checked against 100
}

func ExampleErrorHandler() {
	var shop order.Signals
	shop.Configure(runtime.ErrorHandler(func(_ context.Context, err *runtime.ReceiverError) {
		fmt.Println("not delivered:", err)
	}))
	shop.Placed.Connect(func(context.Context, order.Placed) error { return errors.New("no connection") },
		runtime.Name("mail"), runtime.Async(16, runtime.Block))

	fmt.Println(shop.Placed.Send(context.Background(), order.Placed{})) // it is queued
	_ = shop.Close(context.Background())
	// Output:
	// <nil>
	// not delivered: signal order.placed: receiver mail: no connection
}

func ExampleObserve() {
	var shop order.Signals
	shop.Configure(runtime.Observe(&runtime.Observer{
		SendStart: func(ctx context.Context, s runtime.SendInfo) context.Context {
			fmt.Println("sending", s.Signal.Name())
			return ctx // receivers get this ctx
		},
		ReceiveDone: func(_ context.Context, _ runtime.SendInfo, r runtime.ReceiverInfo, err error) {
			fmt.Println(r.Name, "returned", err)
		},
	}))
	shop.Checking.Connect(func(context.Context, order.Order) error { return errors.New("sold out") }, runtime.Name("stock"))

	_ = shop.Checking.Send(context.Background(), order.Order{})
	// Output:
	// sending order.checking
	// stock returned sold out
}

// Configure reaches all signals that have no settings of their own.
func ExampleConfigure() {
	runtime.Configure(runtime.ErrorHandler(func(_ context.Context, err *runtime.ReceiverError) {
		fmt.Println("handled:", err.Err)
	}))
	defer runtime.Configure(runtime.ErrorHandler(nil)) // the default again

	var shop order.Signals
	shop.Placed.Connect(func(context.Context, order.Placed) error { return errors.New("no connection") }, runtime.Async(16, runtime.Block))
	_ = shop.Placed.Send(context.Background(), order.Placed{})
	_ = shop.Close(context.Background())
	// Output:
	// handled: no connection
}

// What is queued is heard before main returns.
func ExampleDrain() {
	var shop order.Signals
	shop.Checking.Connect(say("heard"), runtime.Async(16, runtime.Block))
	_ = shop.Checking.Send(context.Background(), order.Order{})

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	fmt.Println(runtime.Drain(ctx))
	shop.Checking.DisconnectAll()
	// Output:
	// heard
	// <nil>
}

func ExampleConnect() {
	var shop order.Signals
	connections := runtime.Connect(
		shop.Checking.Connect(say("stock")),
		shop.Checking.Connect(say("credit")),
	)
	_ = shop.Checking.Send(context.Background(), order.Order{})
	fmt.Println(connections.Disconnect(), shop.Checking.HasReceivers())
	// Output:
	// stock
	// credit
	// true false
}

func ExampleSignal_Mute() {
	var shop order.Signals
	shop.Checking.Connect(say("heard"))

	unmute := shop.Checking.Mute()
	_ = shop.Checking.Send(context.Background(), order.Order{ID: 1})
	unmute()
	_ = shop.Checking.Send(context.Background(), order.Order{ID: 2})
	// Output:
	// heard
}

// Tap hears every signal of a set, whatever its type.
func ExampleSignal_Tap() {
	var shop order.Signals
	for s := range shop.All() {
		s.Tap(func(_ context.Context, args any) { fmt.Printf("%s: %+v\n", s.Name(), args) })
	}
	_ = shop.Discounting.Send(context.Background(), "Ada", "lamp", 4900)
	// Output:
	// order.discounting: {Customer:Ada Item:lamp Price:4900}
}
