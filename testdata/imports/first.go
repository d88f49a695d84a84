// Package imports declares signals whose types come from other packages, under
// all the names that imports can have.
package imports

import (
	stdctx "context"
	"runtime"
	"time"

	"example.com/signals/dep/a/codec"
	"example.com/signals/dep/odd"
	"example.com/signals/dep/yaml.v3"
)

// Versioned has a package whose path ends in a version.
//
//signalgen:signal
type Versioned func(ctx stdctx.Context, node *yaml.Node) error

// Misnamed has a package whose path does not tell its name.
//
//signalgen:signal
type Misnamed func(ctx stdctx.Context, n even.Number) error

// First has a package whose name another file gives to another one.
//
//signalgen:signal
type First func(ctx stdctx.Context, f codec.Format, at time.Time) error

// Crashed has a package of the same name as one that the output needs itself.
//
//signalgen:signal
type Crashed func(ctx stdctx.Context, err runtime.Error) error
