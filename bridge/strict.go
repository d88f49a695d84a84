package bridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Strict is [JSON], except that data must have exactly the fields of the receiver's type.
// A field that is unknown, missing or null is an error, so that one that the sender has
// renamed or removed does not silently become a zero value. A field with omitempty or
// omitzero in its tag may be missing. A pointer, a slice, a map and an interface may be
// null. A type with UnmarshalJSON or UnmarshalText is not checked.
var Strict Codec = strictCodec{}

type strictCodec struct{ jsonCodec }

func (strictCodec) Decode(data []byte, contentType string, args any) error {
	if err := checkJSON(contentType); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(args); err != nil {
		return unreadable(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Poison(errors.New("found more data after the JSON value"))
	}
	return checkComplete("", reflect.TypeOf(args).Elem(), data)
}

// checkComplete returns an error for a field of t, at any depth, that is missing in the
// data or is a null that would become a zero value.
func checkComplete(path string, t reflect.Type, data json.RawMessage) error {
	if readsItself(t) {
		return nil
	}
	if string(bytes.TrimSpace(data)) == "null" {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
			return nil
		}
		return fmt.Errorf("%sfound null, wanted %v", path, t)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return checkComplete(path, t.Elem(), data)
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return nil // base64, or bytes
		}
		return checkElements(path, t.Elem(), data)
	case reflect.Map:
		return checkValues(path, t.Elem(), data)
	case reflect.Struct:
		return checkMembers(path, t, data)
	}
	return nil
}

func checkElements(path string, elem reflect.Type, data json.RawMessage) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(data, &elements); err != nil {
		return err
	}
	for i, element := range elements {
		if err := checkComplete(fmt.Sprintf("%selement %d: ", path, i), elem, element); err != nil {
			return err
		}
	}
	return nil
}

func checkValues(path string, elem reflect.Type, data json.RawMessage) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	for key, value := range values {
		if err := checkComplete(fmt.Sprintf("%skey %q: ", path, key), elem, value); err != nil {
			return err
		}
	}
	return nil
}

func checkMembers(path string, t reflect.Type, data json.RawMessage) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	for _, field := range jsonFields(t) {
		value, found := member(members, field.name)
		if !found {
			if field.optional {
				continue
			}
			return fmt.Errorf("%sfound no field %q, wanted one of type %v", path, field.name, field.typ)
		}
		if field.quoted {
			continue
		}
		if err := checkComplete(path+"field "+field.name+": ", field.typ, value); err != nil {
			return err
		}
	}
	return nil
}

// member returns the member that encoding/json decodes into a field: the one with its
// name, otherwise one that differs in case.
func member(members map[string]json.RawMessage, name string) (json.RawMessage, bool) {
	if value, ok := members[name]; ok {
		return value, true
	}
	for other, value := range members {
		if strings.EqualFold(other, name) {
			return value, true
		}
	}
	return nil, false
}
