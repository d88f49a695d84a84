package observe

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Snapshot returns the figures of all signals that have the [Metrics.Observer]. Sends
// do not wait for it, except that a send to an async receiver waits while the length of
// its queue is read.
func (m *Metrics) Snapshot() Snapshot {
	s := Snapshot{Time: time.Now(), Signals: []SignalMetrics{}}
	for _, found := range m.meters.Range {
		s.Signals = append(s.Signals, found.(*meter).collect())
	}
	slices.SortFunc(s.Signals, func(a, b SignalMetrics) int { return cmp.Compare(a.Name, b.Name) })
	return s
}

// Of returns the figures of a signal. Sends of other signals with the same name are
// counted with those of s; the state and the receivers are those of s alone.
func (m *Metrics) Of(s runtime.AnySignal) SignalMetrics {
	found, ok := m.meters.Load(s.Name())
	if !ok {
		found = newMeter(m, s)
	}
	return found.(*meter).describe([]runtime.Description{runtime.Describe(s)})
}

// collect returns the figures of all signals with the meter's name.
func (m *meter) collect() SignalMetrics {
	var descriptions []runtime.Description
	for _, s := range m.live() {
		descriptions = append(descriptions, runtime.Describe(s))
	}
	metrics := m.describe(descriptions)
	m.forget(descriptions)
	return metrics
}

// describe returns the figures of the signals that are described.
func (m *meter) describe(descriptions []runtime.Description) SignalMetrics {
	metrics := SignalMetrics{
		Name: m.name, Doc: m.doc, Sends: m.sends.Load(),
		Errors: m.errors.Load(), Panics: m.panics.Load(), Drops: m.drops.Load(),
		Latency: m.latency.latency(), Receivers: []ReceiverMetrics{},
	}
	metrics.InFlight, metrics.Began = m.oldest(&m.flights)
	at := make(map[identity]int)
	for _, d := range descriptions {
		metrics.Muted = metrics.Muted || d.Muted
		metrics.Closed = metrics.Closed || d.Closed
		for _, c := range d.Receivers {
			id := identityOf(c.ReceiverInfo)
			i, ok := at[id]
			if !ok {
				i = len(metrics.Receivers)
				at[id] = i
				metrics.Receivers = append(metrics.Receivers, m.measured(id))
			}
			metrics.Receivers[i].connect(c)
		}
	}
	return m.addRunning(metrics, at)
}

// addRunning adds receivers that are disconnected but still running.
func (m *meter) addRunning(metrics SignalMetrics, connected map[identity]int) SignalMetrics {
	for id, found := range m.receivers.Range {
		if _, ok := connected[id.(identity)]; ok {
			continue
		}
		if n, _ := found.(*receiver).flights.count(); n > 0 {
			metrics.Receivers = append(metrics.Receivers, m.measured(id.(identity)))
		}
	}
	return metrics
}

// forget forgets receivers that are disconnected and no longer running.
func (m *meter) forget(descriptions []runtime.Description) {
	connected := make(map[identity]bool)
	for _, d := range descriptions {
		for _, c := range d.Receivers {
			connected[identityOf(c.ReceiverInfo)] = true
		}
	}
	for id, found := range m.receivers.Range {
		if n, _ := found.(*receiver).flights.count(); n == 0 && !connected[id.(identity)] {
			m.receivers.Delete(id)
		}
	}
}

// measured returns the figures of a receiver.
func (m *meter) measured(id identity) ReceiverMetrics {
	metrics := ReceiverMetrics{Name: id.name, File: id.file, Line: id.line, Priority: id.priority, ID: id.id}
	found, ok := m.receivers.Load(id)
	if !ok {
		return metrics
	}
	r := found.(*receiver)
	metrics.Calls, metrics.Busy = r.calls.Load(), time.Duration(r.busy.Load())
	metrics.Errors, metrics.Panics = r.errors.Load(), r.panics.Load()
	metrics.InFlight, metrics.Began = m.oldest(&r.flights)
	metrics.Latency = r.latency.latency()
	metrics.Failures = r.failures.list()
	return metrics
}

// connect adds a connection of the receiver.
func (r *ReceiverMetrics) connect(c runtime.ConnectionInfo) {
	r.Connections++
	r.Options = options(c)
	if q := c.Queue; q != nil {
		if r.Queue == nil {
			r.Queue = &Queue{Overflow: q.Overflow.String()}
		}
		r.Queue.Len += q.Len
		r.Queue.Size += q.Size
		r.Queue.Dropped += q.Dropped
	}
}

// options returns the options of a receiver, in a form like that of the source.
func options(c runtime.ConnectionInfo) (options []string) {
	note := func(set bool, format string, args ...any) {
		if set {
			options = append(options, fmt.Sprintf(format, args...))
		}
	}
	if q := c.Queue; q != nil {
		note(true, "async(%d, %v)", q.Size, q.Overflow)
	}
	note(c.Workers > 1, "workers(%d)", c.Workers)
	note(c.Once, "once")
	note(c.Until, "until")
	note(c.Weak, "weak")
	note(c.One, "from one sender")
	note(c.Middleware > 0, "middleware(%d)", c.Middleware)
	return options
}
