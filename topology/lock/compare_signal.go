package lock

import (
	"fmt"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// A comparison compares one signal, before and after.
type comparison struct {
	old, now      *Signal
	before, after view

	wire bool   // what is compared is on the wire
	root string // where paths begin: empty for what is sent, else result or sender
	of   string // the instance of a generic signal, in brackets after a space

	changes *[]Change
	seen    map[[2]string]bool // pairs of types that have been compared
}

// compareSignals returns what has changed in a signal.
func compareSignals(old, now *Signal) []Change {
	var changes []Change
	plain := old
	if len(old.Params) == len(now.Params) {
		old = withParams(old, now.Params)
	}
	c := comparison{
		old: old, now: now,
		before: viewOf(old), after: viewOf(now),
		wire:    old.OnWire(),
		changes: &changes,
		seen:    make(map[[2]string]bool),
	}
	c.names()
	c.signature()
	c.bridges()
	if len(old.Params) != len(now.Params) {
		c.add(SignalParams, "", notCompiling, "the type parameters were %s, are %s", listed(old.Params), listed(now.Params))
	} else {
		c.carried()
	}
	if len(changes) == 0 && !isDescribed(plain, now) {
		c.add(SignalDescribed, "", "", "it is the same in another order, or with other names of type parameters")
	}
	return changes
}

// add records a change, with what it breaks on the wire and in source. Empty means
// nothing.
func (c *comparison) add(kind Kind, wire, source, format string, args ...any) {
	change := Change{
		Kind:     kind,
		Class:    None,
		Signal:   c.now.Name,
		What:     fmt.Sprintf(format, args...),
		Effect:   runLock,
		Declared: c.now.Declared,
		Pos:      c.now.Pos,
	}
	switch {
	case c.wire && wire != "":
		change.Class, change.Effect = Wire, wire
	case source != "" && !c.now.Foreign:
		change.Class, change.Effect = Source, source
	}
	*c.changes = append(*c.changes, change)
}

// names compares the names of the signal.
func (c *comparison) names() {
	switch {
	case c.old.Name != c.now.Name && (c.wire || c.old.Declared != c.now.Declared):
		c.add(SignalRenamed, deaf(c.old.Name), notCompiling, "renamed")
		(*c.changes)[0].note = "renamed from " + c.old.Name
	case c.old.Name != c.now.Name:
		c.add(SignalRenamed, "", "", "it was called %s", c.old.Name)
	case c.old.Declared != c.now.Declared:
		c.add(SignalMoved, "", notCompiling, "it was declared as %s, is declared as %s", c.old.Declared, c.now.Declared)
	}
	switch {
	case !c.old.Private && c.now.Private:
		c.add(SignalPrivate, "", "code of other packages that sends it does not compile", "it is private now")
	case c.old.Private && !c.now.Private:
		c.add(SignalPublic, "", "", "it is no longer private")
	}
}

// signature compares what matters to senders and receivers besides what is carried.
func (c *comparison) signature() {
	if c.old.Form != c.now.Form {
		c.add(SignalForm, "", notCompiling, "it was a %s, is a %s", c.old.Form, c.now.Form)
	}
	c.aside("result", Result, c.old.Result, c.now.Result)
	if c.old.Sender == "" || c.now.Sender == "" { // otherwise it is compared with what is carried
		c.aside("sender", Sender, c.old.Sender, c.now.Sender)
	}
	if c.old.Fails != c.now.Fails {
		what := "receivers return an error now"
		if c.old.Fails {
			what = "receivers no longer return an error"
		}
		c.add(ResultError, "", notCompiling, "%s", what)
	}
	c.arguments()
}

// aside compares types that are not carried.
func (c *comparison) aside(root string, kind Kind, old, now string) {
	switch {
	case old == now:
		if old != "" {
			c.offWire(root).types("", old, now)
		}
	case old == "":
		c.add(kind, "", notCompiling, "it has a %s now, %s", root, now)
	case now == "":
		c.add(kind, "", notCompiling, "it no longer has a %s", root)
	default:
		c.offWire(root).types("", old, now)
	}
}

// offWire returns a comparison of something that is not on the wire.
func (c *comparison) offWire(root string) *comparison {
	offWire := *c
	offWire.wire, offWire.root, offWire.seen = false, root, make(map[[2]string]bool)
	return &offWire
}

// arguments compares the order of arguments. Their names and types are compared with
// what is carried.
func (c *comparison) arguments() {
	old, now := argNames(c.old.Args), argNames(c.now.Args)
	if c.old.Form != topology.Signature || c.now.Form != topology.Signature || len(old) != len(now) {
		return
	}
	if !slices.Equal(old, now) && slices.Equal(slices.Sorted(slices.Values(old)), slices.Sorted(slices.Values(now))) {
		effect := notCompiling
		if slices.EqualFunc(c.old.Args, c.now.Args, func(a, b topology.Arg) bool { return a.Type == b.Type && a.Variadic == b.Variadic }) {
			effect = "callers compile and mean something else"
		}
		c.add(ArgumentOrder, "", effect, "the arguments were %s, are %s", listed(old), listed(now))
		return
	}
	for i, arg := range c.now.Args {
		if arg.Variadic != c.old.Args[i].Variadic {
			c.add(ArgumentDots, "", notCompiling, "argument %s was %s, is %s", nameOf(arg, i), argType(c.old.Args[i]), argType(arg))
		}
	}
}

func argNames(args []topology.Arg) []string {
	names := make([]string, len(args))
	for i, arg := range args {
		names[i] = nameOf(arg, i)
	}
	return names
}

// nameOf returns the name of an argument, or its number after ctx.
func nameOf(arg topology.Arg, i int) string {
	if arg.Name == "" || arg.Name == "_" {
		return fmt.Sprint(i + 1)
	}
	return arg.Name
}

func argType(arg topology.Arg) string {
	if arg.Variadic {
		return "..." + arg.Type
	}
	return arg.Type
}

// carried compares what is on the wire. For a generic signal, it also compares each
// instance that is bridged on both sides.
func (c *comparison) carried() {
	c.types("", c.old.Carries, c.now.Carries)
	for _, b := range c.old.Bridges {
		if b.Of != "" && slices.ContainsFunc(c.now.Bridges, func(n Bridge) bool { return n.Of == b.Of }) {
			instance := *c
			instance.of = " (of " + b.Of + ")"
			instance.types("", b.Of, b.Of)
		}
	}
}

// isNamedAs reports whether a type is declared by a signal, or generated for it.
func isNamedAs(typ string, s *Signal) bool {
	name, _, _ := strings.Cut(typ, "[")
	return name == s.Declared || name == s.Declared+"Args"
}
