// Package observe shows what signals do while a program runs: who is slow, whose queue is
// full, who has failed, and whether anyone listens. It uses the standard library only.
//
// All of it is asked for. For all signals of a program that have no settings of their own:
//
//	var metrics observe.Metrics
//
//	runtime.Configure(
//		runtime.Observe(observe.Slog(slog.Default(), observe.Slow(200*time.Millisecond))),
//		runtime.Observe(metrics.Observer()),
//		runtime.Observe(observe.Labels()),
//	)
//
// For one set, its Configure takes the same. Observers do not know of each other, and are
// told of the same things.
//
// # Logs
//
// [Slog] logs errors, panics, drops and slow receivers, and everything at level Debug.
//
// # Metrics
//
// [Metrics] count sends, errors, panics and drops, and time receivers. A [Snapshot] is plain
// data; [Metrics.Publish] makes it an expvar, and the module
// github.com/signalgen/signalgen/prometheus collects it.
//
// # The page
//
// [Page] is a handler that shows all this in a browser, with what is wrong on top, and
// gives it to scripts as JSON.
//
// # Profiles
//
// [Labels] has CPU profiles and goroutine profiles tell signals and receivers apart.
//
// # Middleware
//
// [Timeout], [Retry] and [Limit] stand around the calls of receivers. They are given to one
// by [runtime.Around], or to all of a set by [runtime.Wrap]; the first is outermost:
//
//	order.ConnectPlaced(confirm, runtime.Around(observe.Retry(3, time.Second), observe.Timeout(5*time.Second)))
//
// # What it costs
//
// Each send costs what its observers ask for. [Labels] costs a send nothing. Metrics cost
// one atomic addition for a send that is not observed. [Slog] is told of every call, and
// costs each something although nothing is logged. The document docs/operating.md has
// figures.
package observe
