package prometheus_test

import (
	"context"
	"fmt"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/prometheus"
	"github.com/signalgen/signalgen/runtime"
)

func Example() {
	var metrics observe.Metrics
	var set order.Signals
	set.Placed.Configure(runtime.Observe(metrics.Observer()))
	registry := client.NewRegistry()
	registry.MustRegister(prometheus.NewCollector(&metrics))

	_ = set.Placed.Send(context.Background(), order.Placed{})

	families, err := registry.Gather()
	for _, f := range families {
		if f.GetName() == "signalgen_sends_total" {
			fmt.Println(f.GetMetric()[0].GetCounter().GetValue(), "sends", err)
		}
	}
	// Output:
	// 1 sends <nil>
}
