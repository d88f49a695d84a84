// Cluster is two programs: the shop takes orders, the mailer confirms them. They
// share the declaration of a signal, in package order, and a transport.
//
//	go run .                                       # both, over a server inside the process that runs them
//	go run . -url nats://localhost:4222 mailer     # one of them, over a server that you run
//	go run . -url nats://localhost:4222 shop       # the other one, on any machine
//
// Without -url, the two are still separate processes: this one starts them, and a
// server for them.
//
// Both report to OpenTelemetry through its global providers. The programs set none, so
// nothing is recorded. The test sets them, and shows one trace over both.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/examples/cluster/mailer"
	"github.com/signalgen/signalgen/examples/cluster/shop"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/runtime"
)

func main() {
	url := flag.String("url", "", "the url of a NATS server with JetStream")
	flag.Parse()
	if err := run(*url, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run(url, program string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch program {
	case "":
		return both(ctx, url)
	case "shop", "mailer":
	default:
		return fmt.Errorf("found program %q, wanted shop or mailer", program)
	}
	runtime.Configure(runtime.Observe(otel.Observe()))
	transport, err := natsbridge.Connect(ctx, url)
	if err != nil {
		return err
	}
	play := mailer.Run
	if program == "shop" {
		play = shop.Run
	}
	return errors.Join(play(ctx, transport), transport.Close())
}
