// Scale measures how much time and memory signalgen and other Go code generators take
// as the number of packages and declarations grows.
//
// It makes modules of its own in a temporary folder. For each signal, every package
// also has a declaration for each of the other generators. So all of them read the same
// files and write the same number of outputs: see trees.go. generators.go has how each
// generator is called.
//
// A row of the results is a size, a kind of tree and a state:
//
//   - warm: the outputs are up to date, and what the generator compiles is in the
//     build cache
//   - edited: after that, a declaration of each kind has changed in every package
//   - cold: the outputs are up to date, the build cache is empty; the module cache
//     is kept
//
// The generators take turns: each runs once in every round, so other work on the
// machine affects all of them. A row shows the median time of a generator's rounds, and
// the most memory that one of them took.
//
// Usage, in the repository's root:
//
//	go -C benchmarks run ./scale [flags]
//	go -C benchmarks run ./scale -graph [-sizes …] [-rounds …]
//
// With -graph, it compares signalgen graph with go vet and one analyzer, on trees whose
// packages send and hear: see graph.go.
//
// The first run installs the other generators into benchmarks/tools/bin, in the
// versions of benchmarks/tools/go.mod. All sizes and kinds take a while: -sizes,
// -kinds, -states and -only select some. A smaller -timeout and -budget give up sooner
// on a generator that needs a process for each package. A larger -timeout gives figures
// for it at 1000 packages too. If you interrupt a run, it prints the rows that it has.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// options are what the flags say.
type options struct {
	graph      bool
	rounds     int
	coldRounds int
	timeout    time.Duration
	budget     time.Duration
	generators []generator
	sizes      []bench.Size
	kinds      []kind
	states     []state
}

func main() {
	if err := run(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "scale:", err)
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
	work, err := os.MkdirTemp("", "signalgen-scale-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	root, err := bench.Root()
	if err != nil {
		return err
	}
	if opts.graph {
		return session{ctx: ctx, options: opts, root: root, work: work}.measureGraph(os.Stdout)
	}
	tools, missing, err := install(ctx, root, work, opts.generators)
	if err != nil {
		return err
	}
	s := session{ctx: ctx, options: opts, root: root, work: work, tools: tools}
	rows, err := s.measure()
	// What was measured before an error or an interrupt is still useful.
	return errors.Join(err, report{opts, tools, missing, rows}.write(os.Stdout))
}

// parseFlags reads the command line.
func parseFlags(args []string) (options, error) {
	var opts options
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.BoolVar(&opts.graph, "graph", false, "measure signalgen graph beside go vet")
	flags.IntVar(&opts.rounds, "rounds", 5, "`rounds` of the states warm and edited")
	flags.IntVar(&opts.coldRounds, "cold-rounds", 1, "`rounds` of the state cold")
	flags.DurationVar(&opts.timeout, "timeout", 60*time.Second, "`time` after which a run is given up")
	flags.DurationVar(&opts.budget, "budget", 10*time.Second, "`time` after which a generator begins no further round in a row")
	only := flags.String("only", names(generators), "`generators` to measure")
	sizes := flags.String("sizes", "1x1,1x1000,100x10,1000x1", "`sizes` of trees: packages x signals in each")
	ofKinds := flags.String("kinds", names(kinds), "`kinds` of trees: packages import context and time; heavy ones net/http too")
	inStates := flags.String("states", names(states), "`states` to measure")
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		return opts, err
	}
	return opts, errors.Join(
		bench.Choose(&opts.generators, *only, among(generators)),
		bench.Choose(&opts.sizes, *sizes, bench.ParseSize),
		bench.Choose(&opts.kinds, *ofKinds, among(kinds)),
		bench.Choose(&opts.states, *inStates, among(states)),
	)
}

// among returns a func that finds a value by its name.
func among[T fmt.Stringer](values []T) func(name string) (T, error) {
	return func(name string) (found T, err error) {
		i := slices.IndexFunc(values, func(v T) bool { return v.String() == name })
		if i < 0 {
			return found, fmt.Errorf("%q is none of %s", name, names(values))
		}
		return values[i], nil
	}
}

// names returns the names of values, with commas.
func names[T fmt.Stringer](values []T) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = v.String()
	}
	return strings.Join(list, ",")
}
