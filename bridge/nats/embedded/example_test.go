package embedded_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// Two sets of signals, as in two processes, over a server in memory. An order that a
// receiver calls poison becomes a dead letter, and can be replayed.
func Example() {
	ctx := context.Background()
	server, err := embedded.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Shutdown()
	transport, err := server.Transport(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}

	var shop, mailer order.Signals
	b := bridge.New(transport, bridge.ErrorHandler(func(_ context.Context, err *bridge.DeliveryError) {
		fmt.Println("failed:", err.Signal)
	}))
	bridge.Publish(b, &shop.Placed)

	confirmed := make(chan int)
	mended := false
	mailer.Placed.Connect(func(_ context.Context, o order.Placed) error {
		if o.Customer == "" && !mended {
			return bridge.Poison(errors.New("nobody to write to"))
		}
		confirmed <- o.ID
		return nil
	})
	if _, err := bridge.Receive(b, &mailer.Placed, bridge.Group("mailer")); err != nil {
		fmt.Println(err)
		return
	}

	for _, o := range []order.Placed{{ID: 1}, {ID: 2, Customer: "Ada"}} {
		if err := shop.Placed.Send(ctx, o); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("confirmed", <-confirmed)
	mended = true
	for letter, err := range transport.DeadLetters(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("dead letter", letter.Sequence, "of", letter.Group)
		if err := transport.Replay(ctx, letter.Sequence); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println("confirmed", <-confirmed)
	if err := b.Close(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// failed: trial.order.placed
	// confirmed 2
	// dead letter 1 of mailer
	// confirmed 1
}
