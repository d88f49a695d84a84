package topology

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// odd is a model with what formats must escape: names of generic types, texts of users,
// and packages with the same name.
func odd() *Model {
	const path, other = "example.com/a/order", "example.com/b/order/v2"
	place := Func{Package: path, Name: "(*Desk).Place", Pos: Position{File: "a/order/order.go", Line: 7, Column: 1}}
	hear := Func{Package: other, Name: "Hear.func1", Within: "Hear", Pos: Position{File: "b/order/hear.go", Line: 9, Column: 2}}
	return &Model{
		Programs: []Program{{Packages: []string{path, other}}},
		Signals: []Signal{
			{ID: path + ".Lost", Name: path + ".Lost", Package: path, Type: "Lost", Form: Payload, Doc: "Lost is <script>alert(\"1\")</script> & more.", Local: true},
			{ID: path + ".Placed", Name: path + ".Placed", Package: path, Type: "Placed", Form: Payload, Doc: "Placed is sent.", Local: true},
			{ID: other + ".Placed", Name: other + ".Placed", Package: other, Type: "Placed", Form: Payload, Local: true},
		},
		Sends: []Send{
			{Signal: path + ".Placed", Way: WayRobust, TypeArgs: []string{"map[string]\"x\""}, In: place, Pos: place.Pos},
			{Signal: path + ".Placed", Way: WaySend, Value: true, In: place, Pos: place.Pos},
			{Signal: other + ".Placed", Way: WayChained, Chained: path + ".Placed", In: place, Pos: place.Pos},
		},
		Receives: []Receive{
			{Signal: path + ".Placed", How: HowConnect, Kind: Literal, Receiver: hear, Options: ConnectOptions{Async: true, Size: 2, Overflow: "Fail", ID: "a|b`c`\\"}, In: hear, Pos: hear.Pos},
			{Signal: path + ".Placed", How: HowConnect, Kind: Chain, Chained: other + ".Placed", Receiver: hear, In: place, Pos: place.Pos},
			{Signal: path + ".Placed", How: HowNext, Kind: Waiting, Receiver: place, In: place, Pos: place.Pos},
		},
		Bridges: []Bridge{
			{Signal: other + ".Placed", Way: BridgePublish, In: place, Pos: place.Pos},
			{Signal: other + ".Placed", Way: BridgeServe, Group: "mail", In: place, Pos: place.Pos},
		},
		Unknown: []Unknown{
			{Reason: "any signal: it is passed to Tap as an interface", In: place, Pos: place.Pos},
			{Signal: other + ".Placed", Reason: "it becomes an any", In: place, Pos: place.Pos},
		},
	}
}

func TestText(t *testing.T) {
	var out strings.Builder
	if err := Text(&out, odd()); err != nil {
		t.Fatal(err)
	}
	const want = `order.Lost: Lost is <script>alert("1")</script> & more.
  sent by   nobody
  heard by  nobody

example.com/a/order.Placed: Placed is sent.
  sent by   order.(*Desk).Place            a/order/order.go:7  SendRobust, [map[string]"x"]
            order.(*Desk).Place            a/order/order.go:7  as a value
  heard by  order.Hear.func1               b/order/hear.go:9   async 2 Fail, id a|b` + "`c`" + `\
            example.com/b/order/v2.Placed  a/order/order.go:7  chained
            order.(*Desk).Place            a/order/order.go:7  next

example.com/b/order/v2.Placed
  sent by   example.com/a/order.Placed  a/order/order.go:7  chained
            other processes             a/order/order.go:7  Serve, group mail
  heard by  other processes             a/order/order.go:7  Publish
  unknown   order.(*Desk).Place         a/order/order.go:7  it becomes an any

order.(*Desk).Place: a/order/order.go:7: any signal: it is passed to Tap as an interface
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestMermaid(t *testing.T) {
	var out strings.Builder
	if err := Mermaid(&out, odd()); err != nil {
		t.Fatal(err)
	}
	const want = `flowchart LR
  subgraph p1["example.com/a/order"]
    n1(["example.com/a/order.Placed"])
    n2(["order.Lost<br/>unused"])
    n3["(*Desk).Place"]
  end
  subgraph p2["example.com/b/order/v2"]
    n4(["example.com/b/order/v2.Placed"])
    n5["Hear.func1"]
  end
  others{{"other processes"}}
  n3 -->|"SendRobust, [map[string]#quot;x#quot;]"| n1
  n3 -->|"as a value"| n1
  n1 -.->|"async 2 Fail, id a|b#96;c#96;#92;"| n5
  n1 -->|"chained"| n4
  n1 -->|"next"| n3
  n4 ==>|"Publish"| others
  others ==>|"Serve, group mail"| n4
  classDef loose stroke-dasharray: 4 4
  class n2 loose
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}

// Whatever a label contains, it ends where it should.
func TestMermaidText(t *testing.T) {
	inside := regexp.MustCompile("^([^\"<>#`\\\\\n\r]|#(quot|lt|gt|amp|35|96|92);|<br/>)*$")
	rapid.Check(t, func(t *rapid.T) {
		got := mermaidText(rapid.String().Draw(t, "text"))
		if !strings.HasPrefix(got, `"`) || !strings.HasSuffix(got, `"`) || !inside.MatchString(got[1:len(got)-1]) {
			t.Errorf("found %s", got)
		}
	})
}

func TestDOT(t *testing.T) {
	var out bytes.Buffer
	if err := DOT(&out, odd()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`label="example.com/a/order"`,
		`n2 [label="order.Lost\nunused", style="rounded,dashed"]`,
		`n3 -> n1 [label="SendRobust, [map[string]\"x\"]"]`,
		"n1 -> n5 [label=\"async 2 Fail, id a|b`c`\\\\\", style=dashed]",
		`others -> n4 [label="Serve, group mail", penwidth=3]`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is missing in\n%s", want, out.String())
		}
	}
	if dot, err := exec.LookPath("dot"); err == nil {
		cmd := exec.Command(dot, "-Tsvg")
		cmd.Stdin = &out
		if said, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(said, []byte("</svg>")) {
			t.Errorf("dot: %v: %s", err, said)
		}
	}
}

// A label of Graphviz is a quoted text, in which only a quote needs a backslash; one of
// ours has nothing else that a backslash could go to.
func TestDOTText(t *testing.T) {
	quoted := regexp.MustCompile(`^"([^"\\\n\r]|\\["\\n])*"$`)
	rapid.Check(t, func(t *rapid.T) {
		if got := dotText(rapid.String().Draw(t, "text")); !quoted.MatchString(got) {
			t.Errorf("found %s", got)
		}
	})
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, odd()); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.HasPrefix(text, "{\n\t\"version\": 1,\n\t\"programs\": [") || !strings.Contains(text, "<script>") {
		t.Errorf("found %.200s", text)
	}
	m, err := ReadJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%+v", m), fmt.Sprintf("%+v", odd()); got != want {
		t.Errorf("read:\n%s\nwritten:\n%s", got, want)
	}
}

func TestDiff(t *testing.T) {
	earlier, now := odd(), odd()
	now.Receives[0].Pos.Line++ // a move
	now.Sends = now.Sends[1:]  // sent at the same place in another way
	now.Bridges[1].Group = "post"
	now.Unknown = now.Unknown[1:]
	now.Receives = append(now.Receives, Receive{
		Signal: "example.com/a/order.Lost", Kind: NamedFunc,
		Receiver: Func{Package: "example.com/audit", Name: "Book", Pos: Position{File: "audit/audit.go", Line: 12}},
	})
	var out strings.Builder
	if err := Diff(&out, earlier, now); err != nil {
		t.Fatal(err)
	}
	const want = `- any signal: in order.(*Desk).Place any signal: it is passed to Tap as an interface (a/order/order.go:7)
- example.com/b/order/v2.Placed: order.(*Desk).Place receives it in group mail from other processes (a/order/order.go:7)
+ example.com/b/order/v2.Placed: order.(*Desk).Place receives it in group post from other processes (a/order/order.go:7)
+ order.Lost: audit.Book hears it (audit/audit.go:12)
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
	out.Reset()
	if err := Diff(&out, now, now); err != nil || out.Len() > 0 {
		t.Errorf("no difference is %q, %v", out.String(), err)
	}
}

// Many programs are counted, and a long line is cut.
func TestTextOfManyPrograms(t *testing.T) {
	m := &Model{Programs: make([]Program, fewPrograms+1), Signals: []Signal{{ID: "a.B", Type: "B", Package: "a", Doc: strings.Repeat("ä", 200)}}}
	var out strings.Builder
	if err := Text(&out, m); err != nil {
		t.Fatal(err)
	}
	if want := "6 programs\n\na.B: " + strings.Repeat("ä", 94) + "…\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("got %s", out.String())
	}
}

func TestReadJSONThatIsNone(t *testing.T) {
	for text, want := range map[string]string{
		"":               "reading a model: EOF",
		`{"version": 2}`: "found a model of version 2, wanted 1",
		`{}`:             "found a model of version 0, wanted 1",
	} {
		if _, err := ReadJSON(strings.NewReader(text)); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
