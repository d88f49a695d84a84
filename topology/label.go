package topology

import (
	"fmt"
	"go/doc"
	"path"
	"regexp"
	"strings"
)

// Label returns the name of a func, qualified by the last element of its package's
// path: order.Place, stock.Shelf.Check.
func (f Func) Label() string { return lastElement(f.Package) + "." + f.Name }

// majorVersion matches a last element of a path that is not the name of a package.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// lastElement returns the last element of an import path, without a major version.
func lastElement(importPath string) string {
	name := path.Base(importPath)
	if majorVersion.MatchString(name) && path.Dir(importPath) != "." {
		name = path.Base(path.Dir(importPath))
	}
	return name
}

// Labels returns a short name for each signal, by ID. It is the name from the
// directive. Without one, it is the last element of the package's path and the type, or
// the ID if another signal has the same short name.
func (m *Model) Labels() map[string]string {
	labels := make(map[string]string)
	count := make(map[string]int)
	for _, s := range m.Signals {
		label := s.Name
		if !s.Named {
			label = lastElement(s.Package) + "." + s.Type
		}
		labels[s.ID] = label
		count[label]++
	}
	for id, label := range labels {
		if count[label] > 1 {
			labels[id] = id
		}
	}
	return labels
}

// Synopsis returns the first sentence of the doc comment.
func (signal Signal) Synopsis() string { return new(doc.Package).Synopsis(signal.Doc) }

// Place returns the position to show for a receiver: where it is declared, or if the
// func is not known, where it is connected.
func (r Receive) Place() Position {
	switch r.Kind {
	case NamedFunc, Method, Literal:
		return r.Receiver.Pos
	default:
		return r.Pos
	}
}

// who returns the label of a receiver: that of the func, or of the signal that a chain
// sends.
func (r Receive) who(labels map[string]string) string {
	if r.Kind == Chain && r.Chained != "" {
		return labels[r.Chained]
	}
	return r.Receiver.Label()
}

// notes says what is special about a send.
func (s Send) notes() []string {
	var notes []string
	if s.Way != WaySend {
		notes = append(notes, string(s.Way))
	}
	if s.Value {
		notes = append(notes, "as a value")
	}
	return append(notes, special(s.TypeArgs, s.Test)...)
}

// notes says what is special about a receiver.
func (r Receive) notes() []string {
	var notes []string
	switch r.How {
	case HowWeak, HowNext, HowEvents, HowTap, HowRelay:
		notes = append(notes, string(r.How))
	case HowFrom:
		notes = append(notes, "one sender")
	}
	if r.Kind == Chain {
		notes = append(notes, "chained")
	}
	notes = append(notes, r.Options.notes()...)
	return append(notes, special(r.TypeArgs, r.Test)...)
}

func (o ConnectOptions) notes() []string {
	var notes []string
	add := func(is bool, format string, args ...any) {
		if is {
			notes = append(notes, strings.TrimSpace(fmt.Sprintf(format, args...)))
		}
	}
	add(o.Priority != 0, "priority %d", o.Priority)
	add(o.Once, "once")
	add(o.Async && o.Size > 0, "async %d %s", o.Size, o.Overflow)
	add(o.Async && o.Size == 0, "async %s", o.Overflow)
	add(o.Workers != 0, "workers %d", o.Workers)
	add(o.Until, "until")
	add(o.Around, "around")
	add(o.ID != "", "id %s", o.ID)
	add(o.Name != "", "name %s", o.Name)
	add(o.Partial, "more options")
	return notes
}

// notes says what is special about a bridge.
func (b Bridge) notes() []string {
	notes := []string{string(b.Way)}
	if b.Group != "" {
		notes = append(notes, "group "+b.Group)
	}
	return append(notes, special(b.TypeArgs, b.Test)...)
}

func special(typeArgs []string, test bool) []string {
	var notes []string
	if typeArgs != nil {
		notes = append(notes, "["+strings.Join(typeArgs, ", ")+"]")
	}
	if test {
		notes = append(notes, "test")
	}
	return notes
}
