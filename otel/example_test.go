package otel_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/signalgen/signalgen/examples/shop/audit"
	"github.com/signalgen/signalgen/examples/shop/mail"
	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/otel/oteltest"
	"github.com/signalgen/signalgen/runtime"
)

// The shop of examples/shop takes an order and refuses another. A program would observe
// all of its signals with runtime.Configure, and use an exporter for some backend.
func Example() {
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter))
	observe := runtime.Observe(otel.Observe(otel.TracerProvider(provider)))
	order.DefaultSignals.Configure(observe)
	stock.DefaultSignals.Configure(observe)

	shelf := stock.Shelf{"lamp": 6}
	defer shelf.ConnectReceivers().Disconnect()
	defer mail.ConnectReceivers().Disconnect()
	defer audit.ConnectReceivers().Disconnect()

	ctx := context.Background()
	_, _ = order.Place(ctx, order.Order{ID: 1, Customer: "Bob", Item: "lamp", Pieces: 3, Price: 6000})
	_, _ = order.Place(ctx, order.Order{ID: 2, Customer: "Cleo", Item: "lamp", Pieces: 5, Price: 10000})

	fmt.Print(oteltest.Tree(oteltest.Spans(exporter.GetSpans())))
	// Output:
	// stock: 3 × lamp handed out, 3 left
	// mail to buyer: only 3 lamp left
	// mail to staff: the first order of the day is from Bob
	// mail to Bob: 3 × lamp for 60.00
	// audit: order 1, 6000 cents
	// send order.checking
	//   process order.checking by stock.Shelf.Check
	// send order.discounting
	//   process order.discounting by stock.Shelf.Clear
	// send order.placed
	//   process order.placed by stock.Shelf.HandOut
	//     send stock.low
	//       process stock.low by mail.Reorder
	//   process order.placed by mail.Celebrate
	//   process order.placed by mail.Confirm
	//   process order.placed by mail.Advertise
	//   process order.placed by audit.Book
	// send order.checking, failed
	//   process order.checking by stock.Shelf.Check, failed: sold out: 3 lamp left, 5 wanted
}
