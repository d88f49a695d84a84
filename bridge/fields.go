package bridge

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

func (c *jsonCheck) checkFields(t reflect.Type) error {
	for field := range t.Fields() {
		if !isRead(field) {
			continue
		}
		if isBarred(t, field) {
			return fmt.Errorf("field %s: %v is a pointer to an unexported struct, whose fields JSON cannot set", field.Name, field.Type)
		}
		if err := c.check(field.Type); err != nil {
			return fmt.Errorf("field %s: %w", field.Name, err)
		}
	}
	return nil
}

// isRead reports whether encoding/json decodes into a field, or into those that it promotes.
func isRead(field reflect.StructField) bool {
	return (field.IsExported() || promotes(field)) && field.Tag.Get("json") != "-"
}

// promotes reports whether a field is an embedded struct, or a pointer to one.
func promotes(field reflect.StructField) bool {
	t := field.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return field.Anonymous && t.Kind() == reflect.Struct
}

// isBarred reports whether a field is a pointer to an unexported struct that promotes
// fields. encoding/json decodes into them only if the pointer is not nil.
func isBarred(t reflect.Type, field reflect.StructField) bool {
	if field.IsExported() || field.Type.Kind() != reflect.Pointer {
		return false
	}
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return len(f.Index) > 1 && f.Index[0] == field.Index[0] && isRead(f) && !promotes(f)
	})
}

// A jsonField is a field of a struct in JSON.
type jsonField struct {
	name     string
	typ      reflect.Type
	optional bool // it may be missing
	quoted   bool // it has the option string
}

// jsonFields returns the fields of a struct in JSON, sorted by name, including those that
// embedded structs promote. Of several fields with one name, the least nested one counts;
// if there are several of these, none does.
func jsonFields(t reflect.Type) []jsonField {
	var fields []jsonField
	hidden := make(map[string]bool)
	type embedded struct {
		typ      reflect.Type
		optional bool
	}
	visited := map[reflect.Type]bool{t: true}
	for level := []embedded{{typ: t}}; len(level) > 0; {
		var next []embedded
		count := make(map[string]int)
		var found []jsonField
		for _, e := range level {
			for field := range e.typ.Fields() {
				if !isRead(field) {
					continue
				}
				name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
				if name == "" && promotes(field) && !readsItself(field.Type) {
					inner := embedded{field.Type, e.optional}
					if field.Type.Kind() == reflect.Pointer {
						inner = embedded{field.Type.Elem(), true}
					}
					if !visited[inner.typ] {
						visited[inner.typ] = true
						next = append(next, inner)
					}
					continue
				}
				if !field.IsExported() {
					continue
				}
				f := jsonField{name: cmp.Or(name, field.Name), typ: field.Type, optional: e.optional}
				for option := range strings.SplitSeq(options, ",") {
					f.optional = f.optional || option == "omitempty" || option == "omitzero"
					f.quoted = f.quoted || option == "string"
				}
				count[f.name]++
				found = append(found, f)
			}
		}
		for _, f := range found {
			if !hidden[f.name] && count[f.name] == 1 {
				fields = append(fields, f)
			}
		}
		for name := range count {
			hidden[name] = true
		}
		level = next
	}
	slices.SortFunc(fields, func(a, b jsonField) int { return strings.Compare(a.name, b.name) })
	return fields
}

// readsItself reports whether a type has UnmarshalJSON or UnmarshalText.
func readsItself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(unmarshaler) || pointer.Implements(textUnmarshaler)
}
