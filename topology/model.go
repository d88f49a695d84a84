package topology

import "fmt"

// A Model describes the signals of some packages, and the code that declares, sends and
// receives them. It is plain data. All lists are sorted, so the same source gives the
// same model.
type Model struct {
	// Programs are the main packages among the patterns, sorted by import path. If
	// there is none, there is one program without a path, with all packages.
	Programs []Program `json:"programs"`

	// Signals are the signals that the packages declare, send, receive or bridge,
	// sorted by ID.
	Signals []Signal `json:"signals"`

	// Sends are sorted by signal, then by position.
	Sends []Send `json:"sends"`

	// Receives are sorted by signal, then in the order of calls as far as that is
	// known: by priority, then as in the wire file, then by position.
	Receives []Receive `json:"receives"`

	// Annotated are all funcs with a directive //signalgen:receiver, sorted by signal
	// and position. Those that something connects are also among the Receives.
	Annotated []Annotated `json:"annotated"`

	// Bridges are sorted by signal, then by position.
	Bridges []Bridge `json:"bridges"`

	// Unknown are the places where a signal cannot be followed any further, sorted by
	// signal and position. Such a signal may have sends and receivers that are not in
	// the model.
	Unknown []Unknown `json:"unknown"`

	// Calls are the calls that lead from one func to a send in another, sorted by
	// caller and position. They do not include calls through interfaces and func
	// values.
	Calls []Call `json:"calls"`

	// Faults are the errors in reading and type-checking the packages, sorted by
	// position. The model still has everything that can be type-checked.
	Faults []Fault `json:"faults"`

	// Types are the types of arguments and results, and the types that these consist
	// of, by the names in [Arg.Type] and [Signal.Result].
	Types map[string]Type `json:"types"`
}

// A Program is a main package with everything that it imports.
type Program struct {
	Path     string   `json:"path"`     // import path of package main; empty if there is none
	Packages []string `json:"packages"` // import paths of its packages among the patterns, including its own

	// Unread are the import paths of packages whose signals may also be used by
	// packages of the program that are not among the patterns.
	Unread []string `json:"unread,omitempty"`
}

// A Position is a place in the source. If Line is zero, only the file is known.
type Position struct {
	// File is a slash-separated path, relative to Options.Dir. For a file of a
	// dependency, it begins with the module's path and version instead.
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

	// Name is written as in Go source, without the package: Place, Shelf.Check,
	// (*Limits).Check. A literal is named after the func that contains it and its
	// number there, as in stack traces: Place.func1, Place.func1.2. A literal in the
	// value of a package-level variable has the name of the variable.
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
	Payload   Form = "payload"   // any type except a func type; receivers get a value of it
	Signature Form = "signature" // a func type, the type of the receivers
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

	// Args are the arguments of a send after ctx. A payload is the only one.
	Args []Arg `json:"args"`

	// Carries is the type on the wire: the payload, or for a signature the struct
	// XArgs.
	Carries string `json:"carries"`

	Result string `json:"result,omitempty"` // the type that receivers return besides an error; empty if there is none
	Fails  bool   `json:"fails"`            // receivers return an error
	Sender string `json:"sender,omitempty"` // the sender's type; empty for a signal without senders

	Generic bool `json:"generic"` // its type has type parameters
	Private bool `json:"private"` // only its own package sends it
	Named   bool `json:"named"`   // the directive sets the stable name
	Wired   bool `json:"wired"`   // a connectReceivers that a program calls connects a receiver to it
	Local   bool `json:"local"`   // its package is among the patterns
}

// An Arg is an argument of a send.
type Arg struct {
	Name     string `json:"name"` // as declared; empty if it has none
	Type     string `json:"type"` // with import paths; for a variadic argument, the type of its elements
	Variadic bool   `json:"variadic,omitempty"`
}

// A Way says how a signal is sent.
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

// A Send is a place in the source that sends a signal.
type Send struct {
	Signal   string   `json:"signal"` // ID
	Way      Way      `json:"way"`
	Value    bool     `json:"value,omitempty"`    // the method is used as a value, to be called later; false for a chained send
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

// A How says how a signal is received.
type How string

// The ways to receive a signal.
const (
	HowConnect   How = "connect"
	HowFrom      How = "from"      // ConnectFrom: one sender only
	HowWeak      How = "weak"      // ConnectWeak, ConnectWeakOn
	HowAnnotated How = "annotated" // by a call of ConnectReceivers
	HowWired     How = "wired"     // by a call of connectReceivers in package main
	HowNext      How = "next"
	HowEvents    How = "events"
	HowTap       How = "tap"
	HowRelay     How = "relay" // runtime.Relay: called before the receivers; the send returns its error
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
	Waiting   ReceiverKind = "waiting" // a call of Next or Events, which has no receiver
)

// A Receive is a place in the source that receives a signal.
type Receive struct {
	Signal string `json:"signal"` // ID
	How    How    `json:"how"`

	Kind ReceiverKind `json:"kind"`

	// Receiver is the func that is called. For a Chain it is the generated func that
	// sends. For a Value it has the expression as its name. For Waiting it is the func
	// that waits.
	Receiver Func `json:"receiver"`

	Chained  string         `json:"chained,omitempty"`  // the ID of the signal that a chain sends
	TypeArgs []string       `json:"typeArgs,omitempty"` // type arguments of a generic signal
	Options  ConnectOptions `json:"options"`

	In   Func     `json:"in"`  // the func that connects, or that calls the generated func that does
	Pos  Position `json:"pos"` // position of that call
	Test bool     `json:"test,omitempty"`
}

// ConnectOptions are the options of a connection, as far as they are constant.
type ConnectOptions struct {
	Priority int    `json:"priority,omitempty"`
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Once     bool   `json:"once,omitempty"`
	Until    bool   `json:"until,omitempty"`    // a ctx disconnects it
	Around   bool   `json:"around,omitempty"`   // it has middleware of its own
	Async    bool   `json:"async,omitempty"`    // it has a queue
	Size     int    `json:"size,omitempty"`     // queue size; 0 if not known
	Overflow string `json:"overflow,omitempty"` // Block, DropNewest, DropOldest or Fail; empty if not known
	Workers  int    `json:"workers,omitempty"`

	// Partial says that there are options that are not known: an option in a variable,
	// or an argument that is not constant.
	Partial bool `json:"partial,omitempty"`
}

// An Annotated is a func with a directive //signalgen:receiver, and the signal that it
// receives.
type Annotated struct {
	Signal    string `json:"signal"` // ID
	Receiver  Func   `json:"receiver"`
	Connected bool   `json:"connected"`         // a connectReceivers or ConnectReceivers that is called connects it; also true if that is not known
	Unwired   bool   `json:"unwired,omitempty"` // its package has the directive //signalgen:unwired
	Test      bool   `json:"test,omitempty"`
}

// A BridgeWay says what a bridge does with a signal.
type BridgeWay string

// The ways of bridges.
const (
	BridgePublish BridgeWay = "Publish" // local sends go to other processes
	BridgeReceive BridgeWay = "Receive" // sends of other processes are delivered here
	BridgeServe   BridgeWay = "Serve"   // the same, until a ctx is done
	BridgeForward BridgeWay = "Forward" // from one transport to another
)

// A Bridge is a place in the source that exchanges a signal with other processes.
type Bridge struct {
	Signal string    `json:"signal"` // ID
	Way    BridgeWay `json:"way"`
	Group  string    `json:"group,omitempty"` // set if it is a constant

	// Key is the key by which KeyBy orders what is published. For a func literal that
	// returns args.Customer, it is Customer. For another literal it is "func", and for
	// a named func its name. It is empty without KeyBy.
	Key string `json:"key,omitempty"`

	Carries  string   `json:"carries"` // the type on the wire
	TypeArgs []string `json:"typeArgs,omitempty"`
	In       Func     `json:"in"`
	Pos      Position `json:"pos"`
	Test     bool     `json:"test,omitempty"`
}

// An Unknown is a place where a signal cannot be followed any further: for example, it
// is converted to an interface, or passed to a func outside the packages.
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
