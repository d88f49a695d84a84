package lock

import (
	"cmp"

	"github.com/signalgen/signalgen/topology"
)

// A Class says whom a change breaks. Wire includes Source: a change that other
// processes cannot handle may also keep code from compiling.
type Class string

// The classes of changes.
const (
	None   Class = "none"   // nobody
	Source Class = "source" // code that sends or receives: it does not compile, or means something else
	Wire   Class = "wire"   // other processes, and stored messages
)

// rank orders classes by what they break. It is negative for an unknown class.
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

// Allows reports whether someone who allows changes of class c allows a change of class
// other.
func (c Class) Allows(other Class) bool { return c.rank() >= other.rank() }

// A Change is a difference between two locks.
type Change struct {
	Kind   Kind
	Class  Class
	Signal string // the stable name; the new one if it has changed
	What   string // what has changed: field Total was int64, is string
	Effect string // what it breaks and for whom; if it breaks nothing, what to do

	note     string            // what to record if it is allowed; empty for What
	Declared string            // that of the signal
	Pos      topology.Position // of its declaration; for a removed signal, of its paragraph in the file
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
	SignalForm      Kind = "signal-form"      // a payload was a signature, or the other way round
	SignalParams    Kind = "signal-params"    // type parameters
	SignalPrivate   Kind = "signal-private"   // only its own package sends it now
	SignalPublic    Kind = "signal-public"    // others send it too now
	SignalDescribed Kind = "signal-described" // nothing that matters: the order of fields
	ArgumentOrder   Kind = "argument-order"
	ArgumentDots    Kind = "argument-variadic"
	Result          Kind = "result"
	ResultError     Kind = "result-error" // receivers return an error now, or no longer do
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

// The kinds of changes of types. An argument of a signature counts as a field of what
// is sent.
const (
	TypeChanged    Kind = "type" // another type, which may have the same JSON
	FieldNew       Kind = "field-new"
	FieldMet       Kind = "field-met" // a new field that differs from an old one only in upper and lower case
	FieldGone      Kind = "field-gone"
	FieldGo        Kind = "field-go"        // the name in Go
	FieldJSON      Kind = "field-json"      // the name in JSON
	FieldOmitted   Kind = "field-omitted"   // omitempty, omitzero
	FieldQuoted    Kind = "field-quoted"    // the option ",string"
	FieldPointer   Kind = "field-pointer"   // it is promoted through a pointer now, or no longer is
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
