package embedded_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// Orders that failed while the mail server was down are replayed. An order that can never
// succeed is discarded.
func Example_deadLetters() {
	server, err := embedded.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Shutdown()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	transport, err := server.Transport(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range []string{"1", "2", "3"} {
		if err := transport.Publish(ctx, &bridge.Envelope{ID: id, Source: "//host/shop", Type: "shop.order.placed"}); err != nil {
			fmt.Println(err)
		}
	}
	mended := false
	heard := make(chan string)
	err = transport.Subscribe(ctx, "shop.order.placed", "mailer", func(d bridge.Delivery) {
		switch {
		case d.Envelope.ID == "2":
			d.Settle(bridge.Poison(errors.New("nobody to write to")))
		case !mended:
			d.Settle(bridge.Poison(errors.New("connection refused")))
		default:
			d.Settle(nil)
		}
		heard <- d.Envelope.ID
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("failed:", <-heard, <-heard, <-heard)

	for group, err := range transport.Groups(ctx) {
		fmt.Println(group.Group, "has", group.Dead, "dead letters", err)
	}
	mended = true
	n, err := transport.ReplayAll(ctx, bridge.DeadFilter{Group: "mailer", Reason: "refused"})
	fmt.Println("replayed:", n, err)
	fmt.Println("heard:", <-heard, <-heard)
	n, err = transport.DiscardAll(ctx, bridge.DeadFilter{Group: "mailer"})
	fmt.Println("discarded:", n, err)
	// Output:
	// failed: 1 2 3
	// mailer has 3 dead letters <nil>
	// replayed: 2 <nil>
	// heard: 1 3
	// discarded: 1 <nil>
}
