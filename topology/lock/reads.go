package lock

import (
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// What happens to JSON of one type when another type reads it.

// An outcome is the worst that can happen to a value.
type outcome int

const (
	fine       outcome = iota
	lossy              // it is read, but means something else
	untold             // only methods know whether it can be read
	unreadable         // it cannot be read
)

// A verdict says what a change does to readers.
type verdict struct {
	forward  outcome // the new type reads what the old one wrote
	backward outcome // the old type reads what the new one writes
}

func (v verdict) effect() string {
	switch {
	case v.forward == unreadable:
		return streamLost
	case v.backward == unreadable:
		return othersLost
	case max(v.forward, v.backward) == untold:
		return streamUntold
	case v.forward == lossy:
		return streamChanged
	case v.backward == lossy:
		return othersChanged
	default:
		return ""
	}
}

// A reading describes how types of one view read what types of another have written.
type reading struct {
	from, to view
	forward  bool // from the old types to the new ones
	seen     map[[2]string]bool
}

// judge compares how two types are written and read, in both directions.
func judge(before, after view, old, now string) verdict {
	forward := reading{before, after, true, make(map[[2]string]bool)}
	backward := reading{after, before, false, make(map[[2]string]bool)}
	return verdict{forward.types(old, now), backward.types(now, old)}
}

// types returns the outcome of reading from into to. A recursive reference to the same
// types is fine if everything else is.
func (r *reading) types(from, to string) outcome {
	pair := [2]string{from, to}
	if r.seen[pair] {
		return fine
	}
	r.seen[pair] = true
	w, t := r.from.of(from), r.to.of(to)
	same := r.isSame(from, to)
	switch {
	case t.Kind == topology.KindRaw:
		return fine
	case w.Kind == topology.KindPointer && t.Kind == topology.KindPointer:
		return r.types(r.from.pointedTo(from), r.to.pointedTo(to))
	case w.Kind == topology.KindPointer:
		return max(r.types(r.from.pointedTo(from), to), ifNot(isNullable(t.Kind)))
	case t.Kind == topology.KindPointer:
		return r.types(from, r.to.pointedTo(to))
	case isOwn(w.Kind) || isOwn(t.Kind):
		return r.own(w, t, same)
	case t.Decodes && t.Kind != topology.KindTime && !(same && w.Decodes):
		return untold
	case w.Kind == topology.KindStruct:
		return r.object(w, t, to)
	case isList(w.Kind) || w.Kind == topology.KindMap:
		return r.composite(w, t)
	default:
		return r.scalar(w.Kind, t.Kind)
	}
}

// isSame reports whether two names are the same type, or type parameters in the same
// position.
func (r *reading) isSame(from, to string) bool {
	i, j := slices.Index(r.from.params, from), slices.Index(r.to.params, to)
	return i == j && (i >= 0 || from == to)
}

// isOwn reports whether only a type's own methods know its JSON.
func isOwn(kind topology.TypeKind) bool {
	switch kind {
	case topology.KindText, topology.KindOpaque, topology.KindInterface, topology.KindParameter, topology.KindUnsupported, unknown:
		return true
	default:
		return false
	}
}

func (r *reading) own(w, t topology.Type, same bool) outcome {
	switch {
	case same && w.Kind == t.Kind && w.Decodes == t.Decodes:
		return fine
	case w.Kind == topology.KindUnsupported:
		return fine // nothing is written
	case w.Kind == topology.KindText && !t.Decodes && (t.Kind == topology.KindString || t.Kind == topology.KindAny):
		return fine
	case t.Kind == topology.KindAny:
		return lossy
	case t.Kind == topology.KindUnsupported:
		return unreadable
	case isUntold(w.Kind) || isUntold(t.Kind):
		return untold
	default:
		return unreadable
	}
}

func isUntold(kind topology.TypeKind) bool {
	return kind == topology.KindText || kind == topology.KindOpaque || kind == unknown
}

// isNullable reports whether a type distinguishes null from zero.
func isNullable(kind topology.TypeKind) bool {
	switch kind {
	case topology.KindPointer, topology.KindSlice, topology.KindMap, topology.KindBytes, topology.KindAny, topology.KindRaw:
		return true
	default:
		return false
	}
}

func isList(kind topology.TypeKind) bool {
	return kind == topology.KindSlice || kind == topology.KindArray
}

func ifNot(kept bool) outcome {
	if kept {
		return fine
	}
	return lossy
}

// composite reads a list or a map.
func (r *reading) composite(w, t topology.Type) outcome {
	list := isList(w.Kind)
	switch {
	case t.Kind == topology.KindAny:
		return r.types(w.Elem, "any")
	case list && t.Kind == topology.KindSlice:
		return r.types(w.Elem, t.Elem)
	case list && t.Kind == topology.KindBytes:
		return r.types(w.Elem, string(topology.KindUint8))
	case list && t.Kind == topology.KindArray:
		return max(r.types(w.Elem, t.Elem), ifNot(w.Kind == topology.KindArray && w.Len <= t.Len))
	case !list && t.Kind == topology.KindMap:
		return max(r.key(w.Key, t.Key), r.types(w.Elem, t.Elem))
	case !list && t.Kind == topology.KindStruct:
		worst := lossy
		for _, f := range t.Fields {
			if canName(r.from.of(w.Key).Kind, f.Name) {
				worst = max(worst, r.field(topology.TypeField{Type: w.Elem}, f))
			}
		}
		return worst
	default:
		return unreadable
	}
}

// canName reports whether a key of a map can be the name of a field.
func canName(key topology.TypeKind, field string) bool {
	if _, number := integers[key]; number {
		_, err := strconv.ParseInt(field, 10, 64)
		return err == nil
	}
	return key != topology.KindTime
}

// key reads the keys of a map.
func (r *reading) key(from, to string) outcome {
	w, t := r.from.of(from).Kind, r.to.of(to).Kind
	_, number := integers[w]
	if t == topology.KindString && (number || w == topology.KindText || w == topology.KindTime) {
		return fine
	}
	return r.types(from, to)
}

// object reads what a struct has written.
func (r *reading) object(w, t topology.Type, to string) outcome {
	worst := fine
	switch t.Kind {
	case topology.KindAny:
		for _, f := range w.Fields {
			worst = max(worst, r.field(f, topology.TypeField{Type: "any"}))
		}
	case topology.KindMap:
		if len(w.Fields) > 0 && r.to.of(t.Key).Kind != topology.KindString {
			return unreadable
		}
		for _, f := range w.Fields {
			worst = max(worst, r.field(f, topology.TypeField{Type: t.Elem}))
		}
	case topology.KindStruct:
		return r.fields(w.Fields, t.Fields)
	default:
		return unreadable
	}
	return worst
}

// fields reads the fields of one struct into those of another. The new type may have
// more fields, but not fewer.
func (r *reading) fields(written, read []topology.TypeField) outcome {
	worst := fine
	for _, w := range written {
		t := fieldFor(read, w.Name)
		switch {
		case t != nil:
			worst = max(worst, r.field(w, *t), ifNot(t.Name == w.Name))
		case r.forward:
			worst = max(worst, lossy)
		}
	}
	for _, t := range read {
		if !r.forward && !slices.ContainsFunc(written, func(w topology.TypeField) bool { return w.Name == t.Name }) {
			worst = max(worst, lossy)
		}
	}
	return worst
}

// fieldFor returns the field that encoding/json reads a key into: one with the same
// name, or one that differs only in upper and lower case.
func fieldFor(fields []topology.TypeField, name string) *topology.TypeField {
	if i := slices.IndexFunc(fields, func(f topology.TypeField) bool { return f.Name == name }); i >= 0 {
		return &fields[i]
	}
	if i := slices.IndexFunc(fields, func(f topology.TypeField) bool { return strings.EqualFold(f.Name, name) }); i >= 0 {
		return &fields[i]
	}
	return nil
}

// field reads the value of one field into another. It does not matter whether a struct
// is embedded by pointer: nil is the same as a struct without values.
func (r *reading) field(w, t topology.TypeField) outcome {
	switch {
	case isBarred(t) && !isBarred(w):
		return unreadable
	case w.Quoted == t.Quoted:
		return r.types(w.Type, t.Type)
	case t.Quoted:
		return unreadable
	default:
		return r.quoted(w.Type, t.Type)
	}
}

// isBarred reports whether JSON cannot be read into a field, because it is promoted
// through a pointer to an unexported struct.
func isBarred(f topology.TypeField) bool {
	if !f.ByPointer {
		return false
	}
	path := strings.Split(f.Path, ".")
	return slices.ContainsFunc(path[:len(path)-1], func(name string) bool { return !token.IsExported(name) })
}
