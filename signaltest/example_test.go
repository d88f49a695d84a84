package signaltest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/signaltest"
)

// run runs a test as the go command does: at the end, it calls the funcs given to
// Cleanup.
func run(test func(t testing.TB)) {
	t := new(exampleT)
	test(t)
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
}

type exampleT struct {
	testing.TB
	cleanups []func()
}

func (t *exampleT) Helper()               {}
func (t *exampleT) Setenv(string, string) {}
func (t *exampleT) Cleanup(f func())      { t.cleanups = append(t.cleanups, f) }

// In a program, this is func TestPlace(t *testing.T).
func Example() {
	run(func(t testing.TB) {
		signaltest.Isolate(t, &order.DefaultSignals)
		rec := signaltest.Record[order.Placed](t)
		rec.On(order.ConnectPlaced)

		_, _ = order.Place(context.Background(), order.Order{ID: 7, Item: "lamp"})
		fmt.Println(rec.Wait(1)[0].Item)
	})
	// Output:
	// lamp
}

func ExampleIsolate() {
	run(func(t testing.TB) {
		signaltest.Isolate(t, &order.DefaultSignals)
		order.ConnectPlaced(func(context.Context, order.Placed) error { return nil })
		fmt.Println("in the test:", order.DefaultSignals.Placed.HasReceivers())
	})
	fmt.Println("after it:", order.DefaultSignals.Placed.HasReceivers())
	// Output:
	// in the test: true
	// after it: false
}

// It takes any signals, such as the DefaultX of a signal declared in a test file.
func ExampleIsolateSignal() {
	run(func(t testing.TB) {
		signaltest.IsolateSignal(t, &order.DefaultSignals.Placed)
		order.ConnectPlaced(func(context.Context, order.Placed) error { return nil })
		fmt.Println("in the test:", order.DefaultSignals.Placed.HasReceivers())
	})
	fmt.Println("after it:", order.DefaultSignals.Placed.HasReceivers())
	// Output:
	// in the test: true
	// after it: false
}

// Wait waits for what another goroutine sends, without sleeping.
func ExampleRecorder_Wait() {
	run(func(t testing.TB) {
		var shop order.Signals
		rec := signaltest.Record[order.Placed](t)
		rec.On(shop.Placed.Connect)

		go func() {
			for id := range 2 {
				_ = shop.Placed.Send(context.Background(), order.Placed{Order: order.Order{ID: id}})
			}
		}()
		for _, placed := range rec.Wait(2) {
			fmt.Println("placed", placed.ID)
		}
	})
	// Output:
	// placed 0
	// placed 1
}

// Listen hears a signal of any form. What the send of a signature carries is a struct.
func ExampleRecorder_Listen() {
	run(func(t testing.TB) {
		var shop order.Signals
		rec := signaltest.Record[order.DiscountingArgs](t)
		rec.Listen(&shop.Discounting)

		_ = shop.Discounting.Send(context.Background(), "Ada", "lamp", 4900)
		fmt.Printf("%+v\n", rec.Heard()[0])
	})
	// Output:
	// {Customer:Ada Item:lamp Price:4900}
}

// OnLast puts the recorder after all others: when Wait returns, they have been called.
func ExampleRecorder_OnLast() {
	run(func(t testing.TB) {
		var shop order.Signals
		rec := signaltest.Record[order.Placed](t)
		rec.OnLast(shop.Placed.Connect)
		shop.Placed.Connect(func(context.Context, order.Placed) error {
			fmt.Println("mail sent")
			return nil
		})

		go func() { _ = shop.Placed.Send(context.Background(), order.Placed{}) }()
		rec.Wait(1)
		fmt.Println("done")
	})
	// Output:
	// mail sent
	// done
}

func ExampleRecorder_Reset() {
	run(func(t testing.TB) {
		var shop order.Signals
		rec := signaltest.Record[order.Placed](t)
		rec.On(shop.Placed.Connect)

		_ = shop.Placed.Send(context.Background(), order.Placed{})
		rec.Reset()
		_ = shop.Placed.Send(context.Background(), order.Placed{Order: order.Order{ID: 2}})
		fmt.Println(len(rec.Heard()), "heard, the first of order", rec.Heard()[0].ID)
	})
	// Output:
	// 1 heard, the first of order 2
}
