package observe_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/pprof"
	"time"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// printer returns a logger that prints names and what went wrong.
func printer() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "at" || a.Key == "stack" {
			return slog.Attr{}
		}
		return a
	}}))
}

func ExampleSlog() {
	var set order.Signals
	set.Configure(runtime.Observe(observe.Slog(printer(), observe.Slow(200*time.Millisecond))))

	set.Placed.Connect(func(context.Context, order.Placed) error { return errors.New("no connection") }, runtime.Name("mail"))
	_ = set.Placed.SendRobust(context.Background(), order.Placed{})
	// Output:
	// level=ERROR msg="signal receiver failed" signal=order.placed mode=robust receiver.name=mail error="no connection"
}

func ExampleMetrics() {
	var metrics observe.Metrics
	var set order.Signals
	set.Configure(runtime.Observe(metrics.Observer()))

	set.Placed.Connect(func(context.Context, order.Placed) error { return errors.New("no connection") }, runtime.Name("mail"))
	for range 3 {
		_ = set.Placed.Send(context.Background(), order.Placed{})
	}
	for _, s := range metrics.Snapshot().Signals {
		for _, r := range s.Receivers {
			fmt.Printf("%s: %d sends; %s: %d calls, %d errors, the last: %s\n", s.Name, s.Sends, r.Name, r.Calls, r.Errors, r.Failures[0].Error)
		}
	}
	// Output:
	// order.placed: 3 sends; mail: 3 calls, 3 errors, the last: no connection
}

func ExampleMetrics_Watch() {
	metrics := observe.NewMetrics(observe.TimeOneIn(1000))
	var set order.Signals
	set.Configure(runtime.Observe(metrics.Observer()))
	set.Placed.Connect(func(context.Context, order.Placed) error { return nil })

	defer metrics.Watch()() // while somebody watches
	for range 5000 {
		_ = set.Placed.Send(context.Background(), order.Placed{})
	}
	fmt.Println(metrics.Of(&set.Placed).Latency.Count, "sends were timed")
	// Output:
	// 5000 sends were timed
}

// With the labels, "go tool pprof -tagfocus receiver=mail" shows what one receiver does.
func ExampleLabels() {
	var set order.Signals
	set.Configure(runtime.Observe(observe.Labels(observe.LabelAll())))
	set.Placed.Connect(func(ctx context.Context, _ order.Placed) error {
		signal, _ := pprof.Label(ctx, "signal")
		receiver, _ := pprof.Label(ctx, "receiver")
		fmt.Println(signal, receiver)
		return nil
	}, runtime.Name("mail"))

	_ = set.Placed.Send(context.Background(), order.Placed{})
	// Output:
	// order.placed mail
}

func ExampleRetry() {
	var set order.Signals
	calls := 0
	set.Placed.Connect(func(context.Context, order.Placed) error {
		if calls++; calls < 3 {
			return errors.New("no connection")
		}
		return nil
	}, runtime.Around(observe.Retry(5, time.Millisecond), observe.Timeout(5*time.Second)))

	err := set.Placed.Send(context.Background(), order.Placed{})
	fmt.Println(calls, "calls,", err)
	// Output:
	// 3 calls, <nil>
}

func ExampleTimeout() {
	var set order.Signals
	set.Placed.Connect(func(ctx context.Context, _ order.Placed) error {
		<-ctx.Done()
		return ctx.Err()
	}, runtime.Name("mail"), runtime.Around(observe.Timeout(time.Millisecond)))

	fmt.Println(set.Placed.Send(context.Background(), order.Placed{}))
	// Output:
	// signal order.placed: receiver mail: context deadline exceeded
}

func ExampleLimit() {
	var set order.Signals
	set.Configure(runtime.Wrap(observe.Limit(10))) // ten calls at a time, of all receivers of the set
	set.Placed.Connect(func(context.Context, order.Placed) error { return nil })
	fmt.Println(set.Placed.SendConcurrent(context.Background(), order.Placed{}))
	// Output:
	// <nil>
}

// A program needs one line: http.Handle("/debug/signals/", observe.Page()). This one shows
// a set of its own too, and asks the page as a script does.
func ExamplePage() {
	var metrics observe.Metrics
	var set order.Signals
	set.Configure(runtime.Observe(metrics.Observer()))
	set.Placed.Connect(func(context.Context, order.Placed) error { return nil }, runtime.Name("mail"))
	mux := http.NewServeMux()
	mux.Handle("/debug/signals/", observe.Page(observe.PageMetrics(&metrics), observe.PageSet("tests", &set, &metrics)))

	_ = set.Placed.Send(context.Background(), order.Placed{})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/debug/signals/api?name=order.placed&set=tests", nil))
	var signal struct {
		Sends     int
		Receivers []struct{ Name string }
	}
	_ = json.Unmarshal(w.Body.Bytes(), &signal)
	fmt.Printf("%+v\n", signal)
	// Output:
	// {Sends:1 Receivers:[{Name:mail}]}
}
