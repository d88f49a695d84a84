package prometheus

import (
	"time"

	client "github.com/prometheus/client_golang/prometheus"

	"github.com/signalgen/signalgen/observe"
)

// NewCollector returns a collector for the figures of m. Register it with one registry.
func NewCollector(m *observe.Metrics) client.Collector { return collector{m} }

type collector struct{ metrics *observe.Metrics }

// Describe describes all possible metrics.
func (c collector) Describe(descriptions chan<- *client.Desc) {
	for _, m := range signalMetrics {
		descriptions <- m.desc
	}
	for _, m := range receiverMetrics {
		descriptions <- m.desc
	}
	descriptions <- sendDuration
	descriptions <- receiverDuration
}

// Collect sends what has been counted so far.
func (c collector) Collect(metrics chan<- client.Metric) {
	snapshot := c.metrics.Snapshot()
	for _, s := range snapshot.Signals {
		for _, m := range signalMetrics {
			metrics <- client.MustNewConstMetric(m.desc, m.kind, m.value(s), label(s.Name))
		}
		metrics <- histogram(sendDuration, s.Latency, s.Name)
		for _, r := range byName(s.Receivers) {
			for _, m := range receiverMetrics {
				if value, ok := m.value(r, snapshot.Time); ok {
					metrics <- client.MustNewConstMetric(m.desc, m.kind, value, label(s.Name), label(r.Name))
				}
			}
			metrics <- histogram(receiverDuration, r.Latency, s.Name, r.Name)
		}
	}
}

// byName merges receivers with the same name.
func byName(receivers []observe.ReceiverMetrics) (merged []observe.ReceiverMetrics) {
	at := make(map[string]int)
	for _, r := range receivers {
		if i, ok := at[r.Name]; ok {
			merged[i] = merge(merged[i], r)
			continue
		}
		at[r.Name] = len(merged)
		merged = append(merged, r)
	}
	return merged
}

// merge returns what two receivers have done together, as far as it is collected.
func merge(a, b observe.ReceiverMetrics) observe.ReceiverMetrics {
	a.Calls += b.Calls
	a.Errors += b.Errors
	a.Panics += b.Panics
	a.InFlight += b.InFlight
	if a.Began.IsZero() || !b.Began.IsZero() && b.Began.Before(a.Began) {
		a.Began = b.Began
	}
	a.Latency.Sum += b.Latency.Sum
	a.Latency.Count += b.Latency.Count
	a.Latency.Buckets = append(append([]observe.Bucket{}, a.Latency.Buckets...), b.Latency.Buckets...)
	switch {
	case a.Queue == nil:
		a.Queue = b.Queue
	case b.Queue != nil:
		a.Queue = &observe.Queue{Len: a.Queue.Len + b.Queue.Len, Size: a.Queue.Size + b.Queue.Size, Dropped: a.Queue.Dropped + b.Queue.Dropped}
	}
	return a
}

// The upper bounds of a histogram's buckets are powers of four times a microsecond, in
// binary, up to 17 seconds. Each is also the bound of an [observe.Bucket].
const (
	shortest = 1 << 10
	longest  = 1 << 34
)

// histogram returns a histogram of what was timed.
func histogram(desc *client.Desc, l observe.Latency, labels ...string) client.Metric {
	buckets := make(map[float64]uint64)
	for bound := time.Duration(shortest); bound <= longest; bound *= 4 {
		var count uint64
		for _, b := range l.Buckets {
			if b.UpTo <= bound {
				count += b.Count
			}
		}
		buckets[bound.Seconds()] = count
	}
	for i := range labels {
		labels[i] = label(labels[i])
	}
	return client.MustNewConstHistogram(desc, l.Count, l.Sum.Seconds(), buckets, labels...)
}
