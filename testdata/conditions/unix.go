//go:build unix

package conditions

import "context"

// Signalled is sent where there are signals of another kind.
//
//signalgen:signal sender
type Signalled func(ctx context.Context, sender *Process, number int) (handled bool, err error)

// Process sends.
type Process struct{ ID int }
