package peers

import (
	"context"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"github.com/signalgen/signalgen/benchmarks/signals"
)

// A payloadKey is the key of the payload in a message's ctx.
type payloadKey struct{}

// watermillChannel is made for messages that go over a network, whose payload is bytes.
// Within a process, the ctx of a message may carry a value instead, so that it need not
// be encoded.
//
// It waits until every receiver has acknowledged a message. Otherwise it would start
// goroutines without bound, and receivers would not hear in order.
func watermillChannel() Peer {
	return Peer{
		Name:   "watermill gochannel",
		Module: "github.com/ThreeDotsLabs/watermill",
		Queue: func(a *Audience) (Loop, func()) {
			channel := gochannel.NewGoChannel(gochannel.Config{
				OutputChannelBuffer:            int64(a.Bound),
				BlockPublishUntilSubscriberAck: true,
				PreserveContext:                true,
			}, watermill.NopLogger{})
			ctx := context.Background()
			for _, m := range a.Members {
				messages, err := channel.Subscribe(ctx, topic)
				must(err)
				go func() {
					for message := range messages {
						m.Hear(message.Context().Value(payloadKey{}).(signals.Payload))
						message.Ack()
					}
				}()
			}
			return func(n int) {
				a.Begin(n)
				for i := range n {
					m := message.NewMessage(watermill.NewUUID(), nil)
					m.SetContext(context.WithValue(ctx, payloadKey{}, a.Event(i)))
					must(channel.Publish(topic, m))
				}
				a.Wait()
			}, func() { must(channel.Close()) }
		},
	}
}
