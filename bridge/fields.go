package bridge

import (
	"fmt"
	"reflect"
	"slices"
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

// isRead reports whether JSON reads into a field, or into those that it promotes.
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

// isBarred reports whether a field promotes some that JSON reads into, but only where
// it is not nil.
func isBarred(t reflect.Type, field reflect.StructField) bool {
	if field.IsExported() || field.Type.Kind() != reflect.Pointer {
		return false
	}
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return len(f.Index) > 1 && f.Index[0] == field.Index[0] && isRead(f) && !promotes(f)
	})
}
