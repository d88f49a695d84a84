package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// What a process that is to be killed does, and with what, is in its environment.
const (
	roleVariable = "CRASH_ROLE"
	argVariable  = "CRASH_ARG"
	urlVariable  = "CRASH_URL"
	waitVariable = "CRASH_ACKWAIT"
)

// act plays the role that this process was started for. It returns false if it was
// started for none.
func act() bool {
	var err error
	switch role := os.Getenv(roleVariable); role {
	case "":
		return false
	case "server":
		err = serve(os.Getenv(argVariable), os.Getenv(urlVariable))
	case "receiver":
		err = receive(os.Getenv(argVariable), os.Getenv(urlVariable), os.Getenv(waitVariable))
	default:
		err = fmt.Errorf("no role %q", role)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
	return true
}

// serve runs a server until it is killed, or who has started it is.
func serve(folder, addr string) error {
	server, err := embedded.Start(embedded.Folder(folder), embedded.Listen(addr))
	if err != nil {
		return err
	}
	defer server.Shutdown()
	fmt.Println(server.URL())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// work is how long a receiver is busy before it writes an id, and again after it. So
// at any time some are in its hands that are not written, and some that are but not
// acknowledged.
const work = 3 * time.Millisecond

// receive writes the ids of what it hears to a file, until it is killed, or who has
// started it is.
func receive(file, url, wait string) error {
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	ackWait, err := time.ParseDuration(wait)
	if err != nil {
		return err
	}
	transport, err := natsbridge.Connect(context.Background(), url, natsbridge.AckWait(ackWait), natsbridge.Logger(quiet))
	if err != nil {
		return err
	}
	order.ConnectPlaced(func(_ context.Context, o order.Placed) error {
		time.Sleep(work)
		_, err := fmt.Fprintln(out, o.ID)
		time.Sleep(work)
		return err
	})
	if _, err := bridge.Receive(bridge.New(transport), &order.DefaultSignals.Placed, bridge.Group("crash"), bridge.Unordered()); err != nil {
		return err
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
