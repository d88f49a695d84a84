// Package scopes has names of its own that an output would like to use.
package scopes

import (
	sg "context"
	"example.com/signals/dep/a/codec"
)

// context, runtime and stdcontext cannot be the names of imports in this package.
func context() (runtime, stdcontext int) { return runtime, stdcontext }

var runtime, stdcontext, stdcodec = context, 1, 2

// Sent has names of the package in its way.
//
//signalgen:signal
type Sent func(ctx sg.Context, f codec.Format, stdcontext2 int) error
