//go:build unix

// Crash kills, stops and hinders processes that a bridge over NATS connects, while they
// send signals, and counts what has become of the signals.
//
//	go run ./crash                 # everything, about fifteen minutes
//	go run ./crash server forge    # one trial and one attack
//
// It starts all processes itself, on free ports of 127.0.0.1: one server, or a cluster
// of three with three replicas of the streams, and a receiver. The trials:
//
//	receiver        the receiving process is killed 10 times
//	member          the older of two members of a group is killed, 5 times
//	server          a single server is killed 6 times
//	leader-3        the node that leads stream and consumers is killed, 3 times
//	leader-5        the same, 5 times
//	leader-stalled  that node is stopped for 3 s, too short for another to be elected
//	leader-paused   that node is stopped for 10 s
//	node-paused     the node that the clients are connected to is stopped for 100 s
//	all             all three nodes are killed at once, twice
//	rolling         one node after another is shut down and started again
//	consumer        the group's consumer is deleted while some signals fail
//	anew            the streams are deleted, each alone and both together
//	disk            the disk of a single server is full for 8 s
//
// Killing is kill -9, stopping is SIGSTOP. The trial disk mounts a tmpfs of 48 MB, so it
// must be root, if only in a namespace: unshare -Urm go run ./crash disk.
//
// A client written by hand does the same as the bridge at the same time, over the same
// stream. It publishes with an id until it gets an acknowledgement, and receives from a
// durable consumer with Consume, as the documentation of nats.go shows it. So what it
// waits for is what the servers take. Each trial is a row of a table:
//
//	acknowledged    sends that returned nil
//	lost            those of them that were never heard; must be 0
//	errors          sends that returned an error
//	though stored   those of them that were heard all the same; must be 0
//	heard twice     how often a signal was heard again; that is allowed when a process
//	                dies before the server knows what it has heard
//	out of order    signals first heard after a later one of the same key
//	no send         the longest time without an acknowledged send
//	nothing heard   the longest time without a signal that was heard
//
// A second table has what people try who may publish to the server, and what programs
// of other versions send. Harm must be 0:
//
//	guess        messages under the ids that signals may get next
//	forge        dead letters that would have Replay do what its caller may do
//	headers      messages that leave no room for the headers of a dead letter
//	skew         signals with a field that is renamed, removed or null
//	skew-strict  the same, received with bridge.Strict
//
// It exits with 1 if a trial or an attack does not end as it must.
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
	if err := known(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(2)
	}
	if !run(context.Background(), p, flag.Args()) {
		os.Exit(1)
	}
}

// known returns an error if a name is neither that of a trial nor that of an attack.
func known(names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(trials, func(t trial) bool { return t.name == name }) &&
			!slices.ContainsFunc(attacks, func(a attack) bool { return a.name == name }) {
			return fmt.Errorf("no trial or attack %q", name)
		}
	}
	return nil
}

// run prints what comes of the trials and attacks of the names, of all if there are
// none, and tells whether that is as it must be.
func run(ctx context.Context, p plan, names []string) bool {
	ok, above := true, ""
	report := func(name, head string, one func(context.Context, plan) bool) {
		if len(names) > 0 && !slices.Contains(names, name) {
			return
		}
		if above != head {
			fmt.Println(head)
			above = head
		}
		ok = one(ctx, p) && ok
	}
	for _, t := range trials {
		report(t.name, trialHead, t.report)
	}
	for _, a := range attacks {
		report(a.name, attackHead, a.report)
	}
	return ok
}

// report prints what comes of a trial, and tells whether that is as it must be.
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
