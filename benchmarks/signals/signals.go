// Package signals declares the signals that the benchmarks send.
package signals

import (
	"context"
	"time"
)

// A Payload is what signalgen and its peers send.
type Payload struct {
	Name string
	N    int64
	At   time.Time
}

// Event has no senders.
//
//signalgen:signal
type Event func(ctx context.Context, data Payload) error

// Known is sent by senders that have a number.
//
//signalgen:signal sender
type Known func(ctx context.Context, sender int, data Payload) error

// Held is sent by senders that are pointers.
//
//signalgen:signal sender
type Held func(ctx context.Context, sender *Payload, data Payload) error
