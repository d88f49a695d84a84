// Package lock keeps what the signals of a module promise to others in a file,
// signals.lock, and finds out what a change of the source breaks.
//
//	old, _, err := lock.Read(".")
//	now, faults, err := lock.Load(ctx, ".", nil, nil)
//	for _, c := range lock.Compare(old, now) {
//		fmt.Println(c.Class, c)
//	}
//
// [New] makes a [Lock] from a model. [Lock.Format] turns it into text, and [Parse]
// reads that. [Compare] lists the changes between two locks, each with its [Class]:
// [Source] if code that sends or receives no longer compiles, [Wire] if other processes
// or stored messages are affected, and [None] otherwise.
//
// A signal is on the wire if its module bridges it, or if its directive gives it a
// name: then another module may bridge it. A signal that stays within one process has
// no JSON, so its JSON may change. The rules are those of encoding/json, and so of
// bridge.JSON. They do not hold for a codec that writes something else.
//
// What a type writes with methods of its own is not known. It counts as unchanged as
// long as the type keeps its name. Types of the standard library are known only by name
// too, so a lock does not depend on the version of Go. The option omitzero also leaves
// out a pointer to a zero time; this is ignored. Signals of files with a build
// constraint are in the lock of the platform for which it is made.
package lock
