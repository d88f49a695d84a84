// Buildcost measures what a signal costs where it is built: in time of the
// compiler and the linker, and in bytes of the program. Beside what signalgen
// generates stands the same written by hand: a generic slice of receivers
// behind a lock, and for each signal a func to connect and a func with a loop to
// send, and nothing else that signalgen's have.
//
// Both are modules in a temporary folder, with the same declarations and the
// same main, which connects a receiver to each signal and sends each. A quarter
// of the signals are signatures with differing arguments and results, the others
// are structs.
//
// A build starts with a build cache that has the standard library and
// signalgen's runtime and nothing else. The builds take turns, round by round.
// What a program with the same main for no signals takes is subtracted, and the
// rest divided by the number of signals.
//
// Usage, in the repository's root:
//
//	go -C benchmarks run ./buildcost [flags]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
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
	flags := flag.NewFlagSet("buildcost", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "`rounds` of builds")
	list := flags.String("sizes", "1x1000,100x10", "`sizes` of programs: packages x signals in each")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var sizes []bench.Size
	if err := bench.Choose(&sizes, *list, bench.ParseSize); err != nil {
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
	b, err := newBuilder(ctx, work)
	if err != nil {
		return err
	}
	costs, err := measureAll(b, sizes, *rounds)
	if err != nil {
		return err
	}
	return report{*rounds, sizes, costs}.write(os.Stdout)
}

// measureAll writes a program of every style and size, and one of each style with
// no signals, and builds all of them in every round.
func measureAll(b builder, sizes []bench.Size, rounds int) (map[program]*cost, error) {
	var programs []program
	costs := make(map[program]*cost)
	for _, size := range append([]bench.Size{{}}, sizes...) {
		for _, style := range styles {
			p := program{style, size}
			if err := b.write(p); err != nil {
				return nil, err
			}
			programs = append(programs, p)
			costs[p] = new(cost)
		}
	}
	if err := b.prime(); err != nil {
		return nil, err
	}
	for round := range rounds {
		for _, p := range programs {
			if err := b.build(p, costs[p]); err != nil {
				return nil, err
			}
			_, _ = fmt.Fprintf(os.Stderr, "round %d/%d: %s %s: %.0f ms\n",
				round+1, rounds, p.size, p.style, bench.Milliseconds(costs[p].builds[round]))
		}
	}
	return costs, nil
}
