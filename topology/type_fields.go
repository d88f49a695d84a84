package topology

import (
	"cmp"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// fields returns the fields of a struct that encoding/json writes, in its order, and
// those that their tags leave out.
func (t *typeTable) fields(structure types.Type) (written, unwritten []TypeField) {
	var found []foundField
	level := []embedded{{typ: structure}}
	seen := make(map[string]bool)
	for len(level) > 0 {
		for _, e := range level {
			seen[typeName(e.typ)] = true
		}
		var next []embedded
		for _, e := range level {
			fields, deeper := t.fieldsOf(e)
			found = append(found, fields...)
			next = append(next, deeper...)
		}
		level = merge(next, seen)
	}
	found = slices.DeleteFunc(slices.Clone(found), func(f foundField) bool { return !f.isSeen(found) })
	slices.SortFunc(found, func(a, b foundField) int { return slices.Compare(a.index, b.index) })
	for _, f := range found {
		if f.Name == "" {
			unwritten = append(unwritten, f.TypeField)
		} else {
			written = append(written, f.TypeField)
		}
	}
	return written, unwritten
}

// embedded is a struct that promotes its fields, or the outermost one.
type embedded struct {
	typ     types.Type
	path    []string // the names of the fields that lead to it
	index   []int    // the indexes of these fields
	pointer bool     // one of them is a pointer
	twice   bool     // the same type is embedded again at this depth, so its fields hide each other
}

// foundField is a field that encoding/json writes unless another one hides it.
type foundField struct {
	TypeField
	index  []int // the indexes of the fields that lead to it, and its own
	tagged bool  // its name is in a tag
	twice  bool
}

// fieldsOf returns the fields of one struct, and the structs that are embedded in it.
func (t *typeTable) fieldsOf(e embedded) (fields []foundField, deeper []embedded) {
	s := e.typ.Underlying().(*types.Struct)
	for i := range s.NumFields() {
		field := s.Field(i)
		tag := reflect.StructTag(s.Tag(i)).Get("json")
		path, index := append(slices.Clip(e.path), field.Name()), append(slices.Clip(e.index), i)
		if tag == "-" && field.Exported() {
			fields = append(fields, foundField{index: index, TypeField: TypeField{
				Type: t.add(field.Type()), Doc: t.docs(field), Path: strings.Join(path, "."),
			}})
		}
		if tag == "-" || !isWritten(field) {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		tagged := isName(name)
		typ, pointer := pointedTo(field.Type())
		if field.Embedded() && !tagged && isStruct(typ) {
			deeper = append(deeper, embedded{typ: typ, path: path, index: index, pointer: e.pointer || pointer})
			continue
		}
		if !tagged {
			name = field.Name()
		}
		fields = append(fields, foundField{index: index, tagged: tagged, twice: e.twice, TypeField: TypeField{
			Name:      name,
			Type:      t.add(field.Type()),
			Doc:       t.docs(field),
			Path:      strings.Join(path, "."),
			OmitEmpty: hasOption(options, "omitempty"),
			OmitZero:  hasOption(options, "omitzero"),
			Quoted:    hasOption(options, "string") && t.isQuotable(typ),
			ByPointer: e.pointer,
		}})
	}
	return fields, deeper
}

// merge combines embedded structs of the same type, and drops those seen at a smaller
// depth.
func merge(found []embedded, seen map[string]bool) []embedded {
	var merged []embedded
	at := make(map[string]int)
	for _, e := range found {
		name := typeName(e.typ)
		if i, ok := at[name]; ok {
			merged[i].twice = true
			continue
		}
		if !seen[name] {
			at[name] = len(merged)
			merged = append(merged, e)
		}
	}
	return merged
}

// isSeen reports whether no other field hides f. Of the fields with the same name, the
// least deep counts, and among these one with a tag. Otherwise they hide each other.
func (f foundField) isSeen(all []foundField) bool {
	if f.Name == "" {
		return true // no other field has its name
	}
	if f.twice {
		return false
	}
	for _, other := range all {
		if other.Name != f.Name || slices.Equal(other.index, f.index) {
			continue
		}
		deeper := cmp.Compare(len(other.index), len(f.index))
		if deeper < 0 || deeper == 0 && (other.tagged || !f.tagged) {
			return false
		}
	}
	return true
}

// isWritten reports whether encoding/json writes a field, or some that it promotes.
func isWritten(field *types.Var) bool {
	typ := field.Type()
	if pointer, ok := typ.Underlying().(*types.Pointer); ok {
		typ = pointer.Elem()
	}
	return field.Exported() || field.Embedded() && isStruct(typ)
}

func isStruct(typ types.Type) bool {
	_, ok := typ.Underlying().(*types.Struct)
	return ok
}

// pointedTo returns what an unnamed pointer points to, and other types unchanged.
func pointedTo(typ types.Type) (to types.Type, pointer bool) {
	if p, ok := types.Unalias(typ).(*types.Pointer); ok {
		return types.Unalias(p.Elem()), true
	}
	return types.Unalias(typ), false
}

// isQuotable reports whether the option ",string" has an effect on a type.
func (t *typeTable) isQuotable(typ types.Type) bool {
	kind := t.types[t.add(typ)].Kind
	return kind == KindNumber || isScalar(kind)
}

// isScalar reports whether a kind is that of a bool, number or string type.
func isScalar(kind TypeKind) bool {
	return kind == KindBool || kind == KindString || isInteger(kind) || isFloat(kind)
}

func isInteger(kind TypeKind) bool {
	return strings.HasPrefix(string(kind), "int") && kind != KindInterface || strings.HasPrefix(string(kind), "uint")
}

func isFloat(kind TypeKind) bool { return kind == KindFloat32 || kind == KindFloat64 }

// hasOption reports whether an option is among those of a tag.
func hasOption(options, option string) bool {
	return slices.Contains(strings.Split(options, ","), option)
}

// isName reports whether encoding/json accepts the first part of a tag as a name.
func isName(s string) bool {
	isWrong := func(c rune) bool {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || c == ' ' {
			return false
		}
		return c > unicode.MaxASCII || !unicode.IsGraphic(c) || strings.ContainsRune("\"'`\\,", c)
	}
	return s != "" && !strings.ContainsFunc(s, isWrong)
}
