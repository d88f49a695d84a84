package prometheus

import (
	"strings"
	"time"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/signalgen/signalgen/observe"
)

// A signalMetric is a value of a signal.
type signalMetric struct {
	desc  *client.Desc
	kind  client.ValueType
	value func(s observe.SignalMetrics) float64
}

// A receiverMetric is a value of a receiver. It returns false if the receiver has none.
type receiverMetric struct {
	desc  *client.Desc
	kind  client.ValueType
	value func(r observe.ReceiverMetrics, now time.Time) (value float64, ok bool)
}

var signalMetrics = []signalMetric{
	{describe("sends_total", "Sends that have begun."), client.CounterValue, func(s observe.SignalMetrics) float64 { return float64(s.Sends) }},
	{describe("errors_total", "Errors of receivers."), client.CounterValue, func(s observe.SignalMetrics) float64 { return float64(s.Errors) }},
	{describe("panics_total", "Panics of receivers."), client.CounterValue, func(s observe.SignalMetrics) float64 { return float64(s.Panics) }},
	{describe("drops_total", "Sends that async receivers have missed."), client.CounterValue, func(s observe.SignalMetrics) float64 { return float64(s.Drops) }},
	{describe("sends_running", "Observed sends that are under way."), client.GaugeValue, func(s observe.SignalMetrics) float64 { return float64(s.InFlight) }},
}

var receiverMetrics = []receiverMetric{
	{describe("receiver_calls_total", "Calls, estimated if not all are observed.", "receiver"), client.CounterValue, func(r observe.ReceiverMetrics, _ time.Time) (float64, bool) {
		return float64(r.Calls), true
	}},
	{describe("receiver_errors_total", "Errors of the receiver.", "receiver"), client.CounterValue, func(r observe.ReceiverMetrics, _ time.Time) (float64, bool) {
		return float64(r.Errors), true
	}},
	{describe("receiver_panics_total", "Panics of the receiver.", "receiver"), client.CounterValue, func(r observe.ReceiverMetrics, _ time.Time) (float64, bool) {
		return float64(r.Panics), true
	}},
	{describe("receiver_running", "Observed calls that are under way.", "receiver"), client.GaugeValue, func(r observe.ReceiverMetrics, _ time.Time) (float64, bool) {
		return float64(r.InFlight), true
	}},
	{describe("receiver_oldest_call_seconds", "How long the oldest call that is under way has run.", "receiver"), client.GaugeValue, func(r observe.ReceiverMetrics, now time.Time) (float64, bool) {
		if r.Began.IsZero() {
			return 0, true
		}
		return max(0, now.Sub(r.Began).Seconds()), true
	}},
	{describe("queue_length", "Sends queued for an async receiver.", "receiver"), client.GaugeValue, ofQueue(func(q observe.Queue) float64 { return float64(q.Len) })},
	{describe("queue_size", "Size of the queue of an async receiver.", "receiver"), client.GaugeValue, ofQueue(func(q observe.Queue) float64 { return float64(q.Size) })},
	{describe("queue_dropped_total", "Sends that an async receiver has missed.", "receiver"), client.CounterValue, ofQueue(func(q observe.Queue) float64 { return float64(q.Dropped) })},
}

var (
	sendDuration     = describe("send_duration_seconds", "How long observed sends took.")
	receiverDuration = describe("receiver_duration_seconds", "How long observed calls took.", "receiver")
)

// describe describes a metric of a signal, with further labels.
func describe(name, help string, labels ...string) *client.Desc {
	return client.NewDesc("signalgen_"+name, help, append([]string{"signal"}, labels...), nil)
}

// ofQueue returns a value of async receivers only.
func ofQueue(value func(q observe.Queue) float64) func(r observe.ReceiverMetrics, now time.Time) (float64, bool) {
	return func(r observe.ReceiverMetrics, _ time.Time) (float64, bool) {
		if r.Queue == nil {
			return 0, false
		}
		return value(*r.Queue), true
	}
}

// label returns a name as a label value, which must be valid UTF-8.
func label(name string) string { return strings.ToValidUTF8(name, "�") }
