// Package lock records the contract of a module's signals in a file, signals.lock, and
// finds out what a change of the source breaks, and for whom.
//
//	old, _, err := lock.Read(".")
//	now, faults, err := lock.Load(ctx, ".", nil, nil)
//	for _, c := range lock.Compare(old, now) {
//		fmt.Println(c.Class, c)
//	}
//
// [New] makes a [Lock] from a model. [Lock.Format] formats it as text, and [Parse]
// parses that text. [Compare] lists the changes between two locks, each with its
// [Class]: [Source] if code that sends or receives no longer compiles, [Wire] if other
// processes or stored messages are affected, and [None] otherwise.
//
// A signal is on the wire if its module bridges it, or if its directive gives it a
// name, so that another module may bridge it. Changes of its JSON are [Wire] changes.
// They are judged by the rules of encoding/json, and so of bridge.JSON; these do not
// hold for another codec.
//
// # Limits
//
// The JSON of a type with its own methods for encoding is not known: it counts as
// unchanged as long as the type keeps its name. The same goes for types of the standard
// library, so that a lock does not depend on the version of Go. The option omitzero
// also omits a pointer to a zero time, which is ignored. Signals in files with a build
// constraint are in the lock only if it is made on a matching platform.
package lock
