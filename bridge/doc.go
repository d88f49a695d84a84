// Package bridge carries signals between processes: what one program sends, receivers in
// other programs hear. The signal stays typed, its declaration does not change, and the
// generated code does not know of it. A [Transport] carries the envelopes: the modules
// bridge/nats, bridge/sql and bridge/watermill have transports.
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
// [Receive] does the same beside other work. Every group hears every signal, and within
// a group one process handles it, wherever the group's processes run. A group that the
// transport knows misses nothing while none of its processes runs. A new group, or one
// with a new name, begins with what the transport still holds of the past; [FromNow]
// changes that. With [Broadcast] every process hears every signal.
//
// A signal that crosses a bridge tells others what has happened. It asks them nothing.
// A value that a receiver in another process returns does not come back. An error, such
// as a veto, makes the signal come to that receiver again; the sender does not see it.
//
// Local receivers are called after the signal is stored. Do not publish a signal that
// receivers may refuse: by the time one refuses, other processes may have heard it.
// Let the local receivers decide about one signal, and publish another that says what
// was decided.
//
// # What a send promises
//
// A send returns nil after the transport has stored the signal: it will be heard. After
// an error it may have been stored or not. While the broker cannot be reached, senders
// wait; this is how they do not outrun it. [Timeout] and the ctx of the send limit the
// wait. If the signal's receivers return no error, the send cannot return one either,
// and it goes to the signal's error handler.
//
// # What a receiver must expect
//
// A signal is heard at least once. It is acknowledged when every receiver in the process
// has returned nil. When one fails or panics, all of them are called again, a few times
// within a fraction of a second ([Retry]). Then the transport hands the signal to some
// process of the group again, after longer and longer pauses ([Backoff]). When it has
// failed often enough ([MaxDeliver]) the transport keeps it as a dead letter. A receiver
// that knows that retrying is pointless wraps its error by [Poison].
//
// A process that dies has not acknowledged what it was working on, so a receiver may hear
// a signal twice. [Dedupe] prevents most of that within one process. The envelope's ID
// and Source ([EnvelopeFrom]) tell a receiver whether it has seen a signal before.
//
// A receiver may take as long as it likes, but what is behind it waits. [Within] sets a
// limit. A delivery that takes more than a minute is logged.
//
// # Order
//
// Signals of one sender are heard in the order in which they were published, as long as
// one process of the group gets them all, and except for those that fail: what is
// handed over again comes later than what was published after it. Signals of different
// senders are heard at the same time, as many as [InFlight] allows. Signals that were
// declared without a sender are heard one at a time. [KeyBy] and [Unordered] change
// both. Where a group has several processes, see the transport for what it can do
// about order.
//
// The instances of a generic signal share one stable name. Publish only one of them, or
// each hears the payloads of the others. A sender that is a pointer is another pointer in
// another process: receivers connected by ConnectXFrom hear a bridged signal only if its
// senders are values.
//
// # Loops
//
// A bridge does not publish a signal that it has received, as long as receivers pass
// their ctx on: see [Anew]. A process that both publishes and receives a signal hears its
// own sends twice, once directly and once through the transport; [SkipOwn] prevents that.
//
// # Versions
//
// The two programs may be built from different versions of the payload. [JSON] ignores
// fields that it does not know and leaves missing ones zero; [Strict] refuses both. Each
// envelope has a hash of its payload's shape, and a receiver logs the first envelope of
// another shape. Data that one version cannot read are handed over again like any
// failure, because a process of a newer version may be able to read them.
//
// # Operating
//
// [Bridge.Health] is for a readiness probe, [Bridge.Stats] and [Observe] for metrics,
// [Bridge.Lag] tells what waits for a group, [ErrorHandler] hears of each failure.
//
// # On the wire
//
// An envelope is an event of CloudEvents 1.0. The attributes are headers, and the data is
// what the [Codec] makes of the payload, or of the struct XArgs of a signature: JSON
// unless told otherwise. The attribute type is the signal's stable name, source names the
// program, partitionkey is the sender, id is unique and cannot be guessed. The W3C trace
// context goes along: see [WithTrace] and [Propagate]. Programs in other languages can
// take part.
package bridge
