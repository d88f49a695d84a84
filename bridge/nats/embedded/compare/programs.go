package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

type publisher func(ctx context.Context, o order.Placed) error

// A program publishes orders and hears them.
type program struct {
	name  string
	start func(ctx context.Context, to string, hear func(order.Placed)) (publish publisher, stop func(), err error)
}

const byHand = "by hand"

var programs = []program{
	{byHand, func(ctx context.Context, to string, hear func(order.Placed)) (publisher, func(), error) {
		return hand(ctx, to, hear, true)
	}},
	{"by hand, without ids", func(ctx context.Context, to string, hear func(order.Placed)) (publisher, func(), error) {
		return hand(ctx, to, hear, false)
	}},
	{"bridge", bridged},
	{"transport alone", transport},
}

// hand is the program as one writes it on nats.go. With ids the stream stores what
// is published twice once, as it does on a bridge.
func hand(ctx context.Context, to string, hear func(order.Placed), ids bool) (publisher, func(), error) {
	publishing, hearing, stop, err := connect(to)
	if err != nil {
		return nil, nil, err
	}
	const stream, subject = "COMPARE_HAND", "hand.order.placed"
	_, err = publishing.CreateStream(ctx, jetstream.StreamConfig{Name: stream, Subjects: []string{"hand.>"}})
	if err != nil {
		return nil, stop, err
	}
	consumer, err := hearing.CreateConsumer(ctx, stream, jetstream.ConsumerConfig{Durable: "mailer", AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		return nil, stop, err
	}
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		var o order.Placed
		if err := json.Unmarshal(m.Data(), &o); err != nil {
			panic(err)
		}
		hear(o)
		if err := m.Ack(); err != nil {
			panic(err)
		}
	})
	publish := func(ctx context.Context, o order.Placed) error {
		data, err := json.Marshal(o)
		if err != nil {
			return err
		}
		if ids {
			_, err = publishing.Publish(ctx, subject, data, jetstream.WithMsgID(fmt.Sprint(o.ID)))
		} else {
			_, err = publishing.Publish(ctx, subject, data)
		}
		return err
	}
	return publish, func() {
		consuming.Stop()
		_ = publishing.DeleteStream(ctx, stream)
		stop()
	}, err
}

// transport is what the transport does without a bridge on it.
func transport(ctx context.Context, to string, hear func(order.Placed)) (publisher, func(), error) {
	publishing, hearing, stop, err := transports(ctx, to)
	if err != nil {
		return nil, nil, err
	}
	const typ = "order.placed"
	err = hearing.Subscribe(ctx, typ, "mailer", func(d bridge.Delivery) {
		var o order.Placed
		if err := json.Unmarshal(d.Envelope.Data, &o); err != nil {
			panic(err)
		}
		hear(o)
		d.Settle(nil)
	})
	return func(ctx context.Context, o order.Placed) error {
		data, err := json.Marshal(o)
		if err != nil {
			return err
		}
		return publishing.Publish(ctx, &bridge.Envelope{
			ID: fmt.Sprint(o.ID), Source: "compare", Type: typ, Time: time.Now(), ContentType: "application/json", Data: data,
		})
	}, stop, err
}

// bridged is the program on a bridge.
func bridged(ctx context.Context, to string, hear func(order.Placed)) (publisher, func(), error) {
	publishing, hearing, stop, err := transports(ctx, to)
	if err != nil {
		return nil, nil, err
	}
	var sending, receiving order.Signals
	out, in := bridge.New(publishing), bridge.New(hearing)
	bridge.Publish(out, &sending.Placed)
	receiving.Placed.Connect(func(_ context.Context, o order.Placed) error {
		hear(o)
		return nil
	})
	_, err = bridge.Receive(in, &receiving.Placed, bridge.Group("mailer"))
	return sending.Placed.Send, func() {
		err := errors.Join(out.Close(ctx), in.Close(ctx))
		stop()
		if err != nil {
			panic(err)
		}
	}, err
}

const stream = "COMPARE"

// transports returns two, with connections of their own, as two processes have.
func transports(ctx context.Context, to string) (publishing, hearing *natsbridge.Transport, stop func(), err error) {
	opts := []natsbridge.Option{natsbridge.Stream(stream), natsbridge.Prefix("compare")}
	publishing, err = natsbridge.Connect(ctx, to, opts...)
	if err != nil {
		return nil, nil, nil, err
	}
	hearing, err = natsbridge.Connect(ctx, to, opts...)
	return publishing, hearing, func() {
		remove(ctx, publishing.Conn(), stream, stream+"_DEAD")
		_ = publishing.Close()
		_ = hearing.Close()
	}, err
}

// remove takes away what a program has left at the server, the next one begins anew.
func remove(ctx context.Context, nc *nats.Conn, streams ...string) {
	js, err := jetstream.New(nc)
	if err != nil {
		panic(err)
	}
	for _, name := range streams {
		if err := js.DeleteStream(ctx, name); err != nil {
			panic(err)
		}
	}
}

func connect(to string) (publishing, hearing jetstream.JetStream, stop func(), err error) {
	one, err := nats.Connect(to)
	if err != nil {
		return nil, nil, nil, err
	}
	other, err := nats.Connect(to)
	if err != nil {
		return nil, nil, nil, err
	}
	publishing, err = jetstream.New(one)
	hearing, err2 := jetstream.New(other)
	return publishing, hearing, func() { one.Close(); other.Close() }, errors.Join(err, err2)
}
