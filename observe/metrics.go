package observe

import (
	"expvar"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/signalgen/signalgen/runtime"
)

// Metrics count what signals send and what receivers make of it, and time some of it. The
// zero value is ready to use. Metrics may be used from several goroutines, and must not be
// copied.
//
// Sends, errors and drops are always exact. A send that is not observed costs an atomic
// addition. The first 1,000 sends of a signal in each second are observed: they are
// timed, and what is in flight is known, and since when. Of the others, one in 64 is; see
// [TimeOneIn]. While somebody watches, all are. The same goes for the calls of async
// receivers.
//
// Signals of one name, those of several sets, count together. To tell sets apart, give
// each Metrics of its own.
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

// TimeOneIn has one in n sends of a signal observed, when there are more than 1,000 in a
// second. The default is 64. With 1, all are; with 0, none are, however few, as long as
// nobody watches: only what is exact is known then. It panics if n is negative.
func TimeOneIn(n int) MetricsOption {
	if n < 0 {
		panic(fmt.Sprintf("observe: TimeOneIn has %d; wanted 0 or more", n))
	}
	return func(m *Metrics) { m.oneIn = oneIn{n, true} }
}

// oneIn is what TimeOneIn says.
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

// Observer returns what feeds the metrics. It is to be set once for each signal:
//
//	runtime.Configure(runtime.Observe(metrics.Observer()))
func (m *Metrics) Observer() *runtime.Observer {
	return &runtime.Observer{For: func(s runtime.AnySignal) *runtime.Observer { return m.meter(s).observer }}
}

// meter returns what counts for a signal.
func (m *Metrics) meter(s runtime.AnySignal) *meter {
	found, ok := m.meters.Load(s.Name())
	if !ok {
		found, _ = m.meters.LoadOrStore(s.Name(), newMeter(m, s))
	}
	found.(*meter).add(s)
	return found.(*meter)
}

// Watch has all sends and calls that begin from now on observed, until stop is called.
// Watches nest. To call stop a second time does nothing.
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
