package prometheus_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/prometheus"
	"github.com/signalgen/signalgen/runtime"
)

// prepared returns metrics of a signal that has been sent three times. One receiver
// takes ten milliseconds and fails, another hangs and has a full queue.
func prepared(t *testing.T) *observe.Metrics {
	var m observe.Metrics
	var set order.Signals
	set.Placed.Configure(runtime.Observe(m.Observer()))
	release := make(chan struct{})
	t.Cleanup(func() { close(release); set.Placed.DisconnectAll() })
	set.Placed.Connect(func(context.Context, order.Placed) error { <-release; return nil },
		runtime.Name("stock"), runtime.Async(1, runtime.DropNewest))
	for _, id := range []string{"1", "2"} {
		set.Placed.Connect(func(context.Context, order.Placed) error {
			time.Sleep(10 * time.Millisecond)
			return errors.New("no connection")
		}, runtime.Name("mail\xff"), runtime.ID(id))
	}
	for range 3 {
		_ = set.Placed.SendRobust(t.Context(), order.Placed{})
	}
	return &m
}

func TestCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := prometheus.NewCollector(prepared(t))
		want := `# HELP signalgen_drops_total Sends that async receivers have missed.
# TYPE signalgen_drops_total counter
signalgen_drops_total{signal="order.placed"} 1
# HELP signalgen_errors_total Errors of receivers.
# TYPE signalgen_errors_total counter
signalgen_errors_total{signal="order.placed"} 6
# HELP signalgen_queue_dropped_total Sends that an async receiver has missed.
# TYPE signalgen_queue_dropped_total counter
signalgen_queue_dropped_total{receiver="stock",signal="order.placed"} 1
# HELP signalgen_queue_length Sends queued for an async receiver.
# TYPE signalgen_queue_length gauge
signalgen_queue_length{receiver="stock",signal="order.placed"} 1
# HELP signalgen_queue_size Size of the queue of an async receiver.
# TYPE signalgen_queue_size gauge
signalgen_queue_size{receiver="stock",signal="order.placed"} 1
# HELP signalgen_receiver_calls_total Calls, estimated if not all are observed.
# TYPE signalgen_receiver_calls_total counter
signalgen_receiver_calls_total{receiver="mail�",signal="order.placed"} 6
signalgen_receiver_calls_total{receiver="stock",signal="order.placed"} 1
# HELP signalgen_receiver_oldest_call_seconds How long the oldest call that is under way has run.
# TYPE signalgen_receiver_oldest_call_seconds gauge
signalgen_receiver_oldest_call_seconds{receiver="mail�",signal="order.placed"} 0
signalgen_receiver_oldest_call_seconds{receiver="stock",signal="order.placed"} 0.06
# HELP signalgen_receiver_running Observed calls that are under way.
# TYPE signalgen_receiver_running gauge
signalgen_receiver_running{receiver="mail�",signal="order.placed"} 0
signalgen_receiver_running{receiver="stock",signal="order.placed"} 1
# HELP signalgen_sends_total Sends that have begun.
# TYPE signalgen_sends_total counter
signalgen_sends_total{signal="order.placed"} 3
# HELP signalgen_send_duration_seconds How long observed sends took.
# TYPE signalgen_send_duration_seconds histogram
signalgen_send_duration_seconds_bucket{signal="order.placed",le="1.024e-06"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="4.096e-06"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="1.6384e-05"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="6.5536e-05"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="0.000262144"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="0.001048576"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="0.004194304"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="0.016777216"} 0
signalgen_send_duration_seconds_bucket{signal="order.placed",le="0.067108864"} 3
signalgen_send_duration_seconds_bucket{signal="order.placed",le="0.268435456"} 3
signalgen_send_duration_seconds_bucket{signal="order.placed",le="1.073741824"} 3
signalgen_send_duration_seconds_bucket{signal="order.placed",le="4.294967296"} 3
signalgen_send_duration_seconds_bucket{signal="order.placed",le="17.179869184"} 3
signalgen_send_duration_seconds_bucket{signal="order.placed",le="+Inf"} 3
signalgen_send_duration_seconds_sum{signal="order.placed"} 0.06
signalgen_send_duration_seconds_count{signal="order.placed"} 3
`
		var names []string
		for line := range strings.Lines(want) {
			if name, ok := strings.CutPrefix(line, "# HELP "); ok {
				name, _, _ = strings.Cut(name, " ")
				names = append(names, name)
			}
		}
		if err := testutil.CollectAndCompare(c, strings.NewReader(want), names...); err != nil {
			t.Error(err)
		}
	})
}

// A registry that checks everything accepts the metrics, and names and texts follow the
// advice of Prometheus.
func TestCollectorLint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := prometheus.NewCollector(prepared(t))
		if problems, err := testutil.CollectAndLint(c); err != nil || len(problems) > 0 {
			t.Errorf("got %v, %v", problems, err)
		}
		registry := client.NewPedanticRegistry()
		registry.MustRegister(c)
		if n, err := testutil.GatherAndCount(registry); err != nil || n == 0 {
			t.Errorf("%d metrics, %v", n, err)
		}
	})
}
