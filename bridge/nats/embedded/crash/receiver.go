//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

// A receiver says what a process that receives needs to know. It receives on the bridge
// and by hand, so that what befalls the one befalls the other.
type receiver struct {
	URL          string
	Bridge, Hand string // files for what they hear
	AckWait      time.Duration
	Log          bool
}

var receivers = process.NewRole("receiver", func(r receiver) error {
	if err := r.bridged(); err != nil {
		return err
	}
	if err := r.byHand(); err != nil {
		return err
	}
	return process.Ready()
})

func (r receiver) bridged() error {
	hear, err := listen(r.Bridge)
	if err != nil {
		return err
	}
	transport, err := natsbridge.Connect(context.Background(), r.URL, natsbridge.AckWait(r.AckWait), natsbridge.Logger(logger(r.Log)))
	if err != nil {
		return err
	}
	order.ConnectPlaced(func(_ context.Context, o order.Placed) error {
		if err := refuse(o); err != nil {
			return err
		}
		return hear(o)
	})
	quiet := bridge.ErrorHandler(func(_ context.Context, err *bridge.DeliveryError) { logger(r.Log).Error(err.Error()) })
	_, err = bridge.Receive(bridge.New(transport, quiet), &order.DefaultSignals.Placed, bridge.Group("crash"))
	return err
}

// refused has the ids of the orders that were refused as poison.
var refused sync.Map

// refuse fails for the orders that are sent for it.
func refuse(o order.Placed) error {
	switch o.Items[0] {
	case late:
		if time.Since(o.Sent) < lateness {
			return errors.New("too early")
		}
	case poison:
		if _, before := refused.LoadOrStore(o.ID, true); !before {
			return bridge.Poison(errors.New("poison"))
		}
	}
	return nil
}

func (r receiver) byHand() error {
	hear, err := listen(r.Hand)
	if err != nil {
		return err
	}
	nc, err := nats.Connect(r.URL, nats.MaxReconnects(-1), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		return err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	go func() {
		for ; ; time.Sleep(100 * time.Millisecond) {
			r.consume(js, hear)
		}
	}()
	return nil
}

// consume receives until the consumer is deleted, or does not come into being.
func (r receiver) consume(js jetstream.JetStream, hear func(order.Placed) error) {
	consumer, err := js.CreateOrUpdateConsumer(context.Background(), stream, jetstream.ConsumerConfig{
		Durable: "hand", FilterSubject: handSubject, AckPolicy: jetstream.AckExplicitPolicy, AckWait: r.AckWait,
	})
	if err != nil {
		return
	}
	deleted := make(chan struct{}, 1)
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		var o order.Placed
		if json.Unmarshal(m.Data(), &o) == nil && hear(o) == nil {
			_ = m.Ack() // if it is lost the order comes again
		}
	}, jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		if errors.Is(err, jetstream.ErrConsumerDeleted) || errors.Is(err, jetstream.ErrConsumerNotFound) {
			select {
			case deleted <- struct{}{}:
			default:
			}
		}
	}))
	if err != nil {
		return
	}
	<-deleted
	consuming.Stop()
}

// work is how long a receiver is busy before it writes what it has heard, and again after
// it. So at any time some are in its hands that are not written, and some that are but
// not acknowledged.
const work = 500 * time.Microsecond

// listen returns a receiver that writes ids, and when it has heard them, to a file.
func listen(file string) (func(o order.Placed) error, error) {
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return func(o order.Placed) error {
		time.Sleep(work)
		_, err := fmt.Fprintln(out, o.ID, time.Now().UnixNano())
		time.Sleep(work)
		return err
	}, err
}
