package lock

import (
	"cmp"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// File is the name of the file at a module's root.
const File = "signals.lock"

// A Lock is what the signals of a module promise.
type Lock struct {
	Signals []Signal // by name, then by declaration
	Gone    []Gone   // in the same order
}

// A Signal is a signal that the module declares or bridges.
type Signal struct {
	Name     string // the stable name
	Declared string // import path, a dot, and the type's name
	Foreign  bool   // another module declares it
	Private  bool   // only its own package sends it
	Form     topology.Form
	Params   []string // the names of its type parameters

	// Args are what a send carries after ctx. For a payload this is only the payload.
	Args    []topology.Arg
	Carries string // the type on the wire; for a signature the struct XArgs
	Result  string // what receivers return besides an error; empty if nothing
	Fails   bool   // receivers return an error
	Sender  string // the sender's type; empty for a signal without senders

	Bridges []Bridge // sorted, each once

	// Types are the types that the others consist of, by name. They have no docs, and
	// nothing that their names say already. A type that is not described counts as
	// unchanged as long as it keeps its name: structs of the standard library, and
	// types of other modules that are not on the wire.
	Types map[string]topology.Type

	Allowed []Allowed // what has been broken on purpose, oldest first

	Pos topology.Position // of the declaration, or of the paragraph in the file
}

// A BridgeWay is how the module exchanges a signal with other processes.
type BridgeWay string

// The ways to exchange a signal with other processes.
const (
	Publish BridgeWay = "publish"
	Receive BridgeWay = "receive"
	Forward BridgeWay = "forward"
)

// A Bridge is a connection of a signal to other processes.
type Bridge struct {
	Way   BridgeWay
	Of    string // the type on the wire, for a generic signal
	Group string // for Receive; empty if it is not a constant
	Key   string // for Publish: the key that is kept in order, "sender" by default; empty for none
}

// An Allowed is a change that was intended although it breaks something.
type Allowed struct {
	Class  Class
	What   string // the change, as in Change
	Reason string // on one line
}

// A Gone is a signal that was removed on purpose.
type Gone struct {
	Name     string
	Declared string
	Allowed  []Allowed
}

// OnWire reports whether messages of the signal may be in a stream: it is bridged, or
// has a name by which others can bridge it.
func (s *Signal) OnWire() bool { return s.Name != s.Declared || len(s.Bridges) > 0 }

// sort puts all lists into their order.
func (l *Lock) sort() {
	slices.SortStableFunc(l.Signals, func(a, b Signal) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Declared, b.Declared))
	})
	slices.SortStableFunc(l.Gone, func(a, b Gone) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Declared, b.Declared))
	})
	for i := range l.Signals {
		bridges := l.Signals[i].Bridges
		slices.SortFunc(bridges, Bridge.compare)
		l.Signals[i].Bridges = slices.Compact(bridges)
	}
}

func (b Bridge) compare(other Bridge) int {
	return cmp.Or(
		strings.Compare(string(b.Way), string(other.Way)),
		strings.Compare(b.Of, other.Of),
		strings.Compare(b.Group, other.Group),
		strings.Compare(b.Key, other.Key),
	)
}
