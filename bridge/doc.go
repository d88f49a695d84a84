// Package bridge carries signals between processes: the same typed signal, sent in
// one program, reaches receivers in others. What carries it is a [Transport], a
// message broker; the modules bridge/nats and bridge/watermill beside this package
// have some. Nothing in a signal's declaration changes, and nothing that is
// generated knows of it.
//
// # From one process to two
//
// A program that sends a signal and receives it becomes two programs. Both make a
// bridge over the broker:
//
//	b := bridge.New(transport)
//	defer b.Close(ctx)
//
// The one that sends publishes the signal; its sends stay as they are:
//
//	bridge.Publish(b, &order.DefaultSignals.Placed)
//
// The one that receives connects its receivers as before, and then has the signal
// come in, until ctx is done:
//
//	order.ConnectPlaced(mailer.Confirm)
//	err := bridge.Serve(ctx, b, &order.DefaultSignals.Placed, bridge.Group("mailer"))
//
// [Receive] does so beside other work. Each group hears every signal, and of the
// members of a group, wherever they run, one does. A group that has once been heard
// of misses nothing while none of its members runs. A new one, and one that has
// been given another name, begins with what the transport still holds of the past.
//
// A signal that goes out tells others what has happened; it asks them nothing. What
// receivers in other processes return does not come back: no value is among the
// responses of the send, and an error, a veto say, has the signal come to that
// receiver again, and changes nothing for the sender. An error of the transport that
// the send cannot return, because the signal's receivers return none, goes to the
// signal's error handler.
//
// # What a send promises
//
// A send returns nil after the transport has stored the signal: it will be heard.
// An error means that it may be or may not be. While the broker cannot be reached,
// senders wait, which is how they do not outrun it; [Timeout] and the ctx of the
// send limit that. Local receivers are called as well, after it is stored.
//
// # What a receiver must bear
//
// A signal is heard at least once, and acknowledged when every receiver in the
// process has returned nil. When one fails or panics, all of them are called again
// after a while ([Retry]), and then the broker hands the signal over once more, to
// any member of the group, until it has done so often enough and keeps it as a dead
// letter. An error that a receiver has wrapped by [Poison] says that none of this is
// of use. A process that dies has acknowledged nothing of what it was at. So a
// receiver may hear a signal twice; [Dedupe] spares it most of that within one
// process, and [EnvelopeFrom] tells an id by which it can tell.
//
// # Order
//
// Signals of one sender are heard in the order in which they were published, as
// long as one member of the group gets them all, and a process retries what fails
// before it goes on to the next. Those of different senders are heard at the same
// time, as many as [InFlight] allows. A signal that was declared without a sender is
// heard one at a time; [KeyBy] and [Unordered] change that. What the broker hands
// over again comes later than what was published after it.
//
// The instances of a generic signal have one stable name. Publish one of them only,
// or each gets the others' payloads.
//
// A sender that is a pointer is another pointer in another process: receivers of
// one sender, connected by ConnectXFrom, hear a bridged signal only if its senders
// are values.
//
// # Loops
//
// A bridge does not publish again what it has received, as long as a receiver passes
// its ctx on: see [Anew]. A process hears its own signals come back if it receives
// what it publishes; [SkipOwn] spares it that.
//
// # On the wire
//
// An envelope is an event of CloudEvents 1.0 in binary mode: the attributes are
// headers, the data is what the [Codec] makes of the payload or of the struct XArgs,
// as a rule JSON. ce-type is the signal's stable name, ce-source the program,
// ce-partitionkey the sender; ce-id is unique. A traceparent comes along: see
// [WithTrace] and [Propagate]. Programs in other languages can take part.
package bridge
