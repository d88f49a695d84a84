// Page measures whether the page of package observe delays sends. It compares the
// slowest of a hundred sends while the page is closed, while one browser has it open,
// and while twenty more clients have asked for updates and read none.
//
// Usage, in the repository's root:
//
//	go -C benchmarks run ./page [flags]
//
// Each round measures the three in turn, with new clients. The figures are medians of
// the rounds, and the ratios compare measurements of the same round. Sends are first
// made at a steady pace, as in a program with little to send, and then without a pause.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http/httptest"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/signals"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

func main() {
	rounds := flag.Int("rounds", 15, "how often each is measured")
	lasts := flag.Duration("for", time.Second, "how long a measurement lasts")
	flag.Parse()
	if err := run(*rounds, *lasts); err != nil {
		log.Fatal(err)
	}
}

// run measures, and prints a table.
func run(rounds int, lasts time.Duration) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	set := new(signals.Signals)
	var metrics observe.Metrics
	set.Configure(runtime.Observe(metrics.Observer()))
	set.Event.Connect(func(context.Context, signals.Payload) error { return nil })
	server := httptest.NewServer(observe.Page(observe.PageMetrics(new(observe.Metrics)), observe.PageSet("bench", set, &metrics)))
	defer server.Close()
	defer server.CloseClientConnections()

	table := bench.Table{Labels: 2, Header: []string{"sends", "readers", "p50", "p99", "p99, by none", "interval"}}
	for _, pace := range []struct {
		name  string
		pause time.Duration
	}{{"one each millisecond", time.Millisecond}, {"flat out", 0}} {
		scenes := newScenes(server.Listener.Addr().String(), func() []float64 { return latencies(set, pace.pause, lasts) })
		measure.Rounds(ctx, ways(scenes), rounds)
		for _, s := range scenes {
			table.Rows = append(table.Rows, append([]string{pace.name}, s.row()...))
		}
	}
	return table.Write(os.Stdout)
}

// latencies sends for the given time, and returns the median and the 99th percentile of
// the durations of the sends, in ns.
func latencies(set *signals.Signals, pause, lasts time.Duration) []float64 {
	var took []time.Duration
	ctx := context.Background()
	for end := time.Now().Add(lasts); time.Now().Before(end); {
		begin := time.Now()
		_ = set.Event.Send(ctx, signals.Payload{N: 1})
		took = append(took, time.Since(begin))
		time.Sleep(pause)
	}
	slices.Sort(took)
	return []float64{float64(took[len(took)/2]), float64(took[len(took)*99/100])}
}

// row returns the results of a scene.
func (s *scene) row() []string {
	row := []string{s.name}
	for metric := range 2 {
		sum, _ := measure.Sum(measure.Of(s.way.Samples, metric))
		row = append(row, fmt.Sprintf("%.0f ns", sum.Median))
	}
	ratio, ok := measure.Sum(measure.Of(s.way.Ratios, 1)) // that of no reader divided by this one
	if !ok {
		return append(row, "", "")
	}
	return append(row, fmt.Sprintf("%.2f", 1/ratio.Median), fmt.Sprintf("%.2f–%.2f", 1/ratio.Hi, 1/ratio.Lo))
}
