// Cluster is two programs: the shop takes orders, the mailer confirms them. They
// share the declaration of a signal, in package order, and a transport.
//
//	go run .                                       # both, over a server inside the process that runs them
//	go run . -url nats://localhost:4222 mailer     # one of them, over a server that you run
//	go run . -url nats://localhost:4222 shop       # the other one, on any machine
//
// Without -url the two run as processes of their own all the same: this one starts
// them, and the server for them.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/examples/cluster/mailer"
	"github.com/signalgen/signalgen/examples/cluster/shop"
)

func main() {
	url := flag.String("url", "", "of a NATS server with JetStream")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *url, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, url, program string) error {
	switch program {
	case "":
		return both(ctx, url)
	case "shop", "mailer":
	default:
		return fmt.Errorf("no program %q: there are shop and mailer", program)
	}
	transport, err := natsbridge.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer transport.Close()
	if program == "shop" {
		return shop.Run(ctx, transport)
	}
	return mailer.Run(ctx, transport)
}
