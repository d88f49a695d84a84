package bridge_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	. "github.com/signalgen/signalgen/bridge"
)

type (
	hidden  struct{ N int }
	hollow  struct{ n chan int }
	above   struct{ *hidden }
	behind  struct{ hidden }
	beneath struct{ *behind }
	called  string
	naming  struct{ Name }
	Name    string
	Shown   struct{ N int }
)

// What JSON makes of embedded fields, Check knows: by the pointer to an unexported
// struct it cannot reach the fields behind it.
func TestJSONCheckOfEmbedded(t *testing.T) {
	_ = hollow{n: nil}
	for _, test := range []struct {
		args any // with all fields set that JSON writes
		want string
	}{
		{above{&hidden{1}}, "field hidden: *bridge_test.hidden is a pointer to an unexported struct"},
		{beneath{&behind{hidden{1}}}, "field behind: *bridge_test.behind is a pointer"},
		{struct{ A []above }{[]above{{&hidden{1}}}}, "field A: field hidden: *bridge_test.hidden is a pointer"},
		{struct{ *naming }{&naming{"x"}}, "field naming: *bridge_test.naming is a pointer"},
		{behind{hidden{1}}, ""},
		{struct{ *Shown }{&Shown{1}}, ""},
		{struct{ *hollow }{new(hollow)}, ""},
		{struct {
			*hidden
			N int
		}{&hidden{1}, 2}, ""},
		{struct {
			*hidden `json:"-"`
		}{&hidden{1}}, ""},
		{struct{ called }{"x"}, ""},
		{struct{ error }{fmt.Errorf("x")}, ""},
	} {
		typ := reflect.TypeOf(test.args)
		err := JSON.Check(typ)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want %q", typ, err, test.want)
		}
		data, contentType, _ := JSON.Encode(test.args)
		if read := JSON.Decode(data, contentType, reflect.New(typ).Interface()); (read == nil) != (err == nil) {
			t.Errorf("%v: Check finds %v, and Decode of %s %v", typ, err, data, read)
		}
	}
}
