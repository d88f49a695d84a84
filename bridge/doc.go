// Package bridge carries signals between processes: receivers in one program hear what
// another program sends. The signal stays typed, and neither its declaration nor the
// generated code changes. A [Transport] carries the envelopes: the modules bridge/nats,
// bridge/sql and bridge/watermill have transports.
//
// # From one process to two
//
// Both programs make a bridge over the same broker:
//
//	b := bridge.New(transport)
//	defer b.Close(ctx)
//
// The program that sends publishes the signal. Its sends stay as they are:
//
//	bridge.Publish(b, &order.DefaultSignals.Placed)
//
// The program that receives connects its receivers as before, and then receives the
// signal until ctx is done:
//
//	order.ConnectPlaced(mailer.Confirm)
//	err := bridge.Serve(ctx, b, &order.DefaultSignals.Placed, bridge.Group("mailer"))
//
// [Receive] does the same without blocking. Every group hears every signal, and one
// process per group handles it. A group that the transport knows misses nothing while
// none of its processes runs. A new group, or one with a new name, begins with what the
// transport still stores; [FromNow] changes that. With [Broadcast] every process hears
// every signal.
//
// A signal that crosses a bridge tells other processes what has happened. Nothing comes
// back: the sender sees neither the value nor the error that a receiver in another process
// returns. An error, such as a veto, makes the transport deliver the signal again.
//
// Local receivers are called after the signal is stored. Do not publish a signal that
// receivers may refuse: by the time one refuses, other processes may have heard it.
// Let local receivers decide about one signal, and publish another one that says what
// was decided.
//
// # What a send promises
//
// A send returns nil after the transport has stored the signal: it will be heard. After
// an error it may have been stored or not. While the broker cannot be reached, senders
// wait. [Timeout] and the ctx of the send limit the wait. If the signal's receivers return
// no error, the send cannot return one either: the signal's error handler gets it.
//
// # What a receiver must expect
//
// A signal is delivered at least once. It is acknowledged when every receiver in the
// process has returned nil. When one fails or panics, all of them are called again, a few
// times within a fraction of a second ([Retry]). Then the transport redelivers the signal
// to a process of the group, after longer and longer pauses ([Backoff]). After too many
// failures ([MaxDeliver]) the signal becomes a dead letter. A receiver that knows that
// retrying is pointless wraps its error with [Poison].
//
// A process that dies has not acknowledged what it was working on, so a receiver may hear
// a signal twice. [Dedupe] prevents most of that within one process. The envelope's ID
// and Source ([EnvelopeFrom]) tell a receiver whether it has seen a signal before.
//
// A receiver may take as long as it likes, but later signals of the same key wait.
// [Within] sets a limit. A delivery that takes more than a minute is logged.
//
// # Order
//
// Signals of one sender are heard in the order in which they were published, as long as
// one process of the group receives them all. The exception are those that fail: what is
// redelivered comes later than what was published after it. Signals of different senders
// are heard at the same time, as many as [InFlight] allows. Signals that were declared
// without a sender are heard one at a time. [KeyBy] and [Unordered] change both. What
// order a group of several processes has depends on the transport.
//
// The instances of a generic signal share one stable name. Publish only one of them, or
// each hears the payloads of the others. A sender that is a pointer is a different pointer
// in another process: receivers connected by ConnectXFrom hear a bridged signal only if
// its senders are values.
//
// # Loops
//
// A bridge does not publish a signal that it has received, provided that receivers pass
// on their ctx: see [Anew]. A process that both publishes and receives a signal hears its
// own sends twice, directly and through the transport; [SkipOwn] prevents that.
//
// # Versions
//
// The two programs may be built from different versions of the payload. [JSON] ignores
// unknown fields and leaves missing ones zero; [Strict] refuses both. Each envelope has a
// hash of its payload's shape, and a subscription logs the first envelope of another
// shape. Data that cannot be read are redelivered like any failure, because a process of a
// newer version may be able to read them.
//
// # Operating
//
// [Bridge.Health] is for a readiness probe, [Bridge.Stats] and [Observe] are for metrics,
// [Bridge.Lag] returns what waits for a group, and [ErrorHandler] is called with each
// failure.
//
// # On the wire
//
// An envelope is an event of CloudEvents 1.0, so programs in other languages can take
// part. The attributes are headers. The data are the payload, or the struct XArgs of a
// signature, as the [Codec] encodes it: by default as JSON. The attribute type is the
// signal's stable name, source names the program, partitionkey is the sender, and id is
// unique and cannot be guessed. The envelope carries the W3C trace context: see
// [WithTrace] and [Propagate].
package bridge
