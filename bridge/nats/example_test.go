package natsbridge_test

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// Credentials and TLS for a server of yours, and a stream of a gigabyte at most.
func ExampleConnect() {
	transport, err := natsbridge.Connect(context.Background(), "tls://nats.example.com:4222",
		natsbridge.ConnOptions(nats.UserCredentials("shop.creds"), nats.RootCAs("ca.pem")),
		natsbridge.MaxBytes(1<<30),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = transport.Close() }()
}

// A connection of one's own, and streams that survive the loss of a server.
func ExampleNew() {
	nc, err := nats.Connect("nats://localhost:4222", nats.MaxReconnects(-1), nats.UserCredentials("shop.creds"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	transport, err := natsbridge.New(context.Background(), nc, natsbridge.Replicas(3))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = transport.Close() }()
}

// What a group could not take is tried again once its receivers are mended.
func ExampleTransport_DeadLetters() {
	ctx := context.Background()
	transport, err := natsbridge.Connect(ctx, "nats://localhost:4222")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = transport.Close() }()
	for letter, err := range transport.DeadLetters(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(letter.Sequence, letter.Signal, letter.Group, letter.Reason)
		if err := transport.Replay(ctx, letter.Sequence); err != nil {
			fmt.Println(err)
		}
	}
}
