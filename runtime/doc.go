// Package runtime is what the code that signalgen generates is built on, and
// what its users set and read: options, connections, errors, observers.
//
// # Order
//
// Receivers are called in the goroutine that sends, the highest [Priority]
// first, and among equals as they were connected. A send sees a fixed list: who
// connects during it is called by the next one. A receiver that is disconnected
// is not called any more, not even by a send that is under way; a call that has
// just begun is not waited for.
//
// # Ways to send
//
// A generated signal has four. Send stops at the first error and lets a panic
// through. SendRobust calls every receiver, and a panic is an error. SendConcurrent
// does the same in a goroutine for each receiver. Each calls the next receiver
// when a loop asks for it. A receiver that returns [ErrStop] ends the send
// without an error.
//
// # Concurrency
//
// All of it may be used from several goroutines, and from inside receivers,
// which may send, connect, disconnect themselves and mute. Sends take no lock and
// never wait for each other; [Async] with [Block] is the exception that is asked
// for. There is no goroutine without [Async] or SendConcurrent. Send and
// SendRobust allocate nothing for receivers that are not async, unless those
// return values or fail.
//
// # Lifetime
//
// A signal keeps its receivers until they are disconnected. One that is
// connected by ConnectXWeak does not keep its owner, and a sender that is a
// pointer is not kept: what belongs to them is disconnected when they are
// collected.
//
// # To and from elsewhere
//
// [Relay] passes every send of a signal on to somewhere else, and lets the sender
// know whether that went well. [Deliver] sends what came from elsewhere. Both take
// any signal. Package bridge beside this one builds on them.
//
// # Wired receivers
//
// A receiver that is declared by a directive may be wired: generated code in
// package main connects it as the program starts, and calls it directly. It is a
// receiver like any other, and comes before the others of its priority. Once it is
// disconnected, it is wired no more; it may be connected as any func may be.
//
// # What generated code uses
//
// [Connect], [Ready], [Send], [Gather], [Each] and their like, [ErrUnfinished],
// [Wire], [Wired], [Annotated] and [Rest], and the types [Calls], [Sender], [Call]
// and [Chain], are for generated code: they are of no use elsewhere, and change with
// the generator.
package runtime
