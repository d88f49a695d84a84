package protobuf_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	. "github.com/signalgen/signalgen/bridge/protobuf"
	"github.com/signalgen/signalgen/runtime"
)

// Named is declared as a message, and has none of its methods.
type Named *wrapperspb.StringValue

var codec = Codec(bridge.JSON)

func TestCodec(t *testing.T) {
	sent := wrapperspb.String("ünïcode")
	want, err := proto.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range []any{sent, Named(sent)} {
		data, contentType, err := codec.Encode(args)
		if err != nil || contentType != "application/protobuf" || string(data) != string(want) {
			t.Errorf("%T: got %q, %s, %v, want %q", args, data, contentType, err, want)
		}
		into := reflect.New(reflect.TypeOf(args))
		if err := codec.Decode(data, contentType, into.Interface()); err != nil {
			t.Fatalf("%T: %v", args, err)
		}
		got := into.Elem().Convert(reflect.TypeOf(sent)).Interface().(proto.Message)
		if !proto.Equal(got, sent) {
			t.Errorf("%T: got %v, want %v", args, got, sent)
		}
	}
}

// Nil comes as an empty message.
func TestNil(t *testing.T) {
	data, contentType, err := codec.Encode((*wrapperspb.StringValue)(nil))
	if err != nil || len(data) > 0 {
		t.Errorf("got %q, %v", data, err)
	}
	var got Named
	if err := codec.Decode(data, contentType, &got); err != nil || got == nil || got.Value != "" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestOthers(t *testing.T) {
	type args struct{ N int }
	data, contentType, err := codec.Encode(args{7})
	if err != nil || contentType != "application/json" || string(data) != `{"N":7}` {
		t.Errorf("got %s, %s, %v", data, contentType, err)
	}
	var got args
	if err := codec.Decode(data, contentType, &got); err != nil || got.N != 7 {
		t.Errorf("got %+v, %v", got, err)
	}
	if data, _, err := codec.Encode(nil); err != nil || string(data) != "null" {
		t.Errorf("got %s, %v", data, err)
	}
}

func TestErrors(t *testing.T) {
	var message *structpb.Struct
	for contentType, data := range map[string]string{
		"application/protobuf":   "\xff",
		"application/x-protobuf": "\x0a\x7f",
	} {
		if err := codec.Decode([]byte(data), contentType, &message); err == nil || message != nil {
			t.Errorf("%s: %q was read as %v", contentType, data, message)
		}
	}
	if err := codec.Decode([]byte(`{}`), "application/json", &message); err == nil || !strings.Contains(err.Error(), `found data of type "application/json", wanted application/protobuf`) {
		t.Errorf("got %v", err)
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		args reflect.Type
		ok   bool
	}{
		{reflect.TypeFor[*wrapperspb.StringValue](), true},
		{reflect.TypeFor[Named](), true},
		{reflect.TypeFor[*struct{ N int }](), true},
		{reflect.TypeFor[fmt.Stringer](), false},
		{reflect.TypeFor[proto.Message](), false},
		{reflect.TypeFor[*fmt.Stringer](), false},
	} {
		if err := codec.Check(test.args); (err == nil) != test.ok {
			t.Errorf("%v: %v", test.args, err)
		}
	}
}

// namedSignal is what signalgen makes of Named.
type namedSignal struct{ runtime.Signal }

var kindNamed = runtime.Kind{Name: "shop.named", Args: (*Named)(nil), Call: callNamed}

func callNamed(ctx context.Context, receiver runtime.Receiver, args, result any) error {
	data := args.(*Named)
	if receiver == nil {
		*result.(*Named) = *data
		return nil
	}
	return (*(*func(ctx context.Context, data Named) error)(receiver))(ctx, *data)
}

func (s *namedSignal) Name() string { return kindNamed.Of(&s.Signal).Name() }
func (s *namedSignal) Doc() string  { return kindNamed.Of(&s.Signal).Doc() }

func (s *namedSignal) Next(ctx context.Context) (Named, error) {
	args, err := kindNamed.Next(ctx, &s.Signal)
	data, _ := args.(Named)
	return data, err
}

func (s *namedSignal) connect(receiver func(ctx context.Context, data Named) error) {
	kindNamed.Connect(&s.Signal, runtime.Receiver(&receiver), nil)
}

func (s *namedSignal) send(ctx context.Context, data Named) error {
	return kindNamed.Send(ctx, &s.Signal, runtime.Ready(&s.Signal), &data)
}

func Example() {
	ctx := context.Background()
	var transport bridgetest.Transport
	b := bridge.New(&transport, bridge.WithCodec(Codec(bridge.JSON)))
	var sent, received namedSignal
	bridge.Publish(b, &sent)
	received.connect(func(_ context.Context, data Named) error {
		fmt.Println(data.Value)
		return nil
	})
	if _, err := bridge.Receive(b, &received, bridge.Group("all")); err != nil {
		fmt.Println(err)
	}
	data := Named(wrapperspb.String("rook"))
	_ = sent.send(ctx, data)
	_ = transport.Wait(ctx)
	fmt.Println(transport.Published("shop.named")[0].ContentType)
	_ = b.Close(ctx)
	// Output:
	// rook
	// application/protobuf
}

func TestSchema(t *testing.T) {
	type args struct{ N int }
	schemer := codec.(bridge.Schemer)
	for args, want := range map[reflect.Type]string{
		reflect.TypeFor[*wrapperspb.StringValue](): "urn:signalgen:protobuf:google.protobuf.StringValue",
		reflect.TypeFor[Named]():                   "urn:signalgen:protobuf:google.protobuf.StringValue",
		reflect.TypeFor[args]():                    bridge.JSON.(bridge.Schemer).Schema(reflect.TypeFor[args]()),
	} {
		if got := schemer.Schema(args); got != want {
			t.Errorf("%v: got %q, want %q", args, got, want)
		}
	}
}

// Data that are no message at all are of use to no other member either.
func TestGarbageIsPoison(t *testing.T) {
	err := codec.Decode([]byte{0xff}, "application/protobuf", new(Named))
	if !bridge.IsPoison(err) {
		t.Errorf("got %v", err)
	}
}
