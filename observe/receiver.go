package observe

import (
	"sync/atomic"

	"github.com/signalgen/signalgen/runtime"
)

// A receiver holds the counters of all receivers of one signal with the same identity.
type receiver struct {
	errors, panics atomic.Uint64
	calls          atomic.Uint64
	busy           atomic.Int64
	latency        histogram
	flights        flights
	failures       failures
}

// An identity tells the receivers of a signal apart.
type identity struct {
	name, file     string
	line, priority int
	id             string
}

func identityOf(info runtime.ReceiverInfo) identity {
	return identity{info.Name, info.File, info.Line, info.Priority, info.ID}
}
