// Package twice gives receivers what tells them apart.
package twice

import (
	"context"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/runtime"
)

func a(context.Context, order.Placed) error { return nil }
func b(context.Context, order.Placed) error { return nil }

const id = "one"

var _ = order.ConnectPlaced(b, runtime.ID("start"))

func init() {
	order.ConnectPlaced(a, runtime.ID("start")) // want `the ID "start" is that of another receiver of order.Placed, at twice.go:\d+: this one is not connected; give it its own`
}

func same(set *order.Signals) {
	order.ConnectPlaced(a, runtime.ID(id), runtime.Name("audit"))
	order.ConnectPlaced(b, runtime.ID("one"), runtime.Name("audit")) // want `the ID "one" is that` `the name "audit" is that of another receiver of order.Placed, at twice.go:\d+: errors and logs do not tell which it was; give it its own`
	order.ConnectPlaced(func(context.Context, order.Placed) error {  // want `the name "audit"`
		return nil
	}, runtime.Name("audit"))
	_ = runtime.Connect(
		set.Placed.Connect(a, runtime.Priority(10)),
		set.Placed.Connect(b, runtime.Priority(10)), // want `the priority 10 is that of another receiver of order.Placed, at twice.go:\d+: which is called first depends on the order of the calls; give it its own`
	)
	kept := order.ConnectChecking(nil, runtime.ID("kept"))
	defer kept.Disconnect()
	if set != nil {
		order.ConnectPlaced(b, runtime.ID("one")) // want `the ID "one"`
	}
}

// All of these differ.
func different(set, other *order.Signals, fast bool) {
	order.ConnectPlaced(a)
	order.ConnectPlaced(b)
	order.ConnectPlaced(a, runtime.Priority(0))
	order.ConnectPlaced(b, runtime.Priority(0))
	order.ConnectPlaced(a, runtime.Priority(1), runtime.ID("1"), runtime.Name("1"))
	order.ConnectPlaced(b, runtime.Priority(2), runtime.ID("2"), runtime.Name("2"))
	order.ConnectTold(nil, runtime.Priority(1), runtime.ID("1"), runtime.Name("1"))

	// The same receiver.
	order.ConnectPlaced(a, runtime.ID("a"))
	order.ConnectPlaced(a, runtime.ID("a"))

	// Another set.
	set.Placed.Connect(a, runtime.ID("set"))
	other.Placed.Connect(b, runtime.ID("set"))

	// Another sender.
	first, second := new(order.Item), new(order.Item)
	order.ConnectSavedFrom(first, hearSaved, runtime.ID("sender"))
	order.ConnectSavedFrom(second, func(context.Context, order.Saved) error { return nil }, runtime.ID("sender"))

	// One of both.
	if fast {
		order.ConnectPlaced(a, runtime.ID("fast"))
	} else {
		order.ConnectPlaced(b, runtime.ID("fast"))
	}
	switch {
	case fast:
		order.ConnectPlaced(a, runtime.ID("case"))
	default:
		order.ConnectPlaced(b, runtime.ID("case"))
	}

	// One after the other.
	connection := order.ConnectPlaced(a, runtime.ID("after"))
	connection.Disconnect()
	order.ConnectPlaced(b, runtime.ID("after"))
	order.ConnectPlaced(a, runtime.ID("once"), runtime.Once())
	order.ConnectPlaced(b, runtime.ID("once"))

	order.ConnectChecking(func(context.Context, int) error { return nil }, runtime.ID("swapped"))
	order.DefaultSignals.Checking.Disconnect("swapped")
	order.ConnectChecking(func(context.Context, int) error { return nil }, runtime.ID("swapped"))
}

func hearSaved(context.Context, order.Saved) error { return nil }

// Which of both funcs is called is not known.
func elsewhere() { order.ConnectPlaced(b, runtime.ID("one"), runtime.Name("audit")) }

//signalgen:receiver priority=5
func early(data order.Placed) {}

//signalgen:receiver priority=5
func earlyToo(data order.Placed) {} // want `the priority 5 is that of another receiver of order.Placed, at twice.go:\d+`

//signalgen:receiver priority=6
func later(data order.Placed) {}
