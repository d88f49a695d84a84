package bridge_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// tree is recursive, with all that JSON reads into.
type tree struct {
	Any      any
	At       time.Time
	Children []*tree
	ByName   map[string]tree
	ByTime   map[time.Time]int
	Pair     [2]int
	Ignored  func() `json:"-"`
	hidden   chan int
	inner
}

type inner struct{ N int }

func TestJSONCheck(t *testing.T) {
	_ = tree{hidden: nil}
	for _, t2 := range []struct {
		args reflect.Type
		want string // what the error says; empty for none
	}{
		{reflect.TypeFor[kinds.Started](), ""},
		{reflect.TypeFor[kinds.QuotedArgs](), ""},
		{reflect.TypeFor[tree](), ""},
		{reflect.TypeFor[any](), ""},
		{reflect.TypeFor[*url.URL](), ""},
		{reflect.TypeFor[fmt.Stringer](), "fmt.Stringer is an interface with methods"},
		{reflect.TypeFor[struct{ A struct{ B []error } }](), "field A: field B: error is an interface with methods"},
		{reflect.TypeFor[map[string]func()](), "func() cannot be decoded from JSON"},
		{reflect.TypeFor[chan int](), "chan int cannot be decoded from JSON"},
		{reflect.TypeFor[map[bool]int](), "bool cannot be the key of an object in JSON"},
		{reflect.TypeFor[complex64](), "complex64 cannot be decoded from JSON"},
	} {
		err := JSON.Check(t2.args)
		if (err == nil) != (t2.want == "") || err != nil && !strings.Contains(err.Error(), t2.want) {
			t.Errorf("%v: got %v, want %q", t2.args, err, t2.want)
		}
	}
}

func TestJSONTypes(t *testing.T) {
	for contentType, ok := range map[string]bool{
		"": true, "application/json": true, "application/json; charset=utf-8": true, "Application/JSON": true,
		"application/vnd.shop+json": true, "text/json": true,
		"text/plain": false, "application/protobuf": false, "json": false, ";;": false,
	} {
		var args kinds.TickedArgs
		if err := JSON.Decode([]byte(`{"N":1,"Unknown":2}`), contentType, &args); (err == nil) != ok || ok && args.N != 1 {
			t.Errorf("%q: %+v, %v", contentType, args, err)
		}
	}
}

// A codec of the user's own takes the place of JSON.
func TestWithCodec(t *testing.T) {
	p := newPair(WithCodec(nil))
	if p.heard.HasReceivers() {
		t.Error("receivers before Connect")
	}
	b := New(&p.transport, WithCodec(reversed{JSON}))
	var s kinds.TickedSignal
	Publish(b, &s)
	s.Send(t.Context(), 7)
	if data := string(p.transport.Published("kinds.ticked")[0].Data); data != `}7:"N"{` {
		t.Errorf("data %s", data)
	}
	var heard kinds.TickedSignal
	next := heard.Events(t.Context(), 1)
	receive(t, b, &heard, Group("all"))
	for args := range next.All() {
		if args.N != 7 {
			t.Errorf("heard %+v", args)
		}
		break
	}
	next.Close()
}

// reversed writes backwards.
type reversed struct{ Codec }

func (r reversed) Encode(args any) ([]byte, string, error) {
	data, contentType, err := r.Codec.Encode(args)
	return backwards(data), contentType, err
}

func (r reversed) Decode(data []byte, contentType string, args any) error {
	return r.Codec.Decode(backwards(data), contentType, args)
}

func backwards(data []byte) []byte {
	turned := make([]byte, len(data))
	for i, c := range data {
		turned[len(data)-1-i] = c
	}
	return turned
}
