package watermillbridge_test

import (
	"context"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"github.com/signalgen/signalgen/bridge"
	watermillbridge "github.com/signalgen/signalgen/bridge/watermill"
	"github.com/signalgen/signalgen/internal/kinds"
)

// shared is a Pub/Sub that lives longer than a subscription.
type shared struct{ message.Subscriber }

func (shared) Close() error { return nil }

// Over gochannel, which lives in the process and has no groups; another Pub/Sub
// takes its place in the first two lines.
func Example() {
	ctx := context.Background()
	pubSub := gochannel.NewGoChannel(gochannel.Config{}, nil)
	transport := watermillbridge.New(pubSub, func(group string) (message.Subscriber, error) { return shared{pubSub}, nil })
	b := bridge.New(transport)

	var sent, received kinds.StartedSignal
	heard := make(chan string)
	received.Connect(func(_ context.Context, data kinds.Started) error {
		heard <- data.Addr
		return nil
	})
	if _, err := bridge.Receive(b, &received, bridge.Group("mailer")); err != nil {
		fmt.Println(err)
	}
	bridge.Publish(b, &sent)
	if err := sent.Send(ctx, kinds.Started{Addr: ":8080"}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("heard", <-heard)
	fmt.Println(b.Close(ctx), transport.Close(), pubSub.Close())
	// Output:
	// heard :8080
	// <nil> <nil> <nil>
}
