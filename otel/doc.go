// Package otel tells OpenTelemetry of signals: spans and metrics of what is sent and
// received, and the trace that goes with a signal from process to process. It is a module
// of its own, and speaks to the API of OpenTelemetry only; the SDK and the exporter are
// the program's.
//
// One line in main has all signals observed that are not configured by themselves:
//
//	runtime.Configure(runtime.Observe(otel.Observe()))
//
// and an option of a bridge has its signals carry the trace:
//
//	b := bridge.New(transport, otel.Propagate())
//
// # Spans
//
// They follow the semantic conventions for messaging, with signalgen as the
// messaging.system and the stable name of the signal as the messaging.destination.name. A
// send has a span called
//
//	send order.placed
//
// of kind producer, and each call of a receiver has one called
//
//	process order.placed
//
// of kind consumer, with the name of the receiver as
// messaging.destination.subscription.name and its func, file and line as code.*. An
// attribute of our own, messaging.signalgen.mode, says how the signal was sent:
// sequential, robust, concurrent, lazy, or async for a receiver with a queue.
//
// How they hang together depends on when the receiver runs:
//
//   - Within the send: its span is a child of that of the send.
//   - Later, for [runtime.Async]: a child too, as long as the span of the sender, the one
//     in which the signal was sent, or that of the send itself is open. After that it is
//     the root of a new trace, with a link to the span of the send. A send without a span
//     around it has only its own, which ends as soon as the signal is queued. What was
//     sent in a trace that is not sampled stays in it.
//   - In another process, behind a bridge: the root of a new trace, with a link to the
//     span of the send, and the id of the envelope as messaging.message.id. [Child] makes
//     it a child. What a bridge delivers has no span of a send of its own: it was sent
//     once.
//
// # Errors
//
// An error is recorded once, as an exception event of the span in which it happened: that
// of the receiver which has returned it, or that of the send if there was no call, as on a
// closed signal or with a full queue. The spans around it that fail with it have the
// status and error.type only. A panic is recorded with its stack. [runtime.ErrStop] is no
// error. The text of an error goes where the spans go.
//
// # Metrics
//
//	messaging.client.sent.messages        counter     sends
//	messaging.client.operation.duration   histogram   seconds that a send takes
//	messaging.client.consumed.messages    counter     calls of receivers
//	messaging.process.duration            histogram   seconds that a call of a receiver takes
//	messaging.signalgen.dropped.messages  counter     what queues of async receivers have dropped
//
// Each has the signal as messaging.destination.name; those of receivers have the
// receiver's name as messaging.destination.subscription.name, and failures an error.type.
// The histograms have buckets for 10 µs, 100 µs and 1 ms besides those that the
// conventions want, which begin at 5 ms. A receiver whose name is made at run time, by
// [runtime.Name], makes a time series of its own.
package otel
