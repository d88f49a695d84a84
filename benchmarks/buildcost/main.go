// Buildcost measures what a signal costs at build time: processor time of the compiler
// and the linker, bytes of the program, and lines to read. It compares what signalgen
// generates with the same written by hand: a generic slice of receivers behind a lock,
// and for each signal a func that connects and a func with a loop that sends, without
// the other methods of signalgen.
//
// Each program is a module in a temporary folder. Programs that are compared have the
// same declarations and the same main. The signals are of one kind:
//
//	payload     structs of values of basic types
//	signature   func types with 2 to 8 parameters of types of the standard
//	            library, and all four forms of results
//
// For each signal, main uses
//
//	send         ConnectX and SendX
//	everything   these and all methods, and ConnectXWeak; not by hand
//
// A build starts with a build cache that has only the standard library and signalgen's
// runtime. The builds take turns, round by round. The cost of the same program with one
// signal, including the runtime, is subtracted, and the rest divided by the number of
// other signals.
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
//	-before folder   another checkout of the repository, such as an older commit,
//	                 whose output is measured in turn with the rest. A relative
//	                 path starts in benchmarks
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
