package topology_test

import (
	"context"
	"fmt"

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
