// Package generics declares generic signals, and no others.
package generics

import (
	"cmp"
	"context"
	"iter"
)

// Saved is a payload.
//
//signalgen:signal
type Saved[T any] struct{ Value T }

// Paired has two type parameters, constraints of another package, and a sender.
//
//signalgen:signal sender
type Paired[K cmp.Ordered, V interface{ ~[]K | ~map[K]K }] struct {
	Sender K
	Value  V
}

// Looked is a signature whose type parameters are called like what the output
// uses.
//
//signalgen:signal
type Looked[s, ctx, runtime any] func(c context.Context, key s, all iter.Seq[ctx], more ...runtime) (runtime, error)

// Merged is an alias.
//
//signalgen:signal
type Merged[T any] = map[string]Saved[T]

// Both has type parameters that share a constraint.
//
//signalgen:signal
type Both[A, B comparable] func(ctx context.Context, a A, b *B)

// Told has a type parameter that hides any, and a sender.
//
//signalgen:signal sender
type Told[any comparable] struct {
	Sender string
	What   any
}
