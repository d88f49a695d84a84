package observe

import (
	"expvar"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/signalgen/signalgen/runtime"
)

// Metrics counts what signals send and how receivers end, and times some of it. The
// zero value is ready to use. Metrics is safe for use by several goroutines, and must
// not be copied.
//
// Sends, errors and drops are always exact. A send that is not observed costs an atomic
// addition. In each second, the first 1,000 sends of a signal are observed: they are
// timed, and those in flight are known, with their start. Of the others, one in 64 is
// observed; see [TimeOneIn]. After a call of [Metrics.Watch], all are. The same applies
// to the calls of async receivers.
//
// Signals with the same name, of several sets, are counted together. To count sets
// separately, give each its own Metrics.
type Metrics struct {
	oneIn     oneIn
	watchers  atomic.Int32
	listeners listeners
	meters    sync.Map // a *meter by the name of its signals
}

// A MetricsOption changes what [NewMetrics] returns.
type MetricsOption func(*Metrics)

// NewMetrics returns metrics that have counted nothing.
func NewMetrics(opts ...MetricsOption) *Metrics {
	m := new(Metrics)
	for _, opt := range opts {
		opt(m)
	}
	return m
}

// TimeOneIn makes metrics observe one in n sends of a signal when there are more than
// 1,000 in a second. The default is 64. With 1, all are observed. With 0, none are
// unless somebody watches, and only the exact counts are known. It panics if n is
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

// Observer returns the observer that feeds the metrics. Set it once for each signal:
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

// Watch makes all sends and calls that begin from now on observed, until stop is
// called. Watches nest. Calling stop twice does no more than calling it once.
func (m *Metrics) Watch() (stop func()) {
	m.watchers.Add(1)
	for _, found := range m.meters.Range {
		found.(*meter).sends.Skip(0)
		found.(*meter).calls.Skip(0)
	}
	return sync.OnceFunc(func() { m.watchers.Add(-1) })
}

// watched reports whether somebody watches.
func (m *Metrics) watched() bool { return m.watchers.Load() > 0 }

// Publish publishes the snapshot as an expvar. Like [expvar.Publish], it panics if the
// name is taken.
func (m *Metrics) Publish(name string) {
	expvar.Publish(name, expvar.Func(func() any { return m.Snapshot() }))
}
