//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

// A receiver is the configuration of a receiving process. The process receives on the
// bridge and by hand, so that both are killed at the same moment.
type receiver struct {
	URL          string
	Bridge, Hand string // the files that they write what they hear to
	Mended       string // while this file exists, poison does not fail
	AckWait      time.Duration
	Ordered      bool
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
	options := []natsbridge.Option{natsbridge.AckWait(r.AckWait), natsbridge.Logger(logger(r.Log))}
	if r.Ordered {
		options = append(options, natsbridge.Ordered())
	}
	transport, err := natsbridge.Connect(context.Background(), r.URL, options...)
	if err != nil {
		return err
	}
	order.ConnectPlaced(func(_ context.Context, o order.Placed) error {
		if err := r.refuse(o); err != nil {
			return err
		}
		return hear(o)
	})
	quiet := bridge.ErrorHandler(func(_ context.Context, err *bridge.DeliveryError) { logger(r.Log).Error(err.Error()) })
	_, err = bridge.Receive(bridge.New(transport, quiet), &order.DefaultSignals.Placed, bridge.Group("crash"))
	return err
}

// refuse returns an error for orders of the kinds that fail.
func (r receiver) refuse(o order.Placed) error {
	switch o.Items[0] {
	case late:
		if time.Since(o.Sent) < lateness {
			return errors.New("too early")
		}
	case poison:
		if _, err := os.Stat(r.Mended); err != nil {
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

// consume receives until the consumer is deleted. It returns early if it cannot be created.
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
			_ = m.Ack() // if the ack is lost, the order comes again
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

// work is how long a receiver is busy before it writes down an order, and again after
// that. So at any time it has some that are not written down, and some that are written
// down but not acknowledged.
const work = 500 * time.Microsecond

// listen returns a receiver that writes the ids of orders to a file, with the time.
func listen(file string) (func(o order.Placed) error, error) {
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return func(o order.Placed) error {
		time.Sleep(work)
		_, err := fmt.Fprintln(out, o.ID, time.Now().UnixNano())
		time.Sleep(work)
		return err
	}, err
}
