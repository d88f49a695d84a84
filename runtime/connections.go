package runtime

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// Connections are several connections as one, as [Connect] and a generated
// ConnectReceivers return them. They may be used from several goroutines.
type Connections struct {
	all []*Connection // never changes
}

// Connect returns several connections as one, to be disconnected or drained together:
//
//	all := runtime.Connect(order.ConnectPlaced(book), order.ConnectChecking(check))
//	defer all.Disconnect()
func Connect(connections ...*Connection) *Connections {
	return &Connections{slices.Clone(connections)}
}

// All returns an iterator over the connections, in the order of Connect.
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
