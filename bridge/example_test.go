package bridge_test

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
)

// Two processes, as far as this example is concerned: the one sends, the other
// receives. Each has its own set of signals; in a program, that is the package's
// DefaultSignals, and the transport is a message broker's.
func Example() {
	ctx := context.Background()
	var transport bridgetest.Transport

	// The shop sends, as it did when there was one process.
	shop := bridge.New(&transport, bridge.Source("//example.com/shop"))
	var shopSignals kinds.Signals
	bridge.Publish(shop, &shopSignals.Started)

	// The mailer connects its receivers, as it did, and has the signal come in.
	mailer := bridge.New(&transport)
	var mailerSignals kinds.Signals
	mailerSignals.Started.Connect(func(ctx context.Context, data kinds.Started) error {
		e, _ := bridge.EnvelopeFrom(ctx)
		fmt.Println(data.Addr, "has started, says", e.Source)
		return nil
	})
	if _, err := bridge.Receive(mailer, &mailerSignals.Started, bridge.Group("mailer")); err != nil {
		fmt.Println(err)
	}

	fmt.Println("sent:", shopSignals.Started.Send(ctx, kinds.Started{Addr: ":8080"}))
	fmt.Println("closed:", shop.Close(ctx))
	_ = transport.Wait(ctx) // a test's way to know that all was heard
	_ = mailer.Close(ctx)
	// Unordered output:
	// sent: <nil>
	// closed: <nil>
	// :8080 has started, says //example.com/shop
}

func ExamplePoison() {
	ctx := context.Background()
	var transport bridgetest.Transport
	quiet := bridge.ErrorHandler(func(context.Context, *bridge.DeliveryError) {})
	b := bridge.New(&transport, quiet)
	var sent, received kinds.StartedSignal
	bridge.Publish(b, &sent)
	received.Connect(func(_ context.Context, data kinds.Started) error {
		return bridge.Poison(fmt.Errorf("no address in %q", data.Addr))
	})
	_, _ = bridge.Receive(b, &received, bridge.Group("all"))
	_ = sent.Send(ctx, kinds.Started{Addr: "?"})
	_ = transport.Wait(ctx)
	for _, letter := range transport.DeadLetters("kinds.started", "all") {
		fmt.Println(letter.Attempt, string(letter.Envelope.Data))
	}
	_ = b.Close(ctx)
	// Output: 1 {"Addr":"?","N":0,"At":"0001-01-01T00:00:00Z"}
}

func ExampleAnew() {
	ctx := context.Background()
	var transport bridgetest.Transport
	b := bridge.New(&transport)
	var s kinds.TickedSignal
	bridge.Publish(b, &s)
	s.Connect(func(ctx context.Context, n int) {
		if _, received := bridge.EnvelopeFrom(ctx); !received || n == 0 {
			return
		}
		s.Send(ctx, 0)                // stays in this process
		s.Send(bridge.Anew(ctx), n-1) // is for all
	})
	_, _ = bridge.Receive(b, &s, bridge.Group("all"))
	s.Send(ctx, 2)
	_ = transport.Wait(ctx)
	for _, e := range transport.Published("kinds.ticked") {
		fmt.Println(string(e.Data))
	}
	_ = b.Close(ctx)
	// Output:
	// {"N":2}
	// {"N":1}
	// {"N":0}
}

func ExampleKeyBy() {
	ctx := context.Background()
	var transport bridgetest.Transport
	b := bridge.New(&transport)
	var s kinds.StartedSignal
	bridge.Publish(b, &s, bridge.KeyBy(func(data kinds.Started) string { return data.Addr }))
	_ = s.Send(ctx, kinds.Started{Addr: ":8080"})
	fmt.Println(transport.Published("kinds.started")[0].Key)
	// Output: :8080
}
