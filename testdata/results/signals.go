// Package results declares signals whose receivers return all there is to return.
package results

import "context"

// Ticked has receivers that return nothing.
//
//signalgen:signal
type Ticked func(ctx context.Context, n int)

// Bare is sent with nothing but a ctx.
//
//signalgen:signal
type Bare func(context.Context)

// Checked has receivers that return an error.
//
//signalgen:signal
type Checked func(ctx context.Context, names ...string) error

// Counted has receivers that return a value.
//
//signalgen:signal
type Counted func(ctx context.Context, from int) (n int)

// Quoted has receivers that return a value or an error.
//
//signalgen:signal
type Quoted func(ctx context.Context, item string, pieces ...int) (price map[string]int, err error)

// Failed has receivers whose value is an error.
//
//signalgen:signal
type Failed (func(ctx context.Context) (error, error))

// ctx and failure are other names for what every signature has.
type (
	ctx     = std
	std     = context.Context
	failure = error
)

// Aliased has a context and an error under other names.
//
//signalgen:signal
type Aliased func(ctx) failure
