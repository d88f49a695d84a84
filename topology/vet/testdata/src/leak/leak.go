// Package leak connects receivers, and keeps the connections or not.
package leak

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/runtime"
)

func hear(context.Context, order.Placed) error { return nil }

var _ = order.ConnectPlaced(hear) // as the program starts

var first = func() int {
	order.ConnectPlaced(hear) // as the program starts
	return 1
}()

func init() {
	order.ConnectPlaced(hear) // once
	once()
	for range 2 {
		order.ConnectPlaced(hear) // want `the Connection is discarded, and this is in a loop: each time adds a receiver; keep it and disconnect it, or connect with Until, Once or ID`
	}
	for _, receiver := range []func(context.Context, order.Placed) error{hear, hear} {
		order.ConnectPlaced(receiver) // each once
	}
	for _, name := range []string{"a", "b"} {
		order.ConnectPlaced(func(context.Context, order.Placed) error { println(name); return nil }) // each once
	}
	for range 2 {
		often()
		var set order.Signals
		set.Placed.Connect(hear) // a set of its own
	}
}

// once is called by init alone.
func once() {
	order.ConnectPlaced(hear)
	if first > 0 {
		order.DefaultSignals.Placed.Connect(hear)
	}
}

// often is called in a loop.
func often() {
	order.ConnectPlaced(hear) // want `and often runs again and again`
}

// unused is called by nobody.
func unused() { order.ConnectPlaced(hear) }

// Watch is called by others.
func Watch(name string) {
	order.ConnectPlaced(func(context.Context, order.Placed) error { println(name); return nil }) // want `and Watch may be called more than once`
}

// WatchUntil has a ctx.
func WatchUntil(ctx context.Context) {
	order.ConnectPlaced(hear, runtime.Priority(1)) // want `and WatchUntil may be called more than once`
}

// Setup is called by others, most likely once.
func Setup() { order.ConnectPlaced(hear) }

// Record is for tests.
func Record(t testing.TB) {
	order.ConnectPlaced(hear)
	t.Cleanup(order.DefaultSignals.Placed.DisconnectAll)
}

// SetupOn connects to a set that is given.
func SetupOn(set *order.Signals) {
	set.Placed.Connect(hear)
	order.ConnectPlaced(hear)
	for {
		set.Placed.Connect(hear) // want `this is in a loop`
	}
}

// Kept keeps the connections, or gives them away, or has them end.
func Kept(ctx context.Context) *runtime.Connection {
	s := new(service)
	s.connection = order.ConnectPlaced(hear)
	s.all = append(s.all, order.ConnectPlaced(hear))
	defer order.ConnectPlaced(hear).Disconnect()
	c := order.ConnectPlaced(hear)
	defer c.Disconnect()
	_ = runtime.Connect(order.ConnectPlaced(hear), order.ConnectTold(nil))
	order.ConnectPlaced(hear, runtime.Once())
	order.ConnectPlaced(hear, runtime.Until(ctx))
	order.ConnectPlaced(hear, runtime.ID("leak"))
	order.ConnectPlaced(hear, options()...)
	order.ConnectPlaced(hear, options()[0])
	order.ConnectPlacedWeak(s, (*service).hear)
	_ = order.ConnectPlaced(hear) // says so
	return order.ConnectPlaced(hear)
}

func options() []runtime.ConnectOption { return nil }

type service struct {
	connection *runtime.Connection
	all        []*runtime.Connection
	signals    order.Signals
	once       sync.Once
}

func (s *service) hear(context.Context, order.Placed) error { return nil }

// New connects to its own signals, which end with it.
func New() *service {
	s := new(service)
	s.signals.Placed.Connect(s.hear)
	return s
}

// Start is of one of many.
func (s *service) Start() {
	s.signals.Placed.Connect(s.hear)
	s.once.Do(func() { order.ConnectPlaced(s.hear) })
	order.ConnectPlaced(s.hear) // want `Start may be called more than once`
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	order.ConnectPlaced(hear)        // want `this is in a handler`
	s.signals.Placed.Connect(s.hear) // want `this is in a handler`
	var own order.Signals
	own.Placed.Connect(hear)
}

// Accept serves connections.
func Accept(connections <-chan int) {
	for range connections {
		order.ConnectPlaced(hear) // want `this is in a loop`
	}
	http.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
		order.ConnectPlaced(hear) // want `this is in a handler`
	})
	run(func() { order.ConnectPlaced(hear) }) // when, nobody knows
	defer order.ConnectChecking(func(context.Context, int) error {
		order.DefaultSignals.Placed.Tap(nil) // want `this is in a handler`
		return nil
	}).Disconnect()
}

func run(func()) {}

// value is a value: who calls it cannot be seen.
func value(name string) { order.ConnectPlaced(hear) }

func init() { _ = value }
