package lock

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/signalgen/signalgen/topology"
)

// Parse is the inverse of Format, and Format of Parse.
func TestFormatProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLock(t)
		text := l.Format()
		read, err := Parse(text)
		if err != nil {
			t.Fatalf("%v in:\n%s", err, text)
		}
		for i := range read.Signals {
			read.Signals[i].Pos = topology.Position{}
		}
		if !reflect.DeepEqual(read, l) {
			t.Fatalf("found:\n%+v\nwanted:\n%+v\nin:\n%s", read, l, text)
		}
		if again := read.Format(); !bytes.Equal(again, text) {
			t.Fatalf("found:\n%s\nwanted:\n%s", again, text)
		}
		if changes := Compare(l, read); len(changes) > 0 {
			t.Fatalf("found changes: %v", changes)
		}
		shuffled, err := Parse(shuffle(t, text))
		if err != nil || !bytes.Equal(shuffled.Format(), text) {
			t.Fatalf("in another order: %v", err)
		}
	})
}

// shuffle changes the order of the paragraphs below the header.
func shuffle(t *rapid.T, text []byte) []byte {
	paragraphs := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n\n")
	below := rapid.Permutation(paragraphs[1:]).Draw(t, "order")
	return []byte(strings.Join(append(paragraphs[:1:1], below...), "\r\n\r\n"))
}

// drawLock returns a sorted lock with everything that a lock can have.
func drawLock(t *rapid.T) *Lock {
	l := new(Lock)
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z./_-]{1,8}`), 0, 4, rapid.ID[string]).Draw(t, "signals")
	for _, name := range names {
		l.Signals = append(l.Signals, drawSignal(t, name))
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{1,8}`), 0, 2, rapid.ID[string]).Draw(t, "gone") {
		l.Gone = append(l.Gone, Gone{Name: name, Declared: "example.com/p." + name, Allowed: drawAllowed(t)})
	}
	l.sort()
	return l
}

func drawSignal(t *rapid.T, name string) Signal {
	typ := rapid.SampledFrom([]string{
		"int", "[]example.com/p.Item", "map[string][2]*time.Time", "func(ctx context.Context, a int) (error, bool)",
		`struct{A int "json:\"a b\""; B []string}`, "example.com/p.Pair[int, map[string]bool]", "interface{ M(a int) }", "any", "<-chan int",
	})
	s := Signal{
		Name: name, Declared: "example.com/p.T", Form: topology.Payload, Fails: true, Carries: typ.Draw(t, "payload"),
		Private: rapid.Bool().Draw(t, "private"), Foreign: rapid.Bool().Draw(t, "foreign"),
		Types: make(map[string]topology.Type), Allowed: drawAllowed(t),
	}
	s.Args = []topology.Arg{{Type: s.Carries}}
	if rapid.Bool().Draw(t, "signature") {
		s.Form, s.Fails, s.Args = topology.Signature, rapid.Bool().Draw(t, "fails"), nil
		for range rapid.IntRange(0, 3).Draw(t, "arguments") {
			s.Args = append(s.Args, topology.Arg{Name: rapid.SampledFrom([]string{"", "_", "id", "T"}).Draw(t, "name"), Type: typ.Draw(t, "type"), Variadic: rapid.Bool().Draw(t, "variadic")})
		}
		s.Result = rapid.OneOf(rapid.Just(""), typ).Draw(t, "result")
	}
	s.Sender = rapid.OneOf(rapid.Just(""), typ).Draw(t, "sender")
	s.Params = rapid.SampledFrom([][]string{nil, {"T"}, {"K", "int·"}}).Draw(t, "parameters")
	for range rapid.IntRange(0, 3).Draw(t, "bridges") {
		text := rapid.OneOf(rapid.Just(""), rapid.String())
		s.Bridges = append(s.Bridges, Bridge{
			Way: rapid.SampledFrom([]BridgeWay{Publish, Receive, Forward}).Draw(t, "way"),
			Of:  text.Draw(t, "of"), Group: text.Draw(t, "group"), Key: text.Draw(t, "key"),
		})
	}
	for _, name := range []string{"example.com/p.Pair[int, map[string]bool]", `struct{A int "json:\"a b\""}`, "example.com/p.A"} {
		if rapid.Bool().Draw(t, "described") {
			s.Types[name] = drawType(t, typ)
		}
	}
	return s
}

func drawType(t *rapid.T, names *rapid.Generator[string]) topology.Type {
	typ := topology.Type{Kind: rapid.SampledFrom(append(slices.Clone(kinds), topology.KindSlice, topology.KindArray, topology.KindMap, topology.KindPointer)).Draw(t, "kind")}
	typ.Decodes = rapid.Bool().Draw(t, "decodes")
	switch typ.Kind {
	case topology.KindMap:
		typ.Key = names.Draw(t, "key")
		typ.Elem = names.Draw(t, "elem")
	case topology.KindArray:
		typ.Len = rapid.Int64Range(0, 1<<40).Draw(t, "len")
		typ.Elem = names.Draw(t, "elem")
	case topology.KindSlice, topology.KindPointer:
		typ.Elem = names.Draw(t, "elem")
	case topology.KindStruct:
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			typ.Fields = append(typ.Fields, topology.TypeField{
				Name: rapid.SampledFrom([]string{"a", "-", "with space", "ä!#$%&()*+-./:;<=>?@[]^_{|}~ "}).Draw(t, "name"),
				Path: rapid.SampledFrom([]string{"A", "Base.A"}).Draw(t, "path"),
				Type: names.Draw(t, "type"), OmitEmpty: rapid.Bool().Draw(t, "omitempty"), OmitZero: rapid.Bool().Draw(t, "omitzero"),
				Quoted: rapid.Bool().Draw(t, "quoted"), ByPointer: rapid.Bool().Draw(t, "by pointer"),
			})
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "unwritten") {
			typ.Unwritten = append(typ.Unwritten, topology.TypeField{Path: fmt.Sprint("U", i), Type: names.Draw(t, "type")})
		}
	case topology.KindString:
		for range rapid.IntRange(0, 2).Draw(t, "values") {
			typ.Values = append(typ.Values, topology.TypeValue{Name: "V", Value: rapid.SampledFrom([]string{`"a = \"b\" ` + "`json:\\\"x\\\"`" + `"`, `""`}).Draw(t, "value")})
		}
	}
	return typ
}

func drawAllowed(t *rapid.T) []Allowed {
	var allowed []Allowed
	for range rapid.IntRange(0, 2).Draw(t, "allowed") {
		allowed = append(allowed, Allowed{
			Class: rapid.SampledFrom([]Class{Source, Wire}).Draw(t, "class"), What: rapid.String().Draw(t, "what"), Reason: rapid.String().Draw(t, "reason"),
		})
	}
	return allowed
}

// FuzzParse wants a lock that formats to its own text, or an error with the line.
func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "\nsignal a\n\tdeclared p.A\n\tpayload p.A\n\tpublish key \"a b\"\n\ttype p.A struct\n\t\tA int `json:\"a\"`\n\nsignal b\n\tdeclared p.B\n\tsignature p.BArgs\n\targument - ...int\n"))
	f.Add([]byte(header + "\ngone a\n\tdeclared p.A\n\tallowed wire \"removed\" because \"old\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Parse(text)
		var syntax *SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) || syntax.Line < 1 {
				t.Fatalf("found the error %v", err)
			}
			return
		}
		Compare(l, l)
		again, err := Parse(l.Format())
		if err != nil || !bytes.Equal(again.Format(), l.Format()) {
			t.Fatalf("%v: found\n%s\nwanted\n%s", err, again.Format(), l.Format())
		}
	})
}

func TestSyntaxErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", "signals.lock:1: found no version, wanted the line version 1"},
		{"other version", "version 7\n", "signals.lock:1: found version 7, wanted 1; another release of signalgen has written the file"},
		{"conflict", "version 1\n<<<<<<< HEAD\n", `signals.lock:2: found "<<<<<<< HEAD", wanted signal or gone, and a name`},
		{"no signal", "version 1\n\tprivate\n", `signals.lock:2: found "private", wanted it below a signal`},
		{"field of nothing", "version 1\nsignal a\n\t\tA int\n", `signals.lock:3: found "A int", wanted it below a signal`},
		{"half a signal", "version 1\n\nsignal a\n\tdeclared p.A\n", "signals.lock:3: signal a has no declared, or neither payload nor signature"},
		{"line of a signal", "version 1\nsignal a\n\tcolour red\n", `signals.lock:3: found "colour", wanted a line of a signal, such as declared, payload or type`},
		{"line of a gone one", "version 1\ngone a\n\tprivate\n", `signals.lock:3: found "private", wanted declared or allowed`},
		{"type", "version 1\nsignal a\n\ttype p.A\n", `signals.lock:3: found "p.A", wanted the name of a type and its form`},
		{"form", "version 1\nsignal a\n\ttype p.A thing\n", `signals.lock:3: found "thing", wanted the form of a type, such as struct, string or []int`},
		{"field", "version 1\nsignal a\n\ttype p.A struct\n\t\tA int\n", `signals.lock:4: found "A int", wanted a field with its tag, or a constant as JSON`},
		{"field without a type", "version 1\nsignal a\n\ttype p.A struct\n\t\tA `json:\"a\"`\n", `signals.lock:4: found "A", wanted a field and its type`},
		{"tag", "version 1\nsignal a\n\ttype p.A struct\n\t\tA int `json:\",omitempty\"`\n", `signals.lock:4: found the tag ",omitempty", wanted a name in it`},
		{"option", "version 1\nsignal a\n\ttype p.A struct\n\t\tA int `json:\"a,inline\"`\n", `signals.lock:4: found the option "inline", wanted omitempty, omitzero or string`},
		{"bridge", "version 1\nsignal a\n\treceive by mailer\n", `signals.lock:3: found "by", wanted group, key or of`},
		{"group", "version 1\nsignal a\n\treceive group\n", "signals.lock:3: found nothing, wanted a word or a text in quotes"},
		{"quotes", "version 1\nsignal a\n\treceive group \"a\n", `signals.lock:3: found "a, wanted a text in quotes`},
		{"allowed", "version 1\nsignal a\n\tallowed none \"a\" because \"b\"\n", `signals.lock:3: found "none \"a\" because \"b\"", wanted wire or source, "what" because "reason"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse([]byte(test.text)); err == nil || err.Error() != test.want {
				t.Errorf("found  %v\nwanted %s", err, test.want)
			}
		})
	}
}

// Whether a type is described depends on its module, and on whether it is on the wire.
func TestDescribedTypes(t *testing.T) {
	l := loadModule(t, txtar.Parse([]byte(`
-- order/order.go --
package order

import (
	"net/http"
	"net/url"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

//signalgen:signal
type Local struct {
	Request *http.Request
	Version bridge.Envelope
	Line    Line
}

type Line struct{ N int }

//signalgen:signal name=named
type Named struct {
	At      time.Time
	For     time.Duration
	URL     url.URL
	Header  http.Header
	Version bridge.Envelope
	Apart   bridge.Envelope `+"`json:\"-\"`"+`
	Inline  struct{ Line Line }
}
`)))
	want := map[string][]string{
		"example.com/shop/order.Local": {"example.com/shop/order.Line", "example.com/shop/order.Local"},
		"named": {
			"example.com/shop/order.Line", "example.com/shop/order.Named", "github.com/signalgen/signalgen/bridge.Envelope", "net/http.Header",
			"struct{Line example.com/shop/order.Line}", "time.Duration", "time.Time",
		},
	}
	for _, s := range l.Signals {
		if got := slices.Sorted(maps.Keys(s.Types)); !slices.Equal(got, want[s.Name]) {
			t.Errorf("%s:\nfound  %q\nwanted %q", s.Name, got, want[s.Name])
		}
	}
	if values := l.Signals[1].Types["time.Duration"].Values; len(values) > 0 {
		t.Errorf("found constants of the standard library: %v", values)
	}
}

// What was allowed stays, even if the signal is removed and comes back.
func TestNext(t *testing.T) {
	const head = "version 1\n\nsignal order.placed\n\tdeclared p.Placed\n\tpayload p.Placed\n"
	before := parse(t, head+"\tprivate\n")
	after := parse(t, head+"\treceive group mailer\n")
	without := parse(t, head)
	empty := new(Lock)

	first := mustNext(t, before, after, None, "")
	if _, refused := Next(first, without, Source, "no"); len(refused) != 1 || refused[0].Kind != GroupGone {
		t.Fatalf("found %v, wanted a group that is gone", refused)
	}
	second := mustNext(t, first, without, Wire, "no mail")
	third := mustNext(t, second, empty, Wire, "no orders")
	wantAllowed(t, third.Gone[0].Allowed, "no mail", "no orders")
	fourth := mustNext(t, third, empty, None, "")
	wantAllowed(t, fourth.Gone[0].Allowed, "no mail", "no orders")
	fifth := mustNext(t, fourth, without, None, "")
	if len(fifth.Gone) > 0 {
		t.Errorf("found %v, wanted nothing that is gone", fifth.Gone)
	}
	wantAllowed(t, fifth.Signals[0].Allowed, "no mail", "no orders")
}

func mustNext(t *testing.T, old, now *Lock, allow Class, reason string) *Lock {
	t.Helper()
	next, refused := Next(old, now, allow, reason)
	if next == nil {
		t.Fatalf("refused: %v", refused)
	}
	return reread(t, next)
}

func wantAllowed(t *testing.T, allowed []Allowed, reasons ...string) {
	t.Helper()
	var found []string
	for _, a := range allowed {
		found = append(found, a.Reason)
	}
	if !slices.Equal(found, reasons) {
		t.Errorf("found %q, wanted %q", found, reasons)
	}
}
