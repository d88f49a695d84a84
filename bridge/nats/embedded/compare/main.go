// Compare runs the same program twice over the same server, by turns: on a bridge,
// and written by hand on nats.go. It prints the latency from before a publish to
// the receiver, the throughput from the first publish to the last receiver's end,
// and how they compare.
//
//	go run ./compare
//	go run ./compare -url nats://localhost:4222
//
// Without -url the server is embedded, keeps its streams in a temporary folder and
// is reached through a socket of this machine, as from another process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

var (
	url     = flag.String("url", "", "of a NATS server with JetStream; embedded without")
	rounds  = flag.Int("rounds", 9, "how often each program runs")
	paced   = flag.Int("paced", 500, "publishes of a round whose latency is measured, one a millisecond")
	many    = flag.Int("many", 8000, "publishes of a round whose throughput is measured")
	senders = flag.Int("senders", 16, "goroutines that publish in it")
	only    = flag.String("only", "", "runs one program only")
	profile = flag.String("cpuprofile", "", "a file for a CPU profile")
)

func main() {
	flag.Parse()
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	to := *url
	if to == "" {
		dir, err := os.MkdirTemp("", "compare-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		server, err := embedded.Start(embedded.Folder(dir), embedded.Listen("127.0.0.1:0"))
		if err != nil {
			return err
		}
		defer server.Shutdown()
		to = server.URL()
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	results, err := measure(ctx, to)
	if err != nil {
		return err
	}
	report(results)
	return nil
}

// measure runs all programs in each round, each round in another order.
func measure(ctx context.Context, to string) (map[string][]result, error) {
	programs := programs
	if *only != "" {
		programs = slices.DeleteFunc(slices.Clone(programs), func(p program) bool { return p.name != *only })
	}
	results := make(map[string][]result)
	for round := range *rounds + 1 {
		for i := range programs {
			p := programs[(i+round)%len(programs)]
			r, err := measureOne(ctx, to, p)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
			if round > 0 { // the first one warms up
				results[p.name] = append(results[p.name], r)
			}
		}
	}
	return results, nil
}

// report prints medians, and the medians of the ratios of each round to the
// program by hand.
func report(results map[string][]result) {
	fmt.Printf("%-22s %9s %9s %7s %12s %7s\n", "", "p50", "p99", "ratio", "a second", "ratio")
	hand := results[byHand]
	for _, p := range programs {
		rs := results[p.name]
		if len(rs) == 0 {
			continue
		}
		latency, throughput := 1.0, 1.0
		if len(hand) == len(rs) {
			latency = median(rs, func(i int, r result) float64 { return float64(r.p50) / float64(hand[i].p50) })
			throughput = median(rs, func(i int, r result) float64 { return r.throughput / hand[i].throughput })
		}
		fmt.Printf("%-22s %9s %9s %7.2f %12.0f %7.2f\n", p.name,
			time.Duration(median(rs, func(_ int, r result) float64 { return float64(r.p50) })).Round(time.Microsecond),
			time.Duration(median(rs, func(_ int, r result) float64 { return float64(r.p99) })).Round(time.Microsecond),
			latency, median(rs, func(_ int, r result) float64 { return r.throughput }), throughput)
	}
}

func median(rs []result, of func(i int, r result) float64) float64 {
	var all []float64
	for i, r := range rs {
		all = append(all, of(i, r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
