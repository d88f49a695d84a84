// Package lock keeps what the signals of a module promise to others in a file,
// signals.lock, and tells what a change of the source breaks.
//
// [New] makes a [Lock] of a model; [Lock.Format] and [Parse] are its text and the way
// back. [Compare] lists the changes between two locks, each with its [Class]: [Source] if
// code that sends or receives no longer compiles, [Wire] if other processes or stored
// messages are affected, [None] otherwise.
//
// A signal is on the wire if its module bridges it, or if its directive gives it a name:
// then another module may bridge it. What only goes through one process has no JSON, so
// its JSON may change. The rules are those of encoding/json and so of bridge.JSON; they do
// not hold for a codec that writes something else.
//
// What a type writes by methods of its own is not known. It counts as unchanged as long
// as the type keeps its name. Types of the standard library are known by their names too,
// so that a lock does not depend on the version of Go. That the option omitzero leaves out a
// pointer to a zero time as well counts for nothing. Signals of files with a build
// constraint are in the lock of the platform for which it is made.
package lock
