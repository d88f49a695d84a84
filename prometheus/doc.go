// Package prometheus exports the figures of [observe.Metrics] to Prometheus.
//
//	var metrics observe.Metrics
//
//	runtime.Configure(runtime.Observe(metrics.Observer()))
//	client.MustRegister(prometheus.NewCollector(&metrics))
//
// Sends do no extra work: a scrape takes a snapshot. The names of signals and receivers
// are labels. Receivers with the same name share a time series, whatever their IDs.
//
//	signalgen_sends_total{signal}
//	signalgen_errors_total{signal}
//	signalgen_panics_total{signal}
//	signalgen_drops_total{signal}
//	signalgen_sends_running{signal}
//	signalgen_send_duration_seconds{signal}                   histogram
//	signalgen_receiver_calls_total{signal,receiver}           estimated if not all are observed
//	signalgen_receiver_errors_total{signal,receiver}
//	signalgen_receiver_panics_total{signal,receiver}
//	signalgen_receiver_running{signal,receiver}
//	signalgen_receiver_oldest_call_seconds{signal,receiver}   how long the oldest call has run
//	signalgen_receiver_duration_seconds{signal,receiver}      histogram
//	signalgen_queue_length{signal,receiver}                   of async receivers
//	signalgen_queue_size{signal,receiver}
//	signalgen_queue_dropped_total{signal,receiver}
//
// The histograms and the *_running gauges cover only observed sends and calls; see
// [observe.Metrics]. Two alerts that every program with signals should have:
//
//	signalgen_receiver_oldest_call_seconds > 60
//	signalgen_queue_length / signalgen_queue_size > 0.8
package prometheus
