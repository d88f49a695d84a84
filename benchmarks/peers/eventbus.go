package peers

import (
	"context"

	"github.com/asaskevich/EventBus"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// eventBus calls receivers by reflection, with its lock held.
func eventBus() Peer {
	return Peer{
		Name:   "asaskevich/EventBus",
		Module: "github.com/asaskevich/EventBus",
		Locks:  true,
		Send: func(n int, hear Hearing) Loop {
			bus, ctx := EventBus.New(), context.Background()
			for range n {
				must(bus.Subscribe(topic, pick(hear, addBus, readBus)))
			}
			return func(n int) {
				for range n {
					bus.Publish(topic, ctx, receivers.Data)
				}
			}
		},
		Connect: connectBus,
	}
}

// connectBus connects the same func n times. EventBus compares the code of funcs, and
// removes the first match. So whatever the order, it removes the first of all, which is
// its best case.
func connectBus(n int, priority func(int) int) *Connecting {
	if priority != nil {
		return nil
	}
	bus := EventBus.New()
	connect := func() {
		for range n {
			must(bus.Subscribe(topic, addBus))
		}
	}
	return &Connecting{connect, func(order []int) {
		for range order {
			must(bus.Unsubscribe(topic, addBus))
		}
	}, func() { bus.Publish(topic, context.Background(), receivers.Data) }}
}

// topic is the name under which peers send that have names.
const topic = "event"

// must panics with an error that cannot happen.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

//go:noinline
func addBus(_ context.Context, data signals.Payload) { receivers.Count += data.N }

//go:noinline
func readBus(_ context.Context, data signals.Payload) {
	if data.N != 1 {
		receivers.Count++
	}
}
