package vet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/topology"
)

// Whole-program checks are tested on handmade models. In package m/a, signal A is sent
// and signal B is heard, and so on.

func signal(name string) topology.Signal {
	return topology.Signal{ID: "m/a." + name, Name: "m/a." + name, Package: "m/a", Type: name, Local: true, Pos: at(1)}
}

func at(line int) topology.Position { return topology.Position{File: "a/a.go", Line: line, Column: 1} }

func fn(name string) topology.Func {
	return topology.Func{Package: "m/a", Name: name, Pos: at(int(name[0]))}
}

func sentBy(in, name string) topology.Send {
	return topology.Send{Signal: "m/a." + name, Way: topology.WaySend, In: fn(in), Pos: at(2)}
}

func heardBy(receiver, name string) topology.Receive {
	return topology.Receive{Signal: "m/a." + name, How: topology.HowConnect, Kind: topology.NamedFunc, Receiver: fn(receiver), In: fn("main"), Pos: at(3)}
}

func bridged(way topology.BridgeWay, name string) topology.Bridge {
	return topology.Bridge{Signal: "m/a." + name, Way: way, In: fn("main"), Pos: at(4)}
}

// findIn returns what is found in a model of one program, with the given main package.
func findIn(m topology.Model, path string) []string {
	if m.Signals == nil {
		m.Signals = []topology.Signal{signal("A"), signal("B"), signal("C")}
	}
	if m.Programs == nil {
		m.Programs = []topology.Program{{Path: path, Packages: []string{"m/a"}}}
	}
	var all []string
	for _, f := range ofModel(&m) {
		all = append(all, f.Check+" "+f.Message)
	}
	return all
}

func TestWholePrograms(t *testing.T) {
	testFile := sentBy("f", "A")
	testFile.Test = true
	chained := heardBy("v", "A")
	chained.Kind, chained.Chained = topology.Chain, "m/a.B"
	back := heardBy("w", "B")
	back.Kind, back.Chained = topology.Chain, "m/a.A"
	conditional := sentBy("f", "A")
	conditional.Conditional = true
	for _, test := range []struct {
		name  string
		model topology.Model
		want  []string // how the findings begin
	}{
		{"sent and heard", topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Receives: []topology.Receive{heardBy("g", "A")}}, nil},
		{
			"unheard",
			topology.Model{Sends: []topology.Send{sentBy("f", "A"), sentBy("g", "A")}},
			[]string{"unheard a.A is sent, but nothing in m receives it; sent by a.f (a/a.go:2), a.g (a/a.go:2)"},
		},
		{
			"unsent",
			topology.Model{Receives: []topology.Receive{heardBy("f", "A")}},
			[]string{"unsent a.A is received, but nothing in m sends it; received by a.f (a/a.go:102)"},
		},
		{"neither", topology.Model{}, nil},
		{"sent by a test", topology.Model{Sends: []topology.Send{testFile}}, nil},
		{"published", topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Bridges: []topology.Bridge{bridged(topology.BridgePublish, "A")}}, nil},
		{"forwarded", topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Bridges: []topology.Bridge{bridged(topology.BridgeForward, "A")}}, nil},
		{"served", topology.Model{Receives: []topology.Receive{heardBy("f", "A")}, Bridges: []topology.Bridge{bridged(topology.BridgeServe, "A")}}, nil},
		{
			"received, and unheard",
			topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Bridges: []topology.Bridge{bridged(topology.BridgeReceive, "A")}},
			[]string{"unheard a.A"},
		},
		{
			"unknown",
			topology.Model{Sends: []topology.Send{sentBy("f", "A"), sentBy("f", "B")}, Unknown: []topology.Unknown{{Signal: "m/a.A", In: fn("f")}}},
			[]string{"unheard a.B"},
		},
		{"any is unknown", topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Unknown: []topology.Unknown{{In: fn("f")}}}, nil},
		{"faulty", topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Faults: []topology.Fault{{Package: "m/a"}}}, nil},
		{"faulty elsewhere", topology.Model{Sends: []topology.Send{sentBy("f", "A")}, Faults: []topology.Fault{{Package: "m/b"}}}, []string{"unheard"}},
		{
			"sends itself",
			topology.Model{Sends: []topology.Send{conditional}, Receives: []topology.Receive{heardBy("f", "A")}},
			[]string{"cycle a.A leads back to itself: a.f (a/a.go:102) sends a.A (a/a.go:2) under a condition"},
		},
		{
			"a chain that leads back",
			topology.Model{Receives: []topology.Receive{chained, back}},
			[]string{"unsent", "unsent", "cycle a.A leads back to itself"},
		},
		{"a call that leads back", topology.Model{
			Sends:    []topology.Send{sentBy("h", "A")},
			Receives: []topology.Receive{heardBy("f", "A")},
			Calls:    []topology.Call{{Caller: fn("f"), Callee: fn("g")}, {Caller: fn("g"), Callee: fn("f")}, {Caller: fn("g"), Callee: fn("h"), Concurrent: true}},
		}, []string{"cycle a.A leads back to itself: a.f (a/a.go:102) calls a.g, which calls a.h in another goroutine, which sends a.A (a/a.go:2)"}},
		{"a way that ends", topology.Model{
			Sends:    []topology.Send{sentBy("f", "B"), sentBy("g", "C"), sentBy("x", "A")},
			Receives: []topology.Receive{heardBy("f", "A"), heardBy("g", "B"), heardBy("h", "C")},
		}, nil},
		{"one cycle of three, told once", topology.Model{
			Sends:    []topology.Send{sentBy("h", "A"), sentBy("f", "B"), sentBy("g", "C")},
			Receives: []topology.Receive{heardBy("f", "A"), heardBy("g", "B"), heardBy("h", "C")},
		}, []string{"cycle a.A leads back to itself: a.f (a/a.go:102) sends a.B (a/a.go:2), which is heard by a.g (a/a.go:103) sends a.C (a/a.go:2), which is heard by a.h (a/a.go:104) sends a.A (a/a.go:2)"}},
		{
			"unwired",
			topology.Model{Annotated: []topology.Annotated{{Signal: "m/a.A", Receiver: fn("f")}, {Signal: "m/a.A", Receiver: fn("g"), Connected: true}, {Signal: "m/a.A", Receiver: fn("h"), Unwired: true}}},
			[]string{"unwired a.f is a receiver of a.A that nothing connects"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := findIn(test.model, "m")
			ok := len(got) == len(test.want)
			for i := range min(len(got), len(test.want)) {
				ok = ok && strings.HasPrefix(got[i], test.want[i])
			}
			if !ok {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// Without a package main, other modules may send and hear what they can name.
func TestPackagesWithoutMain(t *testing.T) {
	hidden := signal("a")
	m := topology.Model{
		Signals:   []topology.Signal{signal("A"), hidden},
		Sends:     []topology.Send{sentBy("f", "A"), sentBy("f", "a")},
		Annotated: []topology.Annotated{{Signal: "m/a.A", Receiver: fn("f")}},
	}
	if got := fmt.Sprint(findIn(m, "")); !strings.HasPrefix(got, "[unheard a.a is sent, but nothing in these packages receives it") || strings.Count(got, "unheard") != 1 {
		t.Errorf("got %s", got)
	}
}

// Each program is checked separately. A signal that packages outside the model may use
// is not reported.
func TestSeveralPrograms(t *testing.T) {
	m := topology.Model{
		Sends:    []topology.Send{sentBy("f", "A")},
		Receives: []topology.Receive{{Signal: "m/a.A", Kind: topology.NamedFunc, Receiver: topology.Func{Package: "m/b", Name: "g"}, In: topology.Func{Package: "m/b", Name: "g"}}},
		Programs: []topology.Program{
			{Path: "m/one", Packages: []string{"m/a", "m/one"}},
			{Path: "m/three", Packages: []string{"m/a", "m/three"}, Unread: []string{"m/a"}},
			{Path: "m/two", Packages: []string{"m/a", "m/b", "m/two"}},
		},
	}
	if got := findIn(m, ""); len(got) != 1 || !strings.Contains(got[0], "nothing in m/one receives it") {
		t.Errorf("got %s", got)
	}
}

func TestSplit(t *testing.T) {
	field := func(name, typ string) topology.TypeField { return topology.TypeField{Name: name, Type: typ} }
	form := func(fields ...topology.TypeField) topology.Type {
		return topology.Type{Kind: topology.KindStruct, Fields: fields}
	}
	basic := map[string]topology.Type{
		"int": {Kind: topology.KindInt}, "string": {Kind: topology.KindString}, "any": {Kind: topology.KindAny},
		"[]int": {Kind: topology.KindSlice, Elem: "int"}, "[]string": {Kind: topology.KindSlice, Elem: "string"},
	}
	for _, test := range []struct {
		name string
		out  topology.Type
		in   topology.Type
		want string
	}{
		{"the same", form(field("a", "int")), form(field("a", "int")), ""},
		{"one field less is read", form(field("a", "int"), field("b", "int")), form(field("a", "int")), ""},
		{"a field is missing", form(field("a", "int")), form(field("a", "int"), field("b", "int")), "the payload has the field b here, and not there"},
		{"another type", form(field("a", "int")), form(field("a", "string")), "the field a of the payload is int there, and string here"},
		{"another element", form(field("a", "[]int")), form(field("a", "[]string")), "an element of the field a of the payload is int there, and string here"},
		{"anything fits any", form(field("a", "any")), form(field("a", "string")), ""},
		{"a type that is not known", form(field("a", "time")), form(field("a", "string")), ""},
		{"a field that refers to its own type", form(field("a", "m/out.T")), form(field("a", "m/in.T")), ""},
		{"quoted on one side", form(topology.TypeField{Name: "a", Type: "int", Quoted: true}), form(field("a", "int")), "the field a of the payload is a string on one side only"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := topology.Model{
				Signals: []topology.Signal{{ID: "m/in.T", Name: "t", Package: "m/in", Type: "T", Named: true}, {ID: "m/out.T", Name: "t", Package: "m/out", Type: "T", Named: true}},
				Bridges: []topology.Bridge{
					{Signal: "m/out.T", Way: topology.BridgePublish, Carries: "m/out.T", Pos: at(5)},
					{Signal: "m/in.T", Way: topology.BridgeReceive, Carries: "m/in.T", Pos: at(6)},
				},
				Types: map[string]topology.Type{"m/out.T": test.out, "m/in.T": test.in},
			}
			for name, typ := range basic {
				m.Types[name] = typ
			}
			var got string
			if findings := split(&m); len(findings) > 0 {
				got = findings[0].Message
			}
			if test.want != "" {
				test.want = "t is received here, and m/out.T publishes another form of it (a/a.go:5): " + test.want
			}
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}
