package lock

import (
	"regexp"
	"slices"
	"strings"

	"github.com/signalgen/signalgen/topology"
)

// A view is the types of one signal.
type view struct {
	types  map[string]topology.Type
	params []string
}

func viewOf(s *Signal) view { return view{s.Types, s.Params} }

// noJSON matches the Go syntax of types without JSON.
var noJSON = regexp.MustCompile(`^(func\(|chan |chan<- |<-chan |complex(64|128)$)`)

// unknown is the kind of a type of which only the name is known.
const unknown topology.TypeKind = ""

// of returns the description of a type, or what its name says.
func (v view) of(name string) topology.Type {
	if typ, found := v.types[name]; found {
		return typ
	}
	if slices.Contains(v.params, name) {
		return topology.Type{Kind: topology.KindParameter}
	}
	if typ, ok := compositeOf(name); ok {
		return v.refine(typ)
	}
	switch kind := topology.TypeKind(name); {
	case name == "error" || strings.HasPrefix(name, "interface{"):
		return topology.Type{Kind: topology.KindInterface}
	case name == "any" || isBasic(kind):
		return topology.Type{Kind: kind}
	case noJSON.MatchString(name):
		return topology.Type{Kind: topology.KindUnsupported}
	}
	return topology.Type{Kind: unknown}
}

// pointedTo returns the type behind all pointers. JSON shows several pointers as one.
func (v view) pointedTo(name string) string {
	for range 100 { // a type may be a pointer to itself
		typ := v.of(name)
		if typ.Kind != topology.KindPointer {
			break
		}
		name = typ.Elem
	}
	return name
}

// refine sets the kind of a slice of bytes, and of a map without JSON.
func (v view) refine(typ topology.Type) topology.Type {
	switch {
	case typ.Kind == topology.KindSlice && v.of(typ.Elem).Kind == topology.KindUint8:
		return topology.Type{Kind: topology.KindBytes, Elem: typ.Elem}
	case typ.Kind == topology.KindMap && !isKey(v.of(typ.Key).Kind):
		return topology.Type{Kind: topology.KindUnsupported}
	}
	return typ
}

// isKey reports whether a type of this kind can be, or may be, the type of a map's
// keys.
func isKey(kind topology.TypeKind) bool {
	switch kind {
	case topology.KindString, topology.KindText, topology.KindTime, topology.KindParameter, topology.KindOpaque, unknown:
		return true
	default:
		_, ok := integers[kind]
		return ok
	}
}

// A bitSize says how many bits the numbers of an integer type have, without the sign.
type bitSize struct {
	signed bool
	bits   int
}

// integers are the kinds of integers. Sizes are those of 64-bit platforms.
var integers = map[topology.TypeKind]bitSize{
	topology.KindInt: {true, 63}, topology.KindInt8: {true, 7}, topology.KindInt16: {true, 15},
	topology.KindInt32: {true, 31}, topology.KindInt64: {true, 63},
	topology.KindUint: {false, 64}, topology.KindUint8: {false, 8}, topology.KindUint16: {false, 16},
	topology.KindUint32: {false, 32}, topology.KindUint64: {false, 64}, topology.KindUintptr: {false, 64},
}

// within reports whether all numbers of one type are numbers of the other.
func (b bitSize) within(other bitSize) bool {
	return b.bits <= other.bits && (!b.signed || other.signed)
}

// isBasic reports whether a kind is a predeclared type of the same name.
func isBasic(kind topology.TypeKind) bool {
	_, integer := integers[kind]
	return integer || isFloat(kind) || kind == topology.KindBool || kind == topology.KindString
}

func isFloat(kind topology.TypeKind) bool {
	return kind == topology.KindFloat32 || kind == topology.KindFloat64
}
