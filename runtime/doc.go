// Package runtime is what the code that signalgen generates is built on, and
// what its users set and read: the options of a connect, connections, errors.
//
// A signal's receivers are called in the goroutine that sends, the highest
// [Priority] first, and among equals as they were connected. A send sees a
// fixed list: who connects during it is called by the next one. A receiver that
// is disconnected is not called any more, not even by a send that is under way.
//
// Receivers may send, connect and disconnect, themselves too. All of it may be
// done from several goroutines; sends take no lock and never wait for each
// other.
package runtime
