package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A plan is what the command line asks for.
type plan struct {
	rounds int
	sizes  []bench.Size
	kinds  []kind
	uses   []use
	before string // absolute path of another checkout, or empty
}

// parsePlan reads the command line.
func parsePlan(args []string) (p plan, err error) {
	flags := flag.NewFlagSet("buildcost", flag.ContinueOnError)
	flags.IntVar(&p.rounds, "rounds", 3, "`rounds` of builds")
	sizes := flags.String("sizes", "1x200,1x1000,100x10", "`sizes` of programs: packages x signals in each")
	kinds := flags.String("kinds", "payload,signature", "`kinds` of signals")
	uses := flags.String("uses", "send,everything", "what main `uses` of each signal")
	flags.StringVar(&p.before, "before", "", "`folder` of another checkout of the repository")
	if err := flags.Parse(args); err != nil {
		return p, err
	}
	if p.rounds < 1 {
		return p, fmt.Errorf("rounds %d: want at least 1", p.rounds)
	}
	if err := bench.Choose(&p.sizes, *sizes, bench.ParseSize); err != nil {
		return p, err
	}
	if err := bench.Choose(&p.kinds, *kinds, oneOf(payload, signature)); err != nil {
		return p, err
	}
	if err := bench.Choose(&p.uses, *uses, oneOf(send, everything)); err != nil {
		return p, err
	}
	if p.before != "" {
		p.before, err = filepath.Abs(p.before)
	}
	return p, err
}

// oneOf returns a func that accepts only these names.
func oneOf[T ~string](names ...T) func(string) (T, error) {
	return func(name string) (T, error) {
		if !slices.Contains(names, T(name)) {
			return "", fmt.Errorf("%q: want one of %q", name, names)
		}
		return T(name), nil
	}
}

// programs returns the programs of a plan. Those that are compared follow each other,
// so that their builds are close in time.
func (p plan) programs(styles []style) (list []program) {
	for _, kind := range p.kinds {
		for _, size := range p.sizes {
			for _, use := range p.uses {
				for _, style := range styles {
					if style != byHand || use == send {
						list = append(list, program{style, kind, use, size})
					}
				}
			}
		}
	}
	return list
}
