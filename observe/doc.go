// Package observe shows what signals do while a program runs: which receiver is slow,
// which queue is full, what has failed, and whether anyone listens. It uses only the
// standard library.
//
// Nothing is observed by default. To observe all signals of a program that have no
// settings of their own:
//
//	var metrics observe.Metrics
//
//	runtime.Configure(
//		runtime.Observe(observe.Slog(slog.Default(), observe.Slow(200*time.Millisecond))),
//		runtime.Observe(metrics.Observer()),
//		runtime.Observe(observe.Labels()),
//	)
//
// The Configure method of a set takes the same options. A signal may have several
// observers.
//
// # Logs
//
// [Slog] logs errors, panics, drops and slow receivers. At level Debug, it logs every
// send and call.
//
// # Metrics
//
// [Metrics] counts sends, errors, panics and drops, and times receivers.
// [Metrics.Snapshot] returns the figures as plain data. [Metrics.Publish] publishes
// them with package expvar, and the module github.com/signalgen/signalgen/prometheus
// makes them available to Prometheus.
//
// # The page
//
// [Page] is an HTTP handler that shows all this in a browser, with problems on top. It
// serves the same as JSON for scripts.
//
// # Profiles
//
// [Labels] adds the names of signals and receivers to CPU and goroutine profiles.
//
// # Middleware
//
// [Timeout], [Retry] and [Limit] wrap the calls of receivers. [runtime.Around] adds
// them to one receiver, [runtime.Wrap] to all receivers of a set. The first is
// outermost:
//
//	order.ConnectPlaced(confirm, runtime.Around(observe.Retry(3, time.Second), observe.Timeout(5*time.Second)))
//
// # Costs
//
// [Labels] costs a send nothing. [Metrics] observes some of the sends, and costs one
// atomic addition for each of the others. [Slog] is notified of every call, so each
// call costs something even if nothing is logged. See docs/operating.md for figures.
package observe
