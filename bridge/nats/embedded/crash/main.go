//go:build unix

// Crash kills, stops and disturbs processes that are connected by a bridge over NATS while
// they send signals, and counts what becomes of the signals.
//
//	go run ./crash                 # everything, about twenty minutes
//	go run ./crash server forge    # one trial and one attack
//
// It starts all processes itself, on free ports of 127.0.0.1: one server, or a cluster
// of three with three replicas of the streams, and a receiver. The trials:
//
//	receiver        the receiving process is killed, 10 times
//	member          the older of two members of a group is killed, 5 times
//	server          a single server is killed 6 times
//	leader-3        the node that leads stream and consumers is killed, 3 times
//	leader-5        the same, 5 times
//	leader-stalled  that node is stopped for 3 s, too short for another to be elected
//	leader-paused   that node is stopped for 10 s
//	node-paused     the node that the clients are connected to is stopped for 100 s
//	all             all three nodes are killed at once, twice
//	rolling         one node after another is shut down and restarted
//	consumer        the group's consumer is deleted while some signals fail
//	anew            the streams are deleted, each by itself and both together
//	disk            the disk of a single server is full for 8 s
//	ordered-member  as member, with one more receiver and natsbridge.Ordered
//	ordered-leader  as leader-3, with two receivers and natsbridge.Ordered
//	ordered-node    as node-paused for 20 s, with two receivers and natsbridge.Ordered
//
// Killed means kill -9, stopped means SIGSTOP. The trial disk mounts a tmpfs of 48 MB, for
// which it needs root, at least in a namespace: unshare -Urm go run ./crash disk.
//
// A client written by hand with nats.go does the same as the bridge at the same time, over
// the same stream, for comparison. It publishes with an id until it gets an
// acknowledgement, and receives from a durable consumer with Consume, as the documentation
// of nats.go shows it. Each trial is a row of a table:
//
//	acknowledged    sends that returned nil
//	lost            those of them that were never received; must be 0
//	errors          sends that returned an error
//	though stored   those of them that were received all the same; must be 0
//	heard twice     how often a signal was received again, which is allowed when a
//	                process dies before the server has its acknowledgement
//	out of order    signals first received after a later one of the same key
//	no send         the longest time without an acknowledged send
//	nothing heard   the longest time without a received signal
//
// A second table shows attacks of programs that may publish to the server, and what
// programs of other versions send. Harm must be 0:
//
//	guess        messages with ids that the next signals may have
//	forge        dead letters that misuse the permissions of the operator who replays them
//	headers      messages whose headers leave no room for those of a dead letter
//	skew         signals with a field that is renamed, removed or null
//	skew-strict  the same, received with bridge.Strict
//
// The exit code is 1 if a number that must be 0 is not. RESULTS.md has the tables of a run.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

// A plan has the numbers of a run.
type plan struct {
	count, rate, keys int
	ackWait           time.Duration
	log               bool
}

func main() {
	process.Act()
	var p plan
	flag.IntVar(&p.count, "count", 5000, "minimum number of signals; a trial sends until it is over")
	flag.IntVar(&p.rate, "rate", 400, "signals per second that each of the two clients sends")
	flag.IntVar(&p.keys, "keys", 100, "number of senders, each with a key")
	flag.DurationVar(&p.ackWait, "ackwait", 6*time.Second, "natsbridge.AckWait of the groups")
	flag.BoolVar(&p.log, "log", false, "print what the bridge logs")
	flag.Parse()
	if err := known(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt) // so that stopped processes are ended too
	ok := run(ctx, p, flag.Args())
	stop()
	if !ok {
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

// run runs the trials and attacks that are named, or all without names, and prints the
// results. It reports whether they are as they must be.
func run(ctx context.Context, p plan, names []string) bool {
	ok, above := true, ""
	report := func(name, head string, one func(context.Context, plan) bool) {
		if ctx.Err() != nil || len(names) > 0 && !slices.Contains(names, name) {
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

// report runs a trial and prints its result. It reports whether that is as it must be.
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
