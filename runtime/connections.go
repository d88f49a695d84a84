package runtime

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// Connections are several connections that were made together, as a generated
// ConnectReceivers returns them. They may be used from several goroutines.
type Connections struct {
	all []*Connection // never changes
}

// Join returns several connections as one.
func Join(connections ...*Connection) *Connections {
	return &Connections{slices.Clone(connections)}
}

// All returns an iterator over the connections, in the order in which they were
// made.
func (c *Connections) All() iter.Seq[*Connection] { return slices.Values(c.all) }

// Disconnect disconnects all of them. It reports whether this call disconnected
// any.
func (c *Connections) Disconnect() bool {
	found := false
	for _, conn := range c.all {
		if conn.Disconnect() {
			found = true
		}
	}
	return found
}

// Connected reports whether any of them is connected.
func (c *Connections) Connected() bool {
	return slices.ContainsFunc(c.all, (*Connection).Connected)
}

// Drain waits as [Connection.Drain] does until every one of them has nothing
// queued, or until ctx is done. It returns the errors, joined.
func (c *Connections) Drain(ctx context.Context) error {
	var errs []error
	for _, conn := range c.all {
		errs = append(errs, conn.Drain(ctx))
	}
	return errors.Join(errs...)
}
