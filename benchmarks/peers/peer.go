// Package peers has the ways to send that are measured beside each other, each
// by its own idiomatic API and in a file of its own.
//
// Loops call a peer directly: a func between the loop and the peer would cost as
// much as a receiver does.
package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/signals"
)

// A Loop does something n times.
type Loop func(n int)

// A Peer is a way to send. What it does not have is nil.
type Peer struct {
	Name   string
	Module string // import path; empty for what stands here

	// Locks says that a send locks or allocates, and may be used from several
	// goroutines.
	Locks bool

	// Send returns a loop that sends to so many receivers, in the goroutine that
	// runs it.
	Send func(n int, hear Hearing) Loop

	// Robust is Send where a panic of a receiver keeps nobody from hearing.
	Robust func(n int) Loop

	// Each returns a loop that sends by ranging over an iterator, which calls the
	// next receiver.
	Each func(n int) Loop

	// Weak returns a loop that sends to n receivers, methods of values that they do
	// not keep from being collected.
	Weak func(n int) Loop

	// Senders returns a loop that sends for one of so many senders, each of which
	// has a receiver: the same one in all turns, or another one in each.
	Senders func(senders int, same bool) Loop

	// Queue returns a loop that sends a batch of so many events to an audience,
	// whose members hear it in goroutines of their own, and waits until they have.
	Queue func(a *Audience) (loop Loop, stop func())

	// Connect prepares to connect n receivers, with priorities if there are any,
	// and to disconnect them in an order of their indices.
	Connect func(n int, priority func(i int) int) *Connecting
}

// Connecting has the two halves of what is measured of a connection, and a send to
// those that are connected.
type Connecting struct {
	Connect    func()
	Disconnect func(order []int)
	Send       func()
}

// Hearing is what receivers do.
type Hearing int

// What receivers do.
const (
	Add  Hearing = iota // to receivers.Count
	Read                // what was sent, without a write; then several goroutines may send
)

// pick returns the receiver that does it.
func pick[F any](hear Hearing, add, read F) F {
	if hear == Read {
		return read
	}
	return add
}

// All returns all peers but those that package main has to wire: signalgen first,
// then the baselines.
func All() []Peer {
	return []Peer{
		Signalgen(), byHand(), slice(), copyOnWrite(), locked(),
		recoverEach(), recoverOnce(), weakByHand(), pointers(), mapOfSenders(),
		eventBus(), pocketBase(),
		channels(), swapped(), libp2p(), ethereum(), cskr(), tailscale(), watermillChannel(),
	}
}

type receiver = func(ctx context.Context, data signals.Payload) error
