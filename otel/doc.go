// Package otel reports signals to OpenTelemetry: spans and metrics for what is sent and
// received, and the trace that travels with a signal from process to process. It is a
// module of its own. It depends only on the API of OpenTelemetry; the SDK and the
// exporter are up to the program.
//
// One line in main observes all signals that have no settings of their own:
//
//	runtime.Configure(runtime.Observe(otel.Observe()))
//
// An option of a bridge makes its signals carry the trace:
//
//	b := bridge.New(transport, otel.Propagate())
//
// # Spans
//
// The spans follow the semantic conventions for messaging. The messaging.system is
// signalgen, and the messaging.destination.name is the stable name of the signal. A
// send has a span of kind producer named
//
//	send order.placed
//
// Each call of a receiver has a span of kind consumer named
//
//	process order.placed
//
// with the name of the receiver as messaging.destination.subscription.name and its
// func, file and line as code.*. The attribute messaging.signalgen.mode, which is not
// from the conventions, says how the signal was sent: sequential, robust, concurrent,
// lazy, or async for a receiver with a queue.
//
// How spans are related depends on when the receiver runs:
//
//   - Within the send: its span is a child of the send's span.
//   - Later, for [runtime.Async]: its span is still a child while the span in which
//     the signal was sent is open, or that of the send itself. After that it is the
//     root of a new trace, with a link to the send's span. If there is no span
//     around the send, its own ends as soon as the signal is queued. What was sent
//     in a trace that is not sampled stays in that trace.
//   - In another process, after a bridge: the root of a new trace, with a link to
//     the send's span, and the id of the envelope as messaging.message.id. [Child]
//     makes it a child. What a bridge delivers has no send span of its own: it was
//     sent once.
//
// # Errors
//
// An error is recorded once, as an exception event of the span in which it happened.
// That is the span of the receiver that returned it, or that of the send if there was
// no call, as on a closed signal or with a full queue. Enclosing spans that fail
// because of it get only the status and error.type. A panic is recorded with its stack.
// [runtime.ErrStop] is not an error. The text of an error goes where the spans go.
//
// # Metrics
//
//	messaging.client.sent.messages        counter     sends
//	messaging.client.operation.duration   histogram   seconds that a send takes
//	messaging.client.consumed.messages    counter     calls of receivers
//	messaging.process.duration            histogram   seconds that a call of a receiver takes
//	messaging.signalgen.dropped.messages  counter     sends dropped by queues of async receivers
//
// Each has the signal as messaging.destination.name. Those of receivers have the
// receiver's name as messaging.destination.subscription.name, and failures have an
// error.type. The conventions want buckets from 5 ms on; the histograms also have
// buckets for 10 µs, 100 µs and 1 ms. A receiver whose name is made at run time, by
// [runtime.Name], has a time series of its own.
package otel
