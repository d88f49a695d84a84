// Package observe shows what signals do while a program runs: which receiver is slow,
// which queue is full, what has failed, and whether anyone listens. It uses only the
// standard library.
//
// Nothing is on unless you ask for it. To observe all signals of a program that have no
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
// The Configure of a set takes the same options. Several observers can be set at once;
// each is told of everything.
//
// # Logs
//
// [Slog] logs errors, panics, drops and slow receivers, and at level Debug everything.
//
// # Metrics
//
// [Metrics] counts sends, errors, panics and drops, and times receivers. A [Snapshot]
// of it is plain data. [Metrics.Publish] makes it an expvar, and the module
// github.com/signalgen/signalgen/prometheus collects it.
//
// # The page
//
// [Page] is a handler that shows all this in a browser, with problems on top, and gives
// it to scripts as JSON.
//
// # Profiles
//
// [Labels] adds signals and receivers to CPU and goroutine profiles.
//
// # Middleware
//
// [Timeout], [Retry] and [Limit] wrap the calls of receivers. [runtime.Around] adds
// them to one receiver, [runtime.Wrap] to all receivers of a set. The first is
// outermost:
//
//	order.ConnectPlaced(confirm, runtime.Around(observe.Retry(3, time.Second), observe.Timeout(5*time.Second)))
//
// # What it costs
//
// Each send costs what its observers ask for. [Labels] costs a send nothing. Metrics
// cost one atomic addition for a send that is not observed. [Slog] is told of every
// call, so each call costs something even if nothing is logged. The document
// docs/operating.md has figures.
package observe
