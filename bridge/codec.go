package bridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"strings"
)

// A Codec encodes and decodes what a send carries. It must be safe for use by several
// goroutines.
type Codec interface {
	// Encode returns the data of args, the payload of a signal or its struct XArgs,
	// and their media type.
	Encode(args any) (data []byte, contentType string, err error)

	// Decode decodes data into what args points to. After an error the envelope is
	// redelivered, because another member of the group may be of a version that can
	// decode it. An error made by [Poison] says that none can: the envelope becomes a
	// dead letter at once.
	Decode(data []byte, contentType string, args any) error

	// Check returns an error if Decode can never decode into a value of the type.
	// [Receive] calls it before it subscribes.
	Check(args reflect.Type) error
}

// JSON is the [Codec] of package encoding/json. Publishers and receivers may be of
// different versions: an unknown field is ignored, and a field that is missing or null is
// left zero. [Strict] makes errors of these. Data that are not JSON are [Poison]; a value
// of another type than the field's is an error.
var JSON Codec = jsonCodec{}

type jsonCodec struct{}

const jsonType = "application/json"

func (jsonCodec) Encode(args any) ([]byte, string, error) {
	data, err := json.Marshal(args)
	return data, jsonType, err
}

func (jsonCodec) Decode(data []byte, contentType string, args any) error {
	if err := checkJSON(contentType); err != nil {
		return err
	}
	return unreadable(json.Unmarshal(data, args))
}

func checkJSON(contentType string) error {
	if isJSON(contentType) {
		return nil
	}
	return fmt.Errorf("found data of type %q, wanted %s", contentType, jsonType)
}

// unreadable makes an error Poison if it says that the data are not JSON.
func unreadable(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Poison(err)
	}
	return err
}

// isJSON reports whether a media type is one of JSON. An empty one is.
func isJSON(contentType string) bool {
	if contentType == "" || contentType == jsonType {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == jsonType || media == "text/json" || strings.HasSuffix(media, "+json"))
}

func (jsonCodec) Check(args reflect.Type) error {
	return (&jsonCheck{checked: make(map[reflect.Type]bool)}).check(args)
}

// A jsonCheck looks for types that encoding/json cannot decode into.
type jsonCheck struct {
	checked map[reflect.Type]bool // so that recursive types end
}

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()
)

func (c *jsonCheck) check(t reflect.Type) error {
	if c.checked[t] {
		return nil
	}
	c.checked[t] = true
	if readsItself(t) {
		return nil
	}
	switch t.Kind() {
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return fmt.Errorf("%v is an interface with methods, and JSON does not say which type to make", t)
		}
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return fmt.Errorf("%v cannot be decoded from JSON", t)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return c.check(t.Elem())
	case reflect.Map:
		return errors.Join(c.checkKey(t.Key()), c.check(t.Elem()))
	case reflect.Struct:
		return c.checkFields(t)
	}
	return nil
}

func (c *jsonCheck) checkKey(t reflect.Type) error {
	switch t.Kind() {
	case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return nil
	}
	if reflect.PointerTo(t).Implements(textUnmarshaler) {
		return nil
	}
	return fmt.Errorf("%v cannot be the key of an object in JSON", t)
}
