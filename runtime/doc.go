// Package runtime is what generated signals are built on. A program uses it for
// what is the same for every signal: options, connections, errors, observers, and
// the end of the program.
//
// # Order
//
// Receivers are called in the goroutine that sends, the highest [Priority] first,
// and among equals as they were connected. A send sees a fixed list: a receiver
// that is connected during it is called by the next one. A receiver that is
// disconnected is no longer called, not even by a send that is under way. A call
// that has just begun is not waited for.
//
// # Ways to send
//
// A generated signal has four. Send stops at the first error and lets a panic
// through. SendRobust calls every receiver, and turns a panic into an error.
// SendConcurrent does the same with a goroutine for each receiver. Each returns an
// iterator that calls the next receiver when a loop asks for it. A receiver that
// returns [ErrStop] ends the send without an error.
//
// The names of these methods begin with a small letter if the signal is private: only
// the package that declares it can call them.
//
// # Concurrency
//
// All of this package is safe for use by several goroutines, and by receivers,
// which may send, connect, disconnect themselves and mute. Sends take no lock and
// never wait for each other, unless [Async] with [Block] asks for it. There is no
// goroutine without [Async], SendConcurrent, Next or Events. Send and SendRobust
// allocate nothing for receivers that are not async, unless those return values or
// fail.
//
// # Lifetime
//
// A signal keeps its receivers until they are disconnected. A receiver that is
// connected by ConnectXWeak does not keep its owner, and is disconnected when the
// owner is collected. A sender that is a pointer is not kept either, and the
// receivers that hear it alone are disconnected with it. Both must be allocated by Go:
// the Go runtime ends the program for a pointer to memory that it does not know.
//
// # Ending a program
//
// What is queued for [Async] receivers is lost when the process ends. At the end of
// main, [Close] waits until they have heard it, and what they send on, and then ends
// all signals at once. [Drain] waits and ends nothing. A generated set has methods
// of both names for its own signals.
//
// A send on a closed signal gets a [*ReceiverError] that names the signal and wraps
// [ErrClosed].
//
// # Tools
//
// A tool that knows no types takes any signal as an [AnySignal]. [Sets] iterates
// over the default sets of the program, and All of a set over its signals. [Relay]
// passes every send of a signal on to somewhere else, and lets the sender know
// whether that went well. [Deliver] sends what came from elsewhere, and [SenderOf]
// returns its sender. [ArgsType] tells what a send carries, [Describe] how its receivers
// are connected, and [Observe] has an [Observer] told of what happens. [Checkpoint] restores a signal after a test. Packages
// bridge and observe, beside this one, build on them.
//
// # What generated code uses
//
// The rest is for generated code and changes with the generator: [GeneratedV2],
// [Kind], [KindOf], [Receiver], [Ready], [Calls], [Sender], [Gather], [Respond],
// [EachResponse], [Feed], [ErrUnfinished], [Register], [ConfigureAll], [DrainAll]
// and [CloseAll]. [Connect] and [Annotated] are of use to others too.
package runtime
