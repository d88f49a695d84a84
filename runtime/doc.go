// Package runtime is the library that generated signals are built on. A program imports
// it for everything that is the same for all signals: connect options, connections,
// errors, observers and shutdown.
//
//	conn := order.ConnectPlaced(mail.Confirm, runtime.Priority(10), runtime.Name("mail"))
//	defer conn.Disconnect()
//
//	err := order.SendPlaced(ctx, order.Placed{ID: "17"})
//	var failed *runtime.ReceiverError
//	if errors.As(err, &failed) {
//		log.Println(failed.Receiver.Name, failed.Err)
//	}
//
// # Order
//
// Receivers are called in the goroutine that sends: first those with the highest
// [Priority], and those of equal priority in the order in which they were connected. A
// send sees a fixed list: a receiver that is connected during a send is first called by
// the next send. A disconnected receiver is no longer called, not even by a send that is
// already under way. Disconnecting does not wait for a call that has begun.
//
// # Ways to send
//
// A generated signal has four ways to send. Send stops at the first error, and a
// receiver's panic reaches the sender. SendRobust calls every receiver, and turns panics
// into errors. SendConcurrent does the same with a goroutine for each receiver. Each
// returns an iterator that calls the next receiver when the loop asks for it. A receiver
// that returns [ErrStop] ends the send without an error.
//
// A private signal has the same methods with lower-case names, so only the package that
// declares the signal can call them.
//
// # Concurrency
//
// Everything in this package is safe for concurrent use, and may be called by receivers:
// a receiver may send, connect, disconnect itself and mute. Sends take no lock and never
// wait for each other, unless [Async] with [Block] asks for it. Only Async,
// SendConcurrent, Next and Events start goroutines. Send and SendRobust allocate only for
// async receivers, for values that receivers return, and for errors.
//
// # Lifetime
//
// A signal keeps its receivers until they are disconnected. A receiver connected by
// ConnectXWeak does not keep its owner alive, and is disconnected when the owner is
// collected. A sender that is a pointer is not kept alive either. When it is collected,
// the receivers that hear only this sender are disconnected. Owners and senders must be
// allocated by Go: a weak pointer to other memory crashes the program.
//
// # Shutdown
//
// Sends that are queued for [Async] receivers are lost when the process exits. Call
// [Close] at the end of main. It waits until these receivers have handled everything
// that is queued, including what they send in turn, and then closes all signals at once.
// [Drain] waits in the same way and closes nothing. A generated set has both as methods,
// for its own signals.
//
// A send on a closed signal returns a [*ReceiverError] that names the signal and wraps
// [ErrClosed].
//
// # Tools
//
// A tool that does not know a signal's types uses it as an [AnySignal]. [Sets] iterates
// over the default sets of the program, and the All method of a set over its signals.
// [Relay] forwards every send of a signal, and reports to the sender whether that
// succeeded. [Deliver] sends arguments that come from elsewhere, and [SenderOf] returns
// the sender in them. [ArgsType] returns the type of the arguments, and [Describe]
// describes how the receivers are connected. [ConfigureAll], [DrainAll] and [CloseAll] do
// for any signals what the methods of a set do for its own. An [Observer] is notified of
// sends, calls and connections; [Observe] adds one. [Checkpoint] restores a signal after a
// test. The packages bridge and observe are built on these.
//
// # Generated code
//
// Everything else is for generated code, and changes with the generator: [GeneratedV2],
// [Kind], [KindOf], [Receiver], [Ready], [Calls], [Gather], [Respond], [EachResponse],
// [Feed], [ErrUnfinished] and [Register].
package runtime
