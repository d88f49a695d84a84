package topology

import "fmt"

// A Model is what is known about the signals of some packages: who declares, sends and
// hears them. It is plain data. All lists are sorted, so the same source gives the same
// model.
type Model struct {
	// Programs are the main packages among the patterns, by import path. If there are
	// none, there is one program without a path, which has all packages.
	Programs []Program `json:"programs"`

	// Signals are those that the packages declare, and those of other packages that
	// they send, hear or bridge, sorted by ID.
	Signals []Signal `json:"signals"`

	// Sends are sorted by signal, then by position.
	Sends []Send `json:"sends"`

	// Receives are sorted by signal, then in the order in which they are called, as
	// far as that is known: by priority, then as in the wire file, then by position.
	Receives []Receive `json:"receives"`

	// Annotated are the funcs with a directive //signalgen:receiver, sorted by signal
	// and position, whether anything connects them or not. Connected ones are also
	// among the Receives.
	Annotated []Annotated `json:"annotated"`

	// Bridges are sorted by signal, then by position.
	Bridges []Bridge `json:"bridges"`

	// Unknown are the places beyond which a signal cannot be followed, sorted by
	// signal and position. Such a signal may have senders and receivers that are not
	// listed.
	Unknown []Unknown `json:"unknown"`

	// Calls are the calls that lead from one func of the packages to a send in
	// another, sorted by caller and position. Calls through interfaces and func values
	// are not included, and neither are calls that lead to no send.
	Calls []Call `json:"calls"`

	// Faults are what keeps packages from being read or type-checked, sorted by
	// position. The model still has what does type-check.
	Faults []Fault `json:"faults"`

	// Types are what signals carry and return, and the types that these consist of, by
	// the names in [Arg.Type] and [Signal.Result].
	Types map[string]Type `json:"types"`
}

// A Program is a main package with everything that it imports.
type Program struct {
	Path     string   `json:"path"`     // import path of package main; empty if there is none
	Packages []string `json:"packages"` // import paths of its packages among the patterns, including its own

	// Unread are import paths of packages whose signals may also be sent and heard by
	// packages that are in the program but not among the patterns.
	Unread []string `json:"unread,omitempty"`
}

// A Position is a place in the source. If Line is zero, only the file is known.
type Position struct {
	// File has slashes. It is relative to Options.Dir. The files of a module that the
	// user does not work on begin with the module's path and version instead.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// String returns the form file:line.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// A Func is a func, a method or a func literal.
type Func struct {
	Package string `json:"package"` // import path

	// Name is as in Go source, without the package: Place, Shelf.Check,
	// (*Limits).Check. A literal is named after the func that contains it and its
	// number there, as in stack traces: Place.func1, Place.func1.2. In the value of a
	// variable, outside of any func, the name is that of the variable.
	Name string `json:"name"`

	// Within is the name of the declared func or the variable that contains a literal.
	// It is empty for a func that is not a literal.
	Within string `json:"within,omitempty"`

	Pos Position `json:"pos"` // position of the declared name, or of the literal
}

// A Form says how a signal is declared.
type Form string

// The forms of a declaration.
const (
	Payload   Form = "payload"   // any type except a func type: receivers get a value of it
	Signature Form = "signature" // a func type, which is that of the receivers
)

// A Signal is a declared signal.
type Signal struct {
	ID      string   `json:"id"`      // import path, a dot, and the type's name; unique
	Name    string   `json:"name"`    // the stable name, in logs and on the wire
	Package string   `json:"package"` // import path
	Type    string   `json:"type"`    // name of the declared type
	Form    Form     `json:"form"`
	Doc     string   `json:"doc"` // the declaration's doc comment, without directives
	Pos     Position `json:"pos"` // position of the declared name

	// Args are what a send carries, after ctx. For a payload this is only the payload.
	Args []Arg `json:"args"`

	// Carries is the type on the wire: the payload, or for a signature the struct
	// XArgs.
	Carries string `json:"carries"`

	Result string `json:"result,omitempty"` // the type that receivers return besides an error; empty if there is none
	Fails  bool   `json:"fails"`            // receivers return an error
	Sender string `json:"sender,omitempty"` // the sender's type; empty for a signal without senders

	Generic bool `json:"generic"` // its type has type parameters
	Private bool `json:"private"` // only its own package sends it
	Named   bool `json:"named"`   // the directive gives it a name, so Name is not the ID
	Wired   bool `json:"wired"`   // a connectReceivers that a program calls connects a receiver to it
	Local   bool `json:"local"`   // its package is among the patterns
}

// An Arg is an argument of a send.
type Arg struct {
	Name     string `json:"name"` // as declared; empty if it has none
	Type     string `json:"type"` // with import paths; for a variadic argument, the type of its elements
	Variadic bool   `json:"variadic,omitempty"`
}

// A Way is how a signal is sent.
type Way string

// The ways to send.
const (
	WaySend       Way = "Send"
	WayRobust     Way = "SendRobust"
	WayConcurrent Way = "SendConcurrent"
	WayEach       Way = "Each"
	WayDeliver    Way = "Deliver" // runtime.Deliver
	WayChained    Way = "chained" // it is a receiver of another signal
)

// A Send is a place that sends a signal.
type Send struct {
	Signal   string   `json:"signal"` // ID
	Way      Way      `json:"way"`
	Value    bool     `json:"value,omitempty"`    // it is a func value, which others call; not set for a chained one
	Chained  string   `json:"chained,omitempty"`  // the ID of the signal that a chained send receives
	TypeArgs []string `json:"typeArgs,omitempty"` // type arguments of a generic signal

	// A Conditional send is inside an if, a switch, a select or a loop, or after a
	// possible return: calling the func may not send.
	Conditional bool `json:"conditional,omitempty"`
	Concurrent  bool `json:"concurrent,omitempty"` // it is in a go statement

	In   Func     `json:"in"` // the func that contains it
	Pos  Position `json:"pos"`
	Test bool     `json:"test,omitempty"` // it is in a test file
}

// A How is how a signal is heard.
type How string

// The ways to hear.
const (
	HowConnect   How = "connect"
	HowFrom      How = "from"      // ConnectFrom: one sender only
	HowWeak      How = "weak"      // ConnectWeak, ConnectWeakOn
	HowAnnotated How = "annotated" // by a call of ConnectReceivers
	HowWired     How = "wired"     // by a call of connectReceivers in package main
	HowNext      How = "next"
	HowEvents    How = "events"
	HowTap       How = "tap"
	HowRelay     How = "relay" // runtime.Relay: before the receivers, and its error is the send's
)

// A ReceiverKind says what a receiver is.
type ReceiverKind string

// The kinds of receivers.
const (
	NamedFunc ReceiverKind = "func"
	Method    ReceiverKind = "method"  // a method of a value
	Literal   ReceiverKind = "literal" // a func literal
	Chain     ReceiverKind = "chain"   // the send of another signal
	Value     ReceiverKind = "value"   // a variable or the result of a call: the func is not known
	Waiting   ReceiverKind = "waiting" // no receiver: a call of Next or Events
)

// A Receive is a place that hears a signal.
type Receive struct {
	Signal string `json:"signal"` // ID
	How    How    `json:"how"`

	Kind ReceiverKind `json:"kind"`

	// Receiver is the func that is called. For a chain it is the generated func that
	// sends, for a value the expression as written, and for Waiting the func that
	// waits.
	Receiver Func `json:"receiver"`

	Chained  string         `json:"chained,omitempty"`  // the ID of the signal that a chain sends
	TypeArgs []string       `json:"typeArgs,omitempty"` // type arguments of a generic signal
	Options  ConnectOptions `json:"options"`

	In   Func     `json:"in"`  // the func that connects, or that calls the generated func that does
	Pos  Position `json:"pos"` // position of that call
	Test bool     `json:"test,omitempty"`
}

// ConnectOptions are what is known about the options of a connection.
type ConnectOptions struct {
	Priority int    `json:"priority,omitempty"`
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Once     bool   `json:"once,omitempty"`
	Until    bool   `json:"until,omitempty"`    // a ctx ends it
	Around   bool   `json:"around,omitempty"`   // it has middleware of its own
	Async    bool   `json:"async,omitempty"`    // it has a queue
	Size     int    `json:"size,omitempty"`     // queue size; 0 if not known
	Overflow string `json:"overflow,omitempty"` // Block, DropNewest, DropOldest or Fail; empty if not known
	Workers  int    `json:"workers,omitempty"`

	// Partial says that there are more options: one that is a variable, or one with an
	// argument that is not a constant.
	Partial bool `json:"partial,omitempty"`
}

// An Annotated is a func with a directive //signalgen:receiver, and the signal that it
// receives.
type Annotated struct {
	Signal    string `json:"signal"` // ID
	Receiver  Func   `json:"receiver"`
	Connected bool   `json:"connected"`         // a connectReceivers or ConnectReceivers that is called connects it; true in case of doubt
	Unwired   bool   `json:"unwired,omitempty"` // the doc comment of its package says that no program wires it
	Test      bool   `json:"test,omitempty"`
}

// A BridgeWay is what a bridge does with a signal.
type BridgeWay string

// The ways of bridges.
const (
	BridgePublish BridgeWay = "Publish" // local sends go out
	BridgeReceive BridgeWay = "Receive" // what arrives is sent here
	BridgeServe   BridgeWay = "Serve"   // the same, until a ctx is done
	BridgeForward BridgeWay = "Forward" // from one transport to another
)

// A Bridge is a place where a signal goes out to other processes, or comes in.
type Bridge struct {
	Signal string    `json:"signal"` // ID
	Way    BridgeWay `json:"way"`
	Group  string    `json:"group,omitempty"` // set if it is a constant

	// Key is what a Publish keeps in order by KeyBy, without the name of the
	// parameter: Customer, for a func literal that returns args.Customer. For another
	// func it is its name, and for another literal it is "func". It is empty without
	// KeyBy.
	Key string `json:"key,omitempty"`

	Carries  string   `json:"carries"` // the type on the wire
	TypeArgs []string `json:"typeArgs,omitempty"`
	In       Func     `json:"in"`
	Pos      Position `json:"pos"`
	Test     bool     `json:"test,omitempty"`
}

// An Unknown is a place beyond which a signal cannot be followed. For example, it is
// converted to an interface, or passed to a func outside of the packages.
type Unknown struct {
	Signal string   `json:"signal"` // ID; empty if it may be any signal
	Reason string   `json:"reason"` // what happens to it there
	In     Func     `json:"in"`
	Pos    Position `json:"pos"`
	Test   bool     `json:"test,omitempty"`
}

// A Call is a call that leads to a send. A func literal counts as called by the func
// that contains it, unless it is a receiver.
type Call struct {
	Caller      Func     `json:"caller"`
	Callee      Func     `json:"callee"`
	Conditional bool     `json:"conditional,omitempty"` // as for a [Send]
	Concurrent  bool     `json:"concurrent,omitempty"`  // as for a [Send]
	Pos         Position `json:"pos"`
}

// A Fault says what is wrong with a package.
type Fault struct {
	Package string   `json:"package"` // import path
	Pos     Position `json:"pos"`     // zero if it has no place
	Message string   `json:"message"`
}
