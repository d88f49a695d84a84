package lock

import "github.com/signalgen/signalgen/topology"

// How values other than lists and objects are read.

// quoted reads JSON in a string into a type that does not expect that.
func (r *reading) quoted(from, to string) outcome {
	w, t := r.from.of(from), r.to.of(to)
	if w.Kind == topology.KindPointer {
		return max(r.quoted(w.Elem, to), ifNot(isNullable(t.Kind)))
	}
	switch t.Kind {
	case topology.KindPointer:
		return r.quoted(from, t.Elem)
	case topology.KindString, topology.KindAny:
		if t.Decodes {
			return unreadable
		}
		return ifNot(w.Kind != topology.KindString)
	case topology.KindRaw:
		return fine
	case topology.KindNumber:
		if w.Kind != topology.KindString && w.Kind != topology.KindBool {
			return fine
		}
	}
	return unreadable
}

// scalar reads a value other than a list or an object.
func (r *reading) scalar(w, t topology.TypeKind) outcome {
	from, number := integers[w]
	to, integer := integers[t]
	switch {
	case number && integer:
		return readIf(from.within(to))
	case w == t:
		return fine
	case t == topology.KindAny:
		return toAny(w)
	case number && t == topology.KindFloat64:
		return ifNot(from.bits <= 53)
	case number && t == topology.KindFloat32:
		return ifNot(from.bits <= 24)
	case t == topology.KindNumber:
		return readIf(number || isFloat(w))
	case t == topology.KindFloat64:
		return readIf(w == topology.KindFloat32)
	case t == topology.KindString && w == topology.KindBytes:
		return lossy
	case t == topology.KindString:
		return readIf(w == topology.KindTime)
	default:
		return unreadable
	}
}

func readIf(read bool) outcome {
	if read {
		return fine
	}
	return unreadable
}

// toAny reads a scalar into an interface, where all numbers are float64.
func toAny(w topology.TypeKind) outcome {
	from, number := integers[w]
	switch {
	case number:
		return ifNot(from.bits <= 53)
	case w == topology.KindNumber:
		return unreadable
	default:
		return ifNot(w != topology.KindRaw)
	}
}
