package topology_test

import (
	"context"
	"fmt"
	"os"

	"github.com/signalgen/signalgen/topology"
)

// Who hears that an order is placed, in the order in which they are called.
func ExampleLoad() {
	m, err := topology.Load(context.Background(), topology.Options{Dir: "../examples/shop"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range m.Receives {
		if m.Signal(r.Signal).Name == "order.placed" {
			fmt.Println(r.Receiver.Label(), r.Receiver.Pos)
		}
	}
	// Output:
	// stock.Shelf.HandOut stock/stock.go:49
	// mail.Celebrate mail/mail.go:14
	// mail.Confirm mail/mail.go:21
	// mail.Advertise mail/mail.go:28
	// audit.Book audit/audit.go:13
}

// Text writes the picture of a program.
func Example() {
	m, err := topology.Load(context.Background(), topology.Options{Dir: "../examples/quickstart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := topology.Text(os.Stdout, m); err != nil {
		fmt.Println(err)
	}
	// Output:
	// program github.com/signalgen/signalgen/examples/quickstart
	//
	// server.ServerStart: ServerStart is sent before the first request is served.
	//   sent by   server.Run           server/server.go:27
	//   heard by  quickstart.logStart  main.go:23
	//
	// server.ServerStop: ServerStop is sent after the last request was served.
	//   sent by   server.Run          server/server.go:33
	//   heard by  quickstart.logStop  main.go:28
}
