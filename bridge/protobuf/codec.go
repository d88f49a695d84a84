// Package protobuf encodes the payloads of bridged signals that are protobuf messages in
// protobuf's binary format, so that programs in any language can read them.
//
//	//signalgen:signal name=shop.placed
//	type Placed = *shoppb.Order
//
//	b := bridge.New(transport, bridge.WithCodec(protobuf.Codec(bridge.JSON)))
package protobuf

import (
	"fmt"
	"mime"
	"reflect"

	"google.golang.org/protobuf/proto"

	"github.com/signalgen/signalgen/bridge"
)

// Codec returns a codec that encodes payloads that are protobuf messages in the binary
// format. Such a payload is a pointer to a generated struct, or a type declared as one, as
// in type Placed *shoppb.Order. Other payloads, and the arguments of a signature, are
// encoded by others. A nil message is received as an empty one.
func Codec(others bridge.Codec) bridge.Codec { return codec{others} }

const mediaType = "application/protobuf"

type codec struct{ others bridge.Codec }

func (c codec) Encode(args any) ([]byte, string, error) {
	pointer, ok := messageType(reflect.TypeOf(args))
	if !ok {
		return c.others.Encode(args)
	}
	data, err := proto.Marshal(reflect.ValueOf(args).Convert(pointer).Interface().(proto.Message))
	return data, mediaType, err
}

func (c codec) Decode(data []byte, contentType string, args any) error {
	into := reflect.ValueOf(args).Elem()
	pointer, ok := messageType(into.Type())
	if !ok {
		return c.others.Decode(data, contentType, args)
	}
	if !isProtobuf(contentType) {
		return fmt.Errorf("found data of type %q, wanted %s", contentType, mediaType)
	}
	message := reflect.New(pointer.Elem())
	if err := proto.Unmarshal(data, message.Interface().(proto.Message)); err != nil {
		return bridge.Poison(err) // unknown and missing fields are not errors
	}
	into.Set(message.Convert(into.Type()))
	return nil
}

func (c codec) Check(args reflect.Type) error {
	if _, ok := messageType(args); ok {
		return nil
	}
	return c.others.Check(args)
}

// Schema returns a URI with the full name of the message.
func (c codec) Schema(args reflect.Type) string {
	pointer, ok := messageType(args)
	if !ok {
		if others, ok := c.others.(bridge.Schemer); ok {
			return others.Schema(args)
		}
		return ""
	}
	m := reflect.Zero(pointer).Interface().(proto.Message)
	return "urn:signalgen:protobuf:" + string(m.ProtoReflect().Descriptor().FullName())
}

// isProtobuf reports whether a media type is one of protobuf.
func isProtobuf(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == mediaType || media == "application/x-protobuf" || media == "application/vnd.google.protobuf")
}

// messageType returns the unnamed pointer type of t, and whether it is a protobuf message.
func messageType(t reflect.Type) (pointer reflect.Type, ok bool) {
	if t == nil || t.Kind() != reflect.Pointer {
		return nil, false
	}
	pointer = reflect.PointerTo(t.Elem())
	return pointer, t.Elem().Kind() == reflect.Struct && pointer.Implements(message)
}

var message = reflect.TypeFor[proto.Message]()
