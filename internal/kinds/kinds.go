// Package kinds declares a signal of each kind, for the tests of the runtime.
package kinds

import (
	"context"
	"fmt"
	"time"
)

// Started is a payload.
//
//signalgen:signal name=kinds.started
type Started struct {
	Addr string
	N    int64
	At   time.Time
}

// Ticked has receivers that return nothing.
//
//signalgen:signal name=kinds.ticked
type Ticked func(ctx context.Context, n int)

// Checked has receivers that return an error.
//
//signalgen:signal name=kinds.checked
type Checked func(ctx context.Context, id string, total int) error

// Counted has receivers that return a value.
//
//signalgen:signal name=kinds.counted
type Counted func(ctx context.Context, from int) int

// Quoted has receivers that return a value or an error.
//
//signalgen:signal name=kinds.quoted
type Quoted func(ctx context.Context, item string, pieces ...int) (price int, err error)

// Account is a sender.
type Account struct{ Name string }

// Saved has a sender that is a pointer.
//
//signalgen:signal sender name=kinds.saved
type Saved struct {
	Sender *Account
	N      int
}

// Moved has a sender that is a value.
//
//signalgen:signal sender name=kinds.moved
type Moved func(ctx context.Context, sender string, n int) (bool, error)

// Touched has no results.
//
//signalgen:signal sender name=kinds.touched
type Touched func(ctx context.Context, sender *Account)

// Stored is generic.
//
//signalgen:signal name=kinds.stored
type Stored[K comparable, V any] struct {
	Key   K
	Value V
}

// Looked is generic, and a signature.
//
//signalgen:signal name=kinds.looked
type Looked[K comparable] func(ctx context.Context, key K) (found bool, err error)

// Noted is an interface.
//
//signalgen:signal name=kinds.noted
type Noted interface{ fmt.Stringer }

// Kept is private: only this package sends it.
//
//signalgen:signal private name=kinds.kept
type Kept struct{ N int }

// Asked is a private signature.
//
//signalgen:signal private name=kinds.asked
type Asked func(ctx context.Context, n int) int

// Pinged has a sender of any type.
//
//signalgen:signal sender name=kinds.pinged
type Pinged func(ctx context.Context, sender any)

// Pointed has a sender that is a pointer to a small value.
//
//signalgen:signal sender name=kinds.pointed
type Pointed func(ctx context.Context, sender *int64)
