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
		eventBus(), pocketBase(),
	}
}

type receiver = func(ctx context.Context, data signals.Payload) error
