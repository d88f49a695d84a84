// Package unexported declares signals of its own use.
package unexported

import "context"

// serverStart is not exported, and neither is what is generated for it.
//
//signalgen:signal
type serverStart struct{ addr string }

// checked is a signature.
//
//signalgen:signal
type checked func(ctx context.Context, n int) (bool, error)

// été begins with a letter of two bytes.
//
//signalgen:signal
type été int
