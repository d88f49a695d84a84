package runtime

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// Connections is a group of connections. [Connect] and the generated ConnectReceivers
// return one. It is safe for concurrent use.
type Connections struct {
	all []*Connection // never changes
}

// Connect groups connections, so that they can be disconnected or drained together:
//
//	all := runtime.Connect(order.ConnectPlaced(book), order.ConnectChecking(check))
//	defer all.Disconnect()
func Connect(connections ...*Connection) *Connections {
	return &Connections{slices.Clone(connections)}
}

// All returns an iterator over the connections, in the order in which Connect got them.
func (c *Connections) All() iter.Seq[*Connection] { return slices.Values(c.all) }

// Disconnect disconnects all receivers of the group. It reports whether this call
// disconnected any.
func (c *Connections) Disconnect() bool {
	found := false
	for _, conn := range c.all {
		if conn.Disconnect() {
			found = true
		}
	}
	return found
}

// Connected reports whether any receiver of the group is connected.
func (c *Connections) Connected() bool {
	return slices.ContainsFunc(c.all, (*Connection).Connected)
}

// Drain drains one connection after another, as [Connection.Drain] does. It returns the
// joined errors.
func (c *Connections) Drain(ctx context.Context) error {
	var errs []error
	for _, conn := range c.all {
		errs = append(errs, conn.Drain(ctx))
	}
	return errors.Join(errs...)
}
