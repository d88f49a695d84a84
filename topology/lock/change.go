package lock

import (
	"cmp"

	"github.com/signalgen/signalgen/topology"
)

// A Class says what a change breaks. Wire includes Source: a change that breaks other
// processes may also keep code from compiling.
type Class string

// The classes of changes.
const (
	None   Class = "none"   // nothing
	Source Class = "source" // code that sends or receives: it no longer compiles, or changes its meaning
	Wire   Class = "wire"   // other processes, or stored messages
)

// rank orders classes by severity. It is negative for an unknown class.
func (c Class) rank() int {
	switch c {
	case None:
		return 0
	case Source:
		return 1
	case Wire:
		return 2
	default:
		return -1
	}
}

// Allows reports whether allowing changes of class c includes changes of class other.
func (c Class) Allows(other Class) bool { return c.rank() >= other.rank() }

// A Change is a difference between two locks.
type Change struct {
	Kind   Kind
	Class  Class
	Signal string // the stable name; the new one if it has changed
	What   string // such as: field Total was int64, is string
	Effect string // what it breaks, and for whom; if it breaks nothing, what to do

	note     string            // the text to record if the change is allowed; empty for What
	Declared string            // as in the Signal
	Pos      topology.Position // of the declaration; for a removed signal, of its paragraph in the file
}

// String returns the form order.placed: what: effect.
func (c Change) String() string { return c.Signal + ": " + c.What + ": " + c.Effect }

// compare orders changes by the positions of their signals, and keeps the order within
// one signal.
func (c Change) compare(other Change) int {
	return cmp.Or(
		cmp.Compare(c.Pos.File, other.Pos.File),
		cmp.Compare(c.Pos.Line, other.Pos.Line),
		cmp.Compare(c.Signal, other.Signal),
	)
}

// A Kind is a kind of change, as in the table in docs/lock.md.
type Kind string

// The kinds of changes of a signal.
const (
	SignalNew       Kind = "signal-new"
	SignalGone      Kind = "signal-gone"
	SignalRenamed   Kind = "signal-renamed"
	SignalMoved     Kind = "signal-moved"     // declared in another package, or with another name
	SignalForm      Kind = "signal-form"      // a payload became a signature, or a signature a payload
	SignalParams    Kind = "signal-params"    // type parameters
	SignalPrivate   Kind = "signal-private"   // now only its own package can send it
	SignalPublic    Kind = "signal-public"    // now other packages can send it too
	SignalDescribed Kind = "signal-described" // only the description, such as the order of fields
	ArgumentOrder   Kind = "argument-order"
	ArgumentDots    Kind = "argument-variadic"
	Result          Kind = "result"
	ResultError     Kind = "result-error" // receivers now return an error, or no longer do
	Sender          Kind = "sender"
)

// The kinds of changes in how a module exchanges signals with other processes.
const (
	BridgeNew    Kind = "bridge-new"
	PublishGone  Kind = "publish-gone"
	PublishKey   Kind = "publish-key"
	GroupGone    Kind = "group-gone"
	GroupRenamed Kind = "group-renamed"
	ForwardGone  Kind = "forward-gone"
)

// The kinds of changes of types. The arguments of a signature count as fields.
const (
	TypeChanged    Kind = "type" // another type, which may have the same JSON
	FieldNew       Kind = "field-new"
	FieldMet       Kind = "field-met" // a new field whose name differs from that of another field only in case
	FieldGone      Kind = "field-gone"
	FieldGo        Kind = "field-go"        // the name in Go
	FieldJSON      Kind = "field-json"      // the name in JSON
	FieldOmitted   Kind = "field-omitted"   // omitempty, omitzero
	FieldQuoted    Kind = "field-quoted"    // the option ",string"
	FieldPointer   Kind = "field-pointer"   // now promoted through a pointer, or no longer
	FieldUnwritten Kind = "field-unwritten" // the tag "-"
	FieldWritten   Kind = "field-written"   // the tag "-" is gone
	ValueNew       Kind = "value-new"
	ValueGone      Kind = "value-gone"
	ValueChanged   Kind = "value-changed"
	ValueRenamed   Kind = "value-renamed"
)

// What a change breaks.
const (
	runLock       = "run signalgen lock"
	notCompiling  = "callers do not compile"
	streamLost    = "messages in the stream can no longer be read"
	streamChanged = "messages in the stream are misread"
	streamUntold  = "it is not known whether messages in the stream can be read"
	othersLost    = "processes of the earlier version cannot read what is sent"
	othersChanged = "processes of the earlier version misread what is sent"
)
