// Package types declares signals with all kinds of types as parameters.
package types

import (
	"context"
	"iter"
	"net/http"
	"time"
	"unsafe"

	"example.com/signals/internal/unit"
)

// Page is generic.
type Page[T any] struct{ Items []T }

// Pair is generic in two types.
type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

// Item is an item.
type Item string

const size = 2

var table [3]int

// Channels has channels of every direction.
//
//signalgen:signal
type Channels func(ctx context.Context, both chan int, in chan<- time.Time, out <-chan (<-chan Item)) error

// Funcs has funcs as parameters and as its response.
//
//signalgen:signal
type Funcs func(ctx context.Context, handle http.HandlerFunc, next func(time int, opts ...time.Duration) (at time.Time, err error)) (func(unit.Meter) unit.Meter, error)

// Generics has instances of generic types.
//
//signalgen:signal
type Generics func(ctx context.Context, page Page[Item], pair *Pair[time.Duration, Page[*unit.Meter]], seq iter.Seq2[int, Item]) Page[time.Month]

// Literals has types that have no names.
//
//signalgen:signal
type Literals func(
	ctx context.Context, // not copied
	object struct {
		At   time.Time `json:"at"` // stays there
		Name string
		time.Duration
	},
	/* not copied */ pointer *struct{ next *http.Request },
)

// Interfaces has an interface with a method.
//
//signalgen:signal
type Interfaces func(ctx context.Context, thing interface {
	Stop(wait time.Duration) error
}, any any, empty interface{}, err error)

// Arrays has lengths that are expressions.
//
//signalgen:signal
type Arrays func(ctx context.Context, a [size]int, b [unsafe.Sizeof(uint64(0))]byte, c [len(table) + int(time.Nanosecond)]Item, d [http.StatusOK]struct{}) int

// Internal has a type of an internal package.
//
//signalgen:signal
type Internal func(ctx context.Context, high unit.Meter, parenthesised *unit.Meter, many ...map[unit.Meter][]*unit.Meter) error
