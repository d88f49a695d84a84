package observe

import (
	"expvar"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/signalgen/signalgen/runtime"
)

// Metrics counts sends, calls of receivers, errors, panics and drops, and times some of
// the sends and calls. The zero value is ready to use. Metrics is safe for concurrent
// use, and must not be copied.
//
// The counts of sends, errors and drops are always exact. Other figures come from
// observed sends. In each second, the first 1,000 sends of a signal are observed, and
// then one in 64; see [TimeOneIn]. While [Metrics.Watch] is active, all are. A send
// that is not observed costs an atomic addition. The calls of async receivers are
// observed in the same way.
//
// Signals of several sets with the same name are counted together. To count sets
// separately, give each its own Metrics.
type Metrics struct {
	oneIn     oneIn
	watchers  atomic.Int32
	listeners listeners
	meters    sync.Map // a *meter by the name of its signals
}

// A MetricsOption is an option of [NewMetrics].
type MetricsOption func(*Metrics)

// NewMetrics returns a new Metrics. Without options, it is the same as new(Metrics).
func NewMetrics(opts ...MetricsOption) *Metrics {
	m := new(Metrics)
	for _, opt := range opts {
		opt(m)
	}
	return m
}

// TimeOneIn sets how many sends of a signal are observed: one in n, after the first
// 1,000 of a second. The default is 64. With 1, all are observed. With 0, none are, not
// even the first 1,000, except while [Metrics.Watch] is active. It panics if n is
// negative.
func TimeOneIn(n int) MetricsOption {
	if n < 0 {
		panic(fmt.Sprintf("observe: TimeOneIn has %d; wanted 0 or more", n))
	}
	return func(m *Metrics) { m.oneIn = oneIn{n, true} }
}

// oneIn is the value of TimeOneIn.
type oneIn struct {
	n   int
	set bool
}

func (o oneIn) get() int {
	if !o.set {
		return 64
	}
	return o.n
}

// Observer returns the observer that feeds the metrics. Add it once to each signal:
//
//	runtime.Configure(runtime.Observe(metrics.Observer()))
func (m *Metrics) Observer() *runtime.Observer {
	return &runtime.Observer{For: func(s runtime.AnySignal) *runtime.Observer { return m.meter(s).observer }}
}

// meter returns the meter of a signal.
func (m *Metrics) meter(s runtime.AnySignal) *meter {
	found, ok := m.meters.Load(s.Name())
	if !ok {
		found, _ = m.meters.LoadOrStore(s.Name(), newMeter(m, s))
	}
	found.(*meter).add(s)
	return found.(*meter)
}

// Watch observes all sends and calls that begin from now on, until stop is called.
// Watches nest. Calling stop again has no effect.
func (m *Metrics) Watch() (stop func()) {
	m.watchers.Add(1)
	for _, found := range m.meters.Range {
		found.(*meter).sends.Skip(0)
		found.(*meter).calls.Skip(0)
	}
	return sync.OnceFunc(func() { m.watchers.Add(-1) })
}

// watched reports whether a Watch is active.
func (m *Metrics) watched() bool { return m.watchers.Load() > 0 }

// Publish publishes the [Snapshot] with package expvar. Like [expvar.Publish], it
// panics if the name is taken.
func (m *Metrics) Publish(name string) {
	expvar.Publish(name, expvar.Func(func() any { return m.Snapshot() }))
}
