// Package signals declares the signals of the benchmarks of wired receivers.
package signals

import (
	"context"
	"time"
)

// A Payload is what is sent.
type Payload struct {
	Name string
	N    int64
	At   time.Time
}

// One has one receiver.
//
//signalgen:signal
type One func(ctx context.Context, data Payload) error

// Ten has ten.
//
//signalgen:signal
type Ten func(ctx context.Context, data Payload) error

// Hundred has a hundred.
//
//signalgen:signal
type Hundred func(ctx context.Context, data Payload) error
