package lock

import (
	"cmp"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// File is the name of the file at a module's root.
const File = "signals.lock"

// A Lock is the contract of a module's signals.
type Lock struct {
	Signals []Signal // sorted by name, then by declaration
	Gone    []Gone   // sorted in the same way
}

// A Signal is a signal that the module declares or bridges.
type Signal struct {
	Name     string // the stable name
	Declared string // import path, a dot, and the type's name
	Foreign  bool   // another module declares it
	Private  bool   // only its own package sends it
	Form     topology.Form
	Params   []string // the names of its type parameters

	// Args are the arguments of a send after ctx. A payload is the only one.
	Args    []topology.Arg
	Carries string // the type on the wire; for a signature the struct XArgs
	Result  string // what receivers return besides an error; empty if nothing
	Fails   bool   // receivers return an error
	Sender  string // the sender's type; empty for a signal without senders

	Bridges []Bridge // sorted, without duplicates

	// Types are the types that arguments and results consist of, by name. They have no
	// docs, and no fields that repeat their names. A type that is not described counts
	// as unchanged as long as it keeps its name: structs of the standard library, and
	// types of other modules that are not on the wire.
	Types map[string]topology.Type

	Allowed []Allowed // the breaking changes that were allowed, oldest first

	Pos topology.Position // of the declaration, or of the paragraph in the file
}

// A BridgeWay says how the module exchanges a signal with other processes.
type BridgeWay string

// The ways to exchange a signal with other processes.
const (
	Publish BridgeWay = "publish"
	Receive BridgeWay = "receive"
	Forward BridgeWay = "forward"
)

// A Bridge describes an exchange of a signal with other processes.
type Bridge struct {
	Way   BridgeWay
	Of    string // the type on the wire, for a generic signal
	Group string // for Receive; empty if it is not a constant
	Key   string // for Publish: the key by which messages are ordered, "sender" by default; empty for none
}

// An Allowed is a breaking change that was allowed.
type Allowed struct {
	Class  Class
	What   string // what has changed, as in Change
	Reason string // why it was allowed, on one line
}

// A Gone is a signal whose removal was allowed.
type Gone struct {
	Name     string
	Declared string
	Allowed  []Allowed
}

// OnWire reports whether the signal may leave the process: it is bridged, or has a name
// by which another module can bridge it.
func (s *Signal) OnWire() bool { return s.Name != s.Declared || len(s.Bridges) > 0 }

// sort sorts all lists.
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
