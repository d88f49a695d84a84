// Speed compares signalgen with its peers in package peers, and with calls written by
// hand.
//
// For each work, it times a batch of turns of one peer, then one of signalgen, then one
// of the next peer, and so on, for a number of rounds. The figures are medians. A ratio
// compares batches that were measured next to each other. A busy machine widens its
// interval, but hardly changes the ratio.
//
// Usage, in the repository's root:
//
//	go -C benchmarks run ./speed [flags]
//
// It prints all tables, and whether each target is met: the most that a work may take.
// With -update, it writes them to benchmarks/RESULTS.md, draws docs/speed.svg and puts the
// shorter tables between the markers in docs/speed.md. The work called scale runs the
// command of that name with few sizes.
//
// -works and -peers select some; -quick is for a first look, whose figures mean little.
// If you interrupt a run, it prints what it has.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

//go:generate go run github.com/signalgen/signalgen/cmd/signalgen ../...

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// run is the command without the process around it.
func run(args []string) error {
	opts, err := parseFlags(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process
	s := &session{ctx: ctx, options: opts}
	s.measure()
	r := report{s.options, s.results, s.texts}
	_, err = os.Stdout.WriteString(r.text())
	if err == nil && opts.update {
		err = r.update()
	}
	return err
}
