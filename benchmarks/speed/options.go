package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/peers"
)

// options are what the flags say.
type options struct {
	rounds   int
	sample   time.Duration
	update   bool
	quick    bool
	patience time.Duration
	works    []work
	peers    []peers.Peer // signalgen first
}

// parseFlags reads the command line.
func parseFlags(args []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("speed", flag.ContinueOnError)
	flags.IntVar(&opts.rounds, "rounds", 30, "`rounds` of each work; a third or a tenth where samples take long")
	flags.DurationVar(&opts.sample, "time", 2*time.Millisecond, "`time` that a batch takes at least")
	flags.BoolVar(&opts.quick, "quick", false, "two rounds of tiny batches, to see that all works")
	flags.DurationVar(&opts.patience, "patience", 5*time.Second, "`time` that a sample of connects may take, as far as a smaller one tells")
	flags.BoolVar(&opts.update, "update", false, "write the figures into benchmarks/RESULTS.md and docs/")
	ofWorks := flags.String("works", names(works), "`works` to measure")
	only := flags.String("peers", "", "`parts` of the names of the peers to measure, with commas; signalgen is always there (default all)")
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		return opts, err
	}
	if opts.quick {
		opts.rounds, opts.sample = 2, 50*time.Microsecond
	}
	if opts.rounds < 1 {
		return opts, fmt.Errorf("%d rounds: want one or more", opts.rounds)
	}
	opts.peers = choosePeers(*only)
	return opts, bench.Choose(&opts.works, *ofWorks, workNamed)
}

// choosePeers returns signalgen and the peers whose names have one of the parts.
func choosePeers(parts string) []peers.Peer {
	var chosen []peers.Peer
	for _, p := range peers.All() {
		if p.Name == own || slices.ContainsFunc(strings.Split(parts, ","), func(part string) bool {
			return strings.Contains(strings.ToLower(p.Name), strings.ToLower(strings.TrimSpace(part)))
		}) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// workNamed finds a work.
func workNamed(name string) (work, error) {
	i := slices.IndexFunc(works, func(w work) bool { return w.name == name })
	if i < 0 {
		return work{}, fmt.Errorf("%q is none of %s", name, names(works))
	}
	return works[i], nil
}

// names returns the names of works, with commas.
func names(works []work) string {
	list := make([]string, len(works))
	for i, w := range works {
		list[i] = w.name
	}
	return strings.Join(list, ",")
}
