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

// A Codec turns what a send carries into bytes and back. It must be safe for use by
// several goroutines.
type Codec interface {
	// Encode returns the data of args, the payload of a signal or its struct XArgs,
	// and the media type that says how to read it.
	Encode(args any) (data []byte, contentType string, err error)

	// Decode reads data into what args points to. After an error the envelope is
	// handed over again, because another member of the group may have a version that
	// can read it. An error that [Poison] has made says that none can: the envelope
	// becomes a dead letter at once.
	Decode(data []byte, contentType string, args any) error

	// Check returns an error if Decode can never read into an args of the type.
	// [Receive] asks it before it subscribes.
	Check(args reflect.Type) error
}

// JSON is the [Codec] of package encoding/json. It ignores a field that the receiver
// does not know, and a field that is missing or null keeps its zero value: the two
// ends may be of different versions. [Strict] has errors for that. Data that are not
// JSON at all are [Poison]; a value of another type than wanted is an error.
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

// unreadable makes poison of an error that says that the data are not JSON.
func unreadable(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Poison(err)
	}
	return err
}

// isJSON reports whether a media type is of JSON. None at all is taken for it.
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

// jsonCheck looks for what encoding/json never reads into.
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
			return fmt.Errorf("%v is an interface with methods, of which JSON does not tell which type to make", t)
		}
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return fmt.Errorf("%v has no form in JSON", t)
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
