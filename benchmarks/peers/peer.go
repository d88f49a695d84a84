// Package peers has the ways to send that are compared, each with its own idiomatic API
// and in its own file.
//
// Loops call a peer directly: a func between the loop and the peer would cost as much
// as a receiver.
package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/signals"
)

// A Loop does something n times.
type Loop func(n int)

// A Peer is a way to send. Funcs for what it cannot do are nil.
type Peer struct {
	Name   string
	Module string // import path; empty for a peer of this package

	// Locks says that a send locks or allocates, and is safe for use by several
	// goroutines.
	Locks bool

	// Send returns a loop that sends to n receivers, in the goroutine that runs it.
	Send func(n int, hear Hearing) Loop

	// Robust is Send that calls the other receivers even if one panics.
	Robust func(n int) Loop

	// Each returns a loop that sends by ranging over an iterator, which calls the next
	// receiver at each step.
	Each func(n int) Loop

	// Weak returns a loop that sends to n receivers. They are methods of values that
	// they do not keep alive.
	Weak func(n int) Loop

	// Senders returns a loop that sends for one of several senders, each with one
	// receiver: the same sender in all turns, or another in each.
	Senders func(senders int, same bool) Loop

	// Queue returns a loop that sends a batch of events to an audience, whose members
	// hear it in goroutines of their own, and waits until they have.
	Queue func(a *Audience) (loop Loop, stop func())

	// Connect prepares to connect n receivers, with optional priorities, and to
	// disconnect them in the given order of their indexes.
	Connect func(n int, priority func(i int) int) *Connecting
}

// Connecting has the two halves of a measured connection, and a send to those that are
// connected.
type Connecting struct {
	Connect    func()
	Disconnect func(order []int)
	Send       func()
}

// Hearing is what receivers do.
type Hearing int

// What receivers do.
const (
	Add  Hearing = iota // add to receivers.Count
	Read                // read what was sent, without writing, so that several goroutines may send
)

// pick returns the receiver for what they do.
func pick[F any](hear Hearing, add, read F) F {
	if hear == Read {
		return read
	}
	return add
}

// All returns all peers except those that package main must wire: signalgen first, then
// the baselines.
func All() []Peer {
	return []Peer{
		Signalgen(), byHand(), slice(), copyOnWrite(), locked(),
		recoverEach(), recoverOnce(), weakByHand(), pointers(), mapOfSenders(),
		eventBus(), pocketBase(),
		channels(), swapped(), libp2p(), ethereum(), cskr(), tailscale(), watermillChannel(),
	}
}

type receiver = func(ctx context.Context, data signals.Payload) error
