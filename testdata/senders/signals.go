// Package senders declares signals that have a sender.
package senders

import (
	"context"
	"net/url"

	"example.com/signals/internal/unit"
)

// Account sends.
type Account struct{ Name string }

// Key is a sender that is a value.
type Key struct{ A, B int }

// Saved has its sender in a field.
//
//signalgen:signal sender
type Saved struct {
	N      int
	Sender *Account
}

// Renamed is declared by the name of such a type.
//
//signalgen:signal sender
type Renamed Saved

// Keyed has a sender that is a value in a field.
//
//signalgen:signal sender name=keyed
type Keyed struct{ Sender Key }

// Moved has its sender as a parameter.
//
//signalgen:signal sender
type Moved func(ctx context.Context, from *Account, opts, held int) error

// Called has a sender that has no name, of another package.
//
//signalgen:signal sender
type Called func(context.Context, *url.URL) (int, error)

// Measured has a sender that is a value of another package.
//
//signalgen:signal sender
type Measured func(ctx context.Context, s unit.Meter, owner, method string) int

// Named has a sender that is an interface.
//
//signalgen:signal sender
type Named func(ctx context.Context, sender interface{ Name() string })
