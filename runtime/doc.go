// Package runtime is what generated signals are built on. A program uses it for
// everything that is the same for all signals: options, connections, errors, observers,
// and the end of the program.
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
// the next one. A receiver that is disconnected is no longer called, not even by a send
// that is under way. Disconnecting does not wait for a call that has begun.
//
// # Ways to send
//
// A generated signal has four ways to send. Send stops at the first error, and a panic
// reaches the sender. SendRobust calls every receiver, and turns a panic into an error.
// SendConcurrent does the same with a goroutine for each receiver. Each returns an
// iterator that calls the next receiver when a loop asks for it. A receiver that returns
// [ErrStop] ends the send without an error.
//
// If the signal is private, the names of these methods begin with a lower-case letter:
// only the package that declares it can call them.
//
// # Concurrency
//
// Everything in this package is safe for use by several goroutines, and by receivers: a
// receiver may send, connect, disconnect itself and mute. Sends take no lock and never
// wait for each other, unless [Async] with [Block] asks for it. Only Async,
// SendConcurrent, Next and Events start goroutines. Send and SendRobust do not allocate,
// except for async receivers, for values that receivers return and for errors.
//
// # Lifetime
//
// A signal keeps its receivers until they are disconnected. A receiver connected by
// ConnectXWeak does not keep its owner alive, and is disconnected when the owner is
// collected. A sender that is a pointer is not kept alive either. When it is collected,
// the receivers that hear only this sender are disconnected. Both must be allocated by
// Go: the Go runtime ends the program for a pointer to memory that it does not know.
//
// # Ending a program
//
// When the process ends, what is queued for [Async] receivers is lost. Call [Close] at
// the end of main. It waits until they have handled it, and what they send in turn, and
// then closes all signals at once. [Drain] waits and closes nothing. A generated set has
// both as methods, for its own signals.
//
// A send on a closed signal returns a [*ReceiverError] that names the signal and wraps
// [ErrClosed].
//
// # Tools
//
// A tool that knows no types works with any signal as an [AnySignal]. [Sets] iterates
// over the default sets of the program, and All of a set over its signals. [Relay]
// passes every send of a signal on to somewhere else, and tells the sender whether that
// succeeded. [Deliver] sends what came from elsewhere, and [SenderOf] returns its sender.
// [ArgsType] returns the type of what a send carries, and [Describe] describes how the
// receivers are connected. An [Observer] is told of what happens; [Observe] adds one.
// [Checkpoint] restores a signal after a test. Packages bridge and observe build on these.
//
// # Generated code
//
// The rest is for generated code, and changes with the generator: [GeneratedV2],
// [Kind], [KindOf], [Receiver], [Ready], [Calls], [Sender], [Gather], [Respond],
// [EachResponse], [Feed], [ErrUnfinished], [Register], [ConfigureAll], [DrainAll]
// and [CloseAll].
package runtime
