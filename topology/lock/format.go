package lock

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// header begins the file. The number is the version of the format.
const header = `# What the signals of this module promise. Written by "signalgen lock", compared by "signalgen check".
version 1
`

// Format returns the text of the file.
func (l *Lock) Format() []byte {
	var w writer
	w.WriteString(header)
	for _, s := range l.Signals {
		w.signal(s)
	}
	for _, g := range l.Gone {
		w.line(0, "")
		w.line(0, "gone %s", g.Name)
		w.line(1, "declared %s", g.Declared)
		w.allowed(g.Allowed)
	}
	return w.Bytes()
}

// A writer writes lines that begin with tabs.
type writer struct{ bytes.Buffer }

func (w *writer) line(depth int, format string, args ...any) {
	w.WriteString("\t\t"[:depth])
	_, _ = fmt.Fprintf(w, format, args...) // writing to a Buffer cannot fail
	w.WriteByte('\n')
}

// textLine writes a line unless text is empty.
func (w *writer) textLine(word, text string) {
	if text != "" {
		w.line(1, "%s %s", word, text)
	}
}

// flagLine writes a word on its own line if holds is true.
func (w *writer) flagLine(word string, holds bool) {
	if holds {
		w.line(1, "%s", word)
	}
}

func (w *writer) signal(s Signal) {
	w.line(0, "")
	w.line(0, "signal %s", s.Name)
	w.line(1, "declared %s", s.Declared)
	w.flagLine("foreign", s.Foreign)
	w.flagLine("private", s.Private)
	w.textLine("parameters", strings.Join(s.Params, " "))
	if s.Form == topology.Payload {
		w.line(1, "payload %s", s.Carries)
	} else {
		w.line(1, "signature %s", s.Carries)
		for _, arg := range s.Args {
			w.line(1, "argument %s", argText(arg))
		}
		w.textLine("result", s.Result)
		w.flagLine("error", s.Fails)
	}
	w.textLine("sender", s.Sender)
	for _, b := range s.Bridges {
		w.line(1, "%s", b)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		w.typ(name, s.Types[name])
	}
	w.allowed(s.Allowed)
}

// argText returns the name and the type of an argument. A minus stands for a missing
// name.
func argText(arg topology.Arg) string {
	name, dots := arg.Name, ""
	if name == "" {
		name = "-"
	}
	if arg.Variadic {
		dots = "..."
	}
	return name + " " + dots + arg.Type
}

// String returns the line of a bridge: publish key Customer.
func (b Bridge) String() string {
	text := string(b.Way)
	for _, detail := range []struct{ word, text string }{{"group", b.Group}, {"key", b.Key}, {"of", b.Of}} {
		if detail.text != "" {
			text += " " + detail.word + " " + quote(detail.text)
		}
	}
	return text
}

// quote quotes a text unless it is one word without quotes.
func quote(text string) string {
	quoted := strconv.Quote(text)
	if quoted == `"`+text+`"` && text != "" && !strings.Contains(text, " ") {
		return text
	}
	return quoted
}

func (w *writer) typ(name string, typ topology.Type) {
	decodes := ""
	if typ.Decodes {
		decodes = " (decodes)"
	}
	w.line(1, "type %s %s%s", name, formText(typ), decodes)
	for _, f := range typ.Fields {
		w.line(2, "%s", fieldText(f))
	}
	for _, f := range typ.Unwritten {
		w.line(2, "%s %s `json:\"-\"`", f.Path, f.Type)
	}
	for _, v := range typ.Values {
		w.line(2, "%s = %s", v.Name, v.Value)
	}
}

// formText returns a kind, or the Go syntax of a composite type.
func formText(typ topology.Type) string {
	switch typ.Kind {
	case topology.KindSlice:
		return "[]" + typ.Elem
	case topology.KindArray:
		return fmt.Sprintf("[%d]%s", typ.Len, typ.Elem)
	case topology.KindMap:
		return "map[" + typ.Key + "]" + typ.Elem
	case topology.KindPointer:
		return "*" + typ.Elem
	default:
		return string(typ.Kind)
	}
}

// fieldText returns a field as in Go source, with its whole tag. A star says that it is
// promoted through a pointer.
func fieldText(f topology.TypeField) string {
	star, tag := "", f.Name
	if f.ByPointer {
		star = "*"
	}
	for _, option := range []struct {
		name string
		set  bool
	}{{"omitempty", f.OmitEmpty}, {"omitzero", f.OmitZero}, {"string", f.Quoted}} {
		if option.set {
			tag += "," + option.name
		}
	}
	if tag == "-" {
		tag = "-,"
	}
	return star + f.Path + " " + f.Type + " `json:\"" + tag + "\"`"
}

func (w *writer) allowed(allowed []Allowed) {
	for _, a := range allowed {
		w.line(1, "allowed %s %s because %s", a.Class, strconv.Quote(a.What), strconv.Quote(a.Reason))
	}
}
