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
type namedSignal struct{ runtime.Signal[Named] }

func (*namedSignal) Name() string { return "shop.named" }
func (*namedSignal) Doc() string  { return "" }

func Example() {
	ctx := context.Background()
	var transport bridgetest.Transport
	b := bridge.New(&transport, bridge.WithCodec(Codec(bridge.JSON)))
	var sent, received namedSignal
	bridge.Publish(b, &sent)
	runtime.Connect(&received, runtime.CallPayload, func(_ context.Context, data Named) error {
		fmt.Println(data.Value)
		return nil
	}, nil)
	if _, err := bridge.Receive(b, &received, bridge.Group("all")); err != nil {
		fmt.Println(err)
	}
	_ = runtime.Send(ctx, &sent, nil, Named(wrapperspb.String("rook")), runtime.CallPayload)
	_ = transport.Wait(ctx)
	fmt.Println(transport.Published("shop.named")[0].ContentType)
	_ = b.Close(ctx)
	// Output:
	// rook
	// application/protobuf
}
