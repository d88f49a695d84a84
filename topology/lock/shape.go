package lock

import (
	"fmt"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// shapeOf returns a signal without its names. Two signals with the same shape may be
// one that was renamed.
func shapeOf(s *Signal) string {
	w := shape{view: viewOf(s), open: make(map[string]int)}
	fmt.Fprint(&w.text, s.Form, s.Fails, s.Foreign, len(s.Params))
	w.typ(s.Carries)
	w.typ(s.Result)
	w.typ(s.Sender)
	return w.text.String()
}

// A shape is written from types. Recursive references are written as a depth.
type shape struct {
	view view
	open map[string]int
	text strings.Builder
}

func (w *shape) typ(name string) {
	typ := w.view.of(name)
	if depth, found := w.open[name]; found {
		fmt.Fprintf(&w.text, " ^%d", depth)
		return
	}
	w.open[name] = len(w.open)
	defer delete(w.open, name)
	fmt.Fprintf(&w.text, " %s", typ.Kind)
	switch {
	case name == "":
	case isOwn(typ.Kind) || typ.Decodes:
		w.text.WriteString(" " + name)
	case typ.Kind == topology.KindStruct:
		for _, f := range typ.Fields {
			w.text.WriteString(" " + fieldText(topology.TypeField{
				Path: f.Path, Name: f.Name, ByPointer: f.ByPointer, OmitEmpty: f.OmitEmpty, OmitZero: f.OmitZero, Quoted: f.Quoted,
			}))
			w.typ(f.Type)
		}
		w.text.WriteString(" end")
	default:
		fmt.Fprintf(&w.text, " %d", typ.Len)
		w.typ(typ.Key)
		w.typ(typ.Elem)
	}
}
