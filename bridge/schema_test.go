package bridge_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
)

func TestSchema(t *testing.T) {
	type node struct {
		Next *node
		N    int
	}
	type renamed struct {
		Name  string
		Price *int
	}
	schema := JSON.(Schemer).Schema
	for name, test := range map[string]struct {
		one, other any
		same       bool
	}{
		"itself":       {ordered{}, ordered{}, true},
		"another name": {item{}, renamed{}, true},
		"other order":  {struct{ A, B int }{}, struct{ B, A int }{}, true},
		"promoted":     {struct{ address }{}, address{}, true},
		"a name by a tag": {address{}, struct {
			Town string `json:"City"`
		}{}, true},
		"omitted": {address{}, struct {
			City string `json:",omitempty"`
		}{}, true},
		"recursive":           {node{}, node{}, true},
		"field renamed":       {address{}, struct{ Town string }{}, false},
		"field added":         {address{}, struct{ City, Zip string }{}, false},
		"field's type":        {address{}, struct{ City int }{}, false},
		"nested":              {[]address{}, []item{}, false},
		"a map":               {map[string]int{}, []int{}, false},
		"a pointer":           {struct{ N int }{}, struct{ N *int }{}, false},
		"one level of itself": {node{}, struct{ Next, N int }{}, false},
		"its own form":        {struct{ At time.Time }{}, struct{ At string }{}, false},
	} {
		one, other := schema(reflect.TypeOf(test.one)), schema(reflect.TypeOf(test.other))
		if (one == other) != test.same || !strings.HasPrefix(one, "urn:signalgen:json:") {
			t.Errorf("%s: %s and %s, want the same: %v", name, one, other, test.same)
		}
	}
}

// A receiver warns once of a shape that it does not know, and hears it.
func TestOtherShapeIsLogged(t *testing.T) {
	log := captureLog(t)
	var transport bridgetest.Transport
	var s kinds.StartedSignal
	heard := 0
	s.Connect(func(context.Context, kinds.Started) error { heard++; return nil })
	sub := receive(t, New(&transport), &s, Group("all"))
	own := JSON.(Schemer).Schema(reflect.TypeFor[kinds.Started]())
	for i, schema := range []string{own, "", "urn:other", own, "urn:other", "urn:third"} {
		e := &Envelope{ID: string(rune('a' + i)), Source: "//shop", Type: "kinds.started", DataSchema: schema, Data: []byte("{}")}
		if err := transport.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = sub
	text := log.String()
	if heard != 6 || strings.Count(text, "have another schema") != 2 || !strings.Contains(text, "source=//shop found=urn:other wanted="+own) {
		t.Errorf("heard %d, want 6; log:\n%s", heard, text)
	}
}

func TestSubjectAndSchemaArePublished(t *testing.T) {
	var transport bridgetest.Transport
	var s, other kinds.StartedSignal
	Publish(New(&transport), &s, SubjectBy(func(data kinds.Started) string { return data.Addr }))
	Publish(New(&transport), &other, DataSchema("https://example.com/started.json"))
	_ = s.Send(t.Context(), kinds.Started{Addr: "a b"})
	_ = other.Send(t.Context(), kinds.Started{})
	published := transport.Published("kinds.started")
	if len(published) != 2 || published[0].Subject != "a b" || !strings.HasPrefix(published[0].DataSchema, "urn:signalgen:json:") ||
		published[1].Subject != "" || published[1].DataSchema != "https://example.com/started.json" {
		t.Errorf("published %+v", published)
	}
}

// Whoever has seen one id cannot tell the next: all behind the prefix is random.
func TestIDsCannotBeGuessed(t *testing.T) {
	var transport bridgetest.Transport
	var s kinds.StartedSignal
	Publish(New(&transport), &s)
	for range 100 {
		_ = s.Send(t.Context(), kinds.Started{})
	}
	random := make(map[string]bool)
	for _, e := range transport.Published("kinds.started") {
		_, behind, _ := strings.Cut(e.ID, "-")
		random[behind] = true
		if len(behind) < 26 { // 128 bits
			t.Errorf("id %s", e.ID)
		}
	}
	if len(random) != 100 {
		t.Errorf("%d different ids, want 100", len(random))
	}
}
