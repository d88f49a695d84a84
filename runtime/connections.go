package runtime

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// Connections groups several connections. [Connect] and a generated ConnectReceivers
// return one. It is safe for use by several goroutines.
type Connections struct {
	all []*Connection // never changes
}

// Connect groups several connections, to disconnect or drain them together:
//
//	all := runtime.Connect(order.ConnectPlaced(book), order.ConnectChecking(check))
//	defer all.Disconnect()
func Connect(connections ...*Connection) *Connections {
	return &Connections{slices.Clone(connections)}
}

// All returns an iterator over the connections, in the order of Connect.
func (c *Connections) All() iter.Seq[*Connection] { return slices.Values(c.all) }

// Disconnect disconnects all of them. It reports whether this call disconnected any.
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

// Drain waits for each of them as [Connection.Drain] does. It returns the joined
// errors.
func (c *Connections) Drain(ctx context.Context) error {
	var errs []error
	for _, conn := range c.all {
		errs = append(errs, conn.Drain(ctx))
	}
	return errors.Join(errs...)
}
