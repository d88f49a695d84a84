//go:build unix

// Crash kills, stops and hinders processes that are tied by a bridge over NATS while
// signals are sent, and counts what has become of them.
//
//	go run ./crash                 # all trials, about twelve minutes
//	go run ./crash server disk     # some of them
//
// It starts every process itself, on free ports of 127.0.0.1: one server, or a cluster
// of three with streams of three replicas, and a receiver. The trials:
//
//	receiver       the receiving process is killed 10 times
//	member         one of two members of a group is killed, 5 times
//	server         a single server is killed 6 times
//	leader-3       the node that leads stream and consumers is killed, 3 times
//	leader-5       the same, 5 times
//	leader-stalled that node is stopped for 3 s, in which no other is elected
//	leader-paused  that node is stopped for 10 s, and goes on
//	node-paused    the node that the clients are connected to is stopped for 100 s
//	all            all three nodes are killed at once, twice
//	rolling        one node after another is shut down and started again
//	consumer       the group's consumer is deleted while some signals fail
//	anew           the streams are deleted, together and each by itself
//	disk           the disk of a single server fills up
//
// To kill is kill -9, to stop is SIGSTOP. disk mounts a tmpfs of 48 MB, for which it
// needs to be root, if only of a namespace: unshare -Urm go run ./crash disk.
//
// Beside the bridge a client by hand does the same over the same stream at the same
// time: it publishes with an id until it gets an acknowledgement, and receives from a
// durable consumer with Consume, as the documentation of nats.go shows it. What it
// waits for is what the server takes.
//
// The table that crash prints has
//
//	acknowledged    sends that returned nil
//	lost            of these, never heard: must be 0
//	errors          sends that returned an error
//	though stored   of these, heard all the same: must be 0
//	heard twice     hearings of a signal beyond its first; it is allowed where a process
//	                dies before it is known what it has heard
//	out of order    signals first heard after a later one of their key
//	no send         the longest time in which no send was acknowledged, in brackets that
//	                of the client by hand
//	nothing heard   the same of what was heard
//
// It exits with 1 if a trial has lost a signal, or returned an error for one that was
// stored.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

// A plan says how much is sent.
type plan struct {
	count, rate, keys int
	ackWait           time.Duration
	log               bool
}

func main() {
	process.Act()
	var p plan
	flag.IntVar(&p.count, "count", 5000, "signals to send at least; a trial sends until it is over")
	flag.IntVar(&p.rate, "rate", 400, "signals to send a second, by each of the two clients")
	flag.IntVar(&p.keys, "keys", 100, "senders, each of which has a key and sends one signal after another")
	flag.DurationVar(&p.ackWait, "ackwait", 6*time.Second, "of the groups: see natsbridge.AckWait")
	flag.BoolVar(&p.log, "log", false, "print what the bridge logs")
	flag.Parse()
	ok := true
	chosen := func(name string) bool { return flag.NArg() == 0 || slices.Contains(flag.Args(), name) }
	fmt.Println(head)
	for _, t := range trials {
		if chosen(t.name) {
			ok = t.report(context.Background(), p) && ok
		}
	}
	fmt.Println()
	fmt.Println(attackHead)
	for _, a := range attacks {
		if chosen(a.name) {
			ok = a.report(context.Background(), p) && ok
		}
	}
	if !ok {
		os.Exit(1)
	}
}

// report prints what comes of a trial, and tells whether it is as it should be.
func (t trial) report(ctx context.Context, p plan) bool {
	r, err := t.run(ctx, p)
	if err != nil {
		fmt.Fprintf(os.Stderr, "crash: %s: %v\n", t.name, err)
		return false
	}
	fmt.Println(row(t.name, r))
	for _, text := range r.errors[:min(3, len(r.errors))] {
		fmt.Fprintf(os.Stderr, "crash: %s: a send returned: %s\n", t.name, text)
	}
	return r.good()
}

func (a attack) report(ctx context.Context, p plan) bool {
	tried, harmed, err := a.run(ctx, p)
	if err != nil {
		fmt.Fprintf(os.Stderr, "crash: %s: %v\n", a.name, err)
		return false
	}
	fmt.Printf("| %s | %d | %d | %s |\n", a.name, tried, harmed, a.harm)
	return harmed == 0
}
