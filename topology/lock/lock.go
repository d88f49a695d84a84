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

// A Signal is one that the module declares, or that it bridges.
type Signal struct {
	Name     string // the stable name
	Declared string // import path, a dot, and the type's name
	Foreign  bool   // another module declares it
	Private  bool   // only its own package sends it
	Form     topology.Form
	Params   []string // the names of its type parameters

	// Args are what a send carries after ctx: of a payload, the payload alone.
	Args    []topology.Arg
	Carries string // the type that the wire has, of a signature that of the struct XArgs
	Result  string // what receivers return besides an error; empty if nothing
	Fails   bool   // receivers return an error
	Sender  string // the sender's type; empty for a signal without senders

	Bridges []Bridge // sorted, each once

	// Types are those that the others are made of, by name. They have neither docs nor
	// what their names say. What is not described counts as the same as long as it has the
	// same name: structs of the standard library, and types of other modules that are not on
	// the wire.
	Types map[string]topology.Type

	Allowed []Allowed // what has been broken on purpose, the oldest first

	Pos topology.Position // of the declaration, or of the paragraph in the file
}

// A BridgeWay is what the module does with a signal and other processes.
type BridgeWay string

// What a module does with other processes.
const (
	Publish BridgeWay = "publish"
	Receive BridgeWay = "receive"
	Forward BridgeWay = "forward"
)

// A Bridge is a way of a signal to other processes, or from them.
type Bridge struct {
	Way   BridgeWay
	Of    string // the type that the wire has, of a generic signal
	Group string // of Receive; empty if it is no constant
	Key   string // of Publish: what is kept in order, "sender" by default; empty if nothing is
}

// An Allowed is a change that was meant although it breaks something.
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
