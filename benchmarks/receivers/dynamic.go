package receivers

import (
	"context"
	"time"

	"github.com/signalgen/signalgen/benchmarks/signals"
)

// Add is a receiver to connect. It does the same as those for calls by hand.
//
//go:noinline
func Add(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// Read is a receiver for sends from several goroutines: it writes nothing as long as
// Data is sent unchanged.
//
//go:noinline
func Read(_ context.Context, data signals.Payload) error {
	if data.N != 1 {
		Count++
	}
	return nil
}

// Data is what is sent. Its N is 1.
var Data = signals.Payload{Name: "name", N: 1, At: time.Now()}
