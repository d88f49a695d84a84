package observe

import (
	"github.com/signalgen/signalgen/runtime"
)

// Metrics count what signals send and what receivers make of it, and time some of it. The
// zero value is ready to use. Metrics may be used from several goroutines.
//
// Signals of one name, those of several sets, count together. To tell sets apart, give
// each Metrics of its own.
//
// Sends, errors and drops are always exact. The first 1,000 sends of a signal in each
// second are observed: they are timed, and what is in flight is known. Of the others, one
// in [TimeOneIn] is. While somebody watches, all are.
type Metrics struct{}

// A MetricsOption changes what [NewMetrics] returns.
type MetricsOption func(*Metrics)

// Observer returns what feeds the metrics:
//
//	runtime.Configure(runtime.Observe(metrics.Observer()))
func (m *Metrics) Observer() *runtime.Observer { panic("to come") }

// Snapshot returns what has been counted so far, of all signals that the [Metrics.Observer]
// has been set for. No send waits for it.
func (m *Metrics) Snapshot() Snapshot { panic("to come") }

// Watch has every send observed until stop is called, so that it is known what is in
// flight, and since when. Watches nest. To call stop a second time does nothing.
func (m *Metrics) Watch() (stop func()) { panic("to come") }

// Publish publishes the snapshot as an expvar. Like [expvar.Publish], it panics if the
// name is taken.
func (m *Metrics) Publish(name string) { panic("to come") }
