// Package otel reports sends and receivers to OpenTelemetry as spans and metrics, and
// propagates traces from process to process. It is a module of its own, and depends
// only on the OpenTelemetry API: the program chooses the SDK and the exporter.
//
// To observe all signals that have no settings of their own:
//
//	runtime.Configure(runtime.Observe(otel.Observe()))
//
// To propagate traces over a bridge:
//
//	b := bridge.New(transport, otel.Propagate())
//
// # Spans
//
// The spans follow the semantic conventions for messaging. Their messaging.system is
// signalgen, and their messaging.destination.name is the stable name of the signal. A
// send has a span of kind producer, named
//
//	send order.placed
//
// Each call of a receiver has a span of kind consumer, named
//
//	process order.placed
//
// with the name of the receiver as messaging.destination.subscription.name, and its
// func, file and line as code.*. The attribute messaging.signalgen.mode, which is not
// part of the conventions, says how the signal was sent: sequential, robust,
// concurrent, lazy, or async for a receiver with a queue.
//
// The parent of a receiver's span depends on when the receiver runs:
//
//   - Within the send: the span is a child of the send's span.
//   - Later, for [runtime.Async]: the span is a child as long as the span of the sender is
//     open, or that of the send itself if there is no other. Otherwise it is the root of
//     a new trace, with a link to the send's span. The span of a send without a parent
//     ends as soon as the signal is queued, so its async receivers usually begin new
//     traces. In a trace that is not sampled, they stay in that trace.
//   - In another process, after a bridge: the span is the root of a new trace, with a link
//     to the send's span, and the id of the envelope as messaging.message.id. With [Child]
//     it is a child. The delivery itself has no span: the send has one already.
//
// # Errors
//
// An error is recorded once, as an exception event of the span in which it happened:
// the span of the receiver that returned it, or that of the send if no receiver was
// called, as on a closed signal or with a full queue. Enclosing spans that fail because
// of it get only the status and error.type. A panic is recorded with its stack.
// [runtime.ErrStop] is not an error. Note that the exporter gets the text of errors.
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
// buckets for 10 µs, 100 µs and 1 ms. Every receiver name has its own time series, so a
// [runtime.Name] should not contain an id.
package otel
