package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
	"github.com/signalgen/signalgen/benchmarks/peers"
	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// An onlooker is something that may be set for a signal besides its receivers.
type onlooker struct {
	name string
	set  func() []runtime.SetOption
}

// The onlookers whose cost has a target.
const (
	nobody   = own + " alone"
	counters = "Metrics, counters"
	timing   = "Metrics, 1 in 64 timed"
)

// onlookers are the measured ones, in the order of the table.
var onlookers = []onlooker{
	{nobody, func() []runtime.SetOption { return nil }},
	{counters, metrics(0)},
	{timing, metrics(64)},
	{"Metrics, all timed", metrics(1)},
	{"Page, open", open},
	{"Slog, off", logging(slog.LevelError + 1)},
	{"Slog, warnings", logging(slog.LevelWarn)},
	{"Slog, all", logging(slog.LevelDebug)},
	{"Labels", observers(func() *runtime.Observer { return observe.Labels() })},
	{"Labels, all receivers", observers(func() *runtime.Observer { return observe.Labels(observe.LabelAll()) })},
	{"one middleware", func() []runtime.SetOption { return []runtime.SetOption{runtime.Wrap(pass)} }},
}

// pass is middleware that does nothing.
func pass(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
	return call(ctx)
}

func metrics(oneIn int) func() []runtime.SetOption {
	return observers(func() *runtime.Observer { return observe.NewMetrics(observe.TimeOneIn(oneIn)).Observer() })
}

// open makes somebody read the page until the process ends.
func open() []runtime.SetOption {
	var m observe.Metrics
	server := httptest.NewServer(observe.Page(observe.PageMetrics(&m)))
	go func() {
		response, err := http.Get(server.URL + "/events?view=overview")
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
		}
		log.Print("the page is read no longer: ", err)
	}()
	return []runtime.SetOption{runtime.Observe(m.Observer())}
}

// logging formats log records and discards them.
func logging(level slog.Level) func() []runtime.SetOption {
	logger := slog.New(slog.NewTextHandler(nowhere{}, &slog.HandlerOptions{Level: level}))
	return observers(func() *runtime.Observer { return observe.Slog(logger) })
}

// nowhere is io.Discard, which a handler must not recognize.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

func observers(o func() *runtime.Observer) func() []runtime.SetOption {
	return func() []runtime.SetOption { return []runtime.SetOption{runtime.Observe(o())} }
}

// observed is a send with an observer or middleware.
func observed() work {
	return work{name: "observe", title: "Send while somebody looks on", metrics: inTurns, rivals: func(*session) (all []*rival) {
		for _, n := range []int{1, 10} {
			for _, o := range onlookers {
				all = append(all, &rival{peer: o.name, size: strconv.Itoa(n), loop: o.loop(n)})
			}
		}
		return all
	}}
}

// loop sends to n receivers.
func (o onlooker) loop(n int) peers.Loop {
	var s signals.EventSignal
	if opts := o.set(); opts != nil {
		s.Configure(opts...)
	}
	for range n {
		s.Connect(receivers.Add)
	}
	ctx := context.Background()
	return func(n int) {
		for range n {
			_ = s.Send(ctx, receivers.Data)
		}
	}
}

// observeTargets compare the medians of turns that were taken in turn.
func (rs results) observeTargets() (all []target) {
	figures := rs.of("observe", "time")
	for _, n := range []string{"1", "10"} {
		none, ok := figures.find(nobody, n)
		counted, counts := figures.find(counters, n)
		timed, times := figures.find(timing, n)
		count := target{work: "Metrics, counters, receivers: " + n, limit: "10 ns more than without"}
		time := target{work: "Metrics, 1 in 64 timed, receivers: " + n, limit: "1.30 × counters"}
		if ok && counts && times {
			count = count.judged(counted.time.Median-none.time.Median, 10, " ns")
			time = time.judged(timed.time.Median/counted.time.Median, 1.3, " ×")
		}
		all = append(all, count, time)
	}
	return all
}

// judged is a target for a value without an interval.
func (b target) judged(value, most float64, unit string) target {
	b.found = fmt.Sprintf("%.2f%s", value, unit)
	b.verdict = judge(measure.Summary{Median: value, Lo: value, Hi: value}, most)
	return b
}
