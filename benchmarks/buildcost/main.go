// Buildcost measures what a signal costs where it is built: processor time of
// the compiler and the linker, bytes of the program, and lines to read. Beside
// what signalgen generates stands the same written by hand: a generic slice of
// receivers behind a lock, and for each signal a func to connect and a func with
// a loop to send, and nothing else that signalgen's have.
//
// Each program is a module in a temporary folder. Those that are compared have
// the same declarations and the same main. The signals are of one kind:
//
//	payload     structs of values of basic types
//	signature   func types of 2 to 8 parameters whose types are of the standard
//	            library, with all four forms of results
//
// and main uses of each signal
//
//	send         ConnectX and SendX
//	everything   these and all methods, and ConnectXWeak; not by hand
//
// A build starts with a build cache that has the standard library and
// signalgen's runtime and nothing else. The builds take turns, round by round.
// What the same program with one signal takes, the runtime included, is subtracted,
// and the rest divided by the number of the other signals.
//
// Usage, in the repository's root:
//
//	go -C benchmarks run ./buildcost [flags]
//
// The flags are:
//
//	-rounds n        how often each program is built (default 3)
//	-sizes list      packages x signals in each (default 1x200,1x1000,100x10)
//	-kinds list      kinds of signals (default payload,signature)
//	-uses list       what main uses (default send,everything)
//	-before folder   another checkout of the repository, such as one of an older
//	                 commit: what it generates is measured in turn with the rest.
//	                 A relative path begins in benchmarks
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "buildcost:", err)
		os.Exit(1)
	}
}

// run is the command without the process around it.
func run(args []string) error {
	plan, err := parsePlan(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process
	work, err := os.MkdirTemp("", "signalgen-buildcost-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	b, err := newBuilder(ctx, work, plan.before)
	if err != nil {
		return err
	}
	r := report{rounds: plan.rounds, programs: plan.programs(b.styles())}
	if r.costs, err = measureAll(b, r.programs, plan.rounds); err != nil {
		return err
	}
	return r.write(os.Stdout)
}

// measureAll builds the programs, and their bases, in every round.
func measureAll(b builder, programs []program, rounds int) (map[program]*cost, error) {
	for _, p := range slices.Clone(programs) {
		if !slices.Contains(programs, p.base()) {
			programs = append(programs, p.base())
		}
	}
	costs := make(map[program]*cost)
	for _, p := range programs {
		if err := b.write(p); err != nil {
			return nil, err
		}
		costs[p] = new(cost)
	}
	if err := b.prime(); err != nil {
		return nil, err
	}
	for round := range rounds {
		for _, p := range programs {
			if err := b.build(p, costs[p]); err != nil {
				return nil, err
			}
			_, _ = fmt.Fprintf(os.Stderr, "round %d/%d: %s: %.0f ms\n",
				round+1, rounds, p, bench.Milliseconds(costs[p].builds[round]))
		}
	}
	return costs, nil
}
