package topology_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/topology"
	"pgregory.net/rapid"
)

// lampModel has one of most things that a page shows.
func lampModel() *topology.Model {
	in := func(pkg, name string) topology.Func {
		return topology.Func{Package: "example.com/lamp/" + pkg, Name: name, Pos: topology.Position{File: pkg + "/a.go", Line: 3}}
	}
	at := topology.Position{File: "switch/switch.go", Line: 7}
	on, off, far := "example.com/lamp/switch.On", "example.com/lamp/switch.Off", "example.com/grid/v2.Down"
	return &topology.Model{
		Programs: []topology.Program{
			{Path: "example.com/lamp/cmd", Packages: []string{"example.com/lamp/cmd", "example.com/lamp/switch"}},
			{Path: "example.com/lamp/test", Packages: []string{"example.com/lamp/test"}},
		},
		Signals: []topology.Signal{
			{ID: far, Name: far, Package: "example.com/grid/v2", Type: "Down"},
			{ID: off, Name: off, Package: "example.com/lamp/switch", Type: "Off", Local: true},
			{
				ID: on, Name: "lamp.on", Named: true, Package: "example.com/lamp/switch", Type: "On", Local: true, Fails: true,
				Doc: "On is sent when there is light. It is sent once.", Pos: at, Args: []topology.Arg{{Name: "data", Type: on}},
			},
		},
		Sends: []topology.Send{
			{Signal: off, Way: topology.WayChained, Chained: on, In: in("cmd", "main"), Pos: at},
			{Signal: on, Way: topology.WayRobust, Conditional: true, In: in("switch", "Press"), Pos: at},
			{Signal: "example.com/lamp.Unlisted", In: in("switch", "Press"), Pos: at},
		},
		Receives: []topology.Receive{
			{
				Signal: on, How: topology.HowWired, Kind: topology.Method, Receiver: in("meter", "(*Meter).Count"),
				Options: topology.ConnectOptions{Async: true, Size: 8, Overflow: "DropOldest"}, In: in("cmd", "main"), Pos: at,
			},
			{Signal: on, How: topology.HowConnect, Kind: topology.Chain, Chained: off, In: in("cmd", "main"), Pos: at},
			{Signal: on, How: topology.HowNext, Kind: topology.Waiting, Receiver: in("switch", "TestOn"), In: in("switch", "TestOn"), Pos: at, Test: true},
		},
		Annotated: []topology.Annotated{{Signal: on, Receiver: in("meter", "Forgotten")}, {Signal: on, Receiver: in("meter", "(*Meter).Count"), Connected: true}},
		Bridges:   []topology.Bridge{{Signal: off, Way: topology.BridgePublish, Group: "house", In: in("cmd", "main"), Pos: at}},
		Unknown:   []topology.Unknown{{Signal: off, Reason: "it is converted to any", In: in("cmd", "main"), Pos: at}},
		Faults:    []topology.Fault{{Package: "example.com/lamp/broken", Pos: at, Message: "undefined: x"}},
	}
}

func pageOf(t testing.TB, m *topology.Model) string {
	t.Helper()
	var out bytes.Buffer
	if err := topology.HTML(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var tags = regexp.MustCompile(`<[^>]*>`)

// textOf is the text of the element with an id, up to the next row, without tags.
func textOf(t testing.TB, page, id string) string {
	t.Helper()
	_, element, ok := strings.Cut(page, ` id="`+id+`"`)
	if !ok {
		t.Fatalf("the page has no %s", id)
	}
	element, _, _ = strings.Cut("<"+element, "\n</li>\n</ul>\n</details>")
	element, _, _ = strings.Cut(element, `<li class="row"`)
	element, _, _ = strings.Cut(element, `</section>`)
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(element, " "))), " ")
}

func TestHTMLSaysOfEachRow(t *testing.T) {
	page := pageOf(t, lampModel())
	for id, want := range map[string]string{
		"switch.On": "lamp.on nobody sends nobody hears On is sent when there is light. On is sent when there is light. It is sent once. " +
			"func(data switch.On) error switch/switch.go:7 " +
			"Sent by switch.Press SendRobust, not always switch/switch.go:7 " +
			"Heard by meter.(*Meter).Count wired, async, queue of 8, DropOldest switch/switch.go:7 " +
			"lamp.on → switch.Off switch/switch.go:7 " +
			"switch.TestOn the next one, in a test switch/switch.go:7",
		"switch.Off": "Off not all known nobody known sends nobody known hears func() " +
			"Sent by lamp.on → switch.Off as a receiver switch/switch.go:7 " +
			"Heard by other processes, by cmd.main Publish, group house switch/switch.go:7",
		"example.com/grid/v2.Down":  "Down declared elsewhere func()",
		"send:switch.Press":         "Press switch/a.go:3 lamp.on SendRobust, not always switch/switch.go:7",
		"send:lamp.on_→_switch.Off": "lamp.on → switch.Off chain cmd/a.go:3 switch.Off as a receiver switch/switch.go:7",
		"hear:meter.(*Meter).Count": "(*Meter).Count async meter/a.go:3 lamp.on wired, async, queue of 8, DropOldest switch/switch.go:7",
		"hear:switch.TestOn":        "TestOn waits switch/a.go:3 lamp.on the next one, in a test switch/switch.go:7",
		"hear:cmd.main":             "cmd.main publish cmd/a.go:3 switch.Off Publish, group house switch/switch.go:7",
		"unknown":                   "Unknown A signal cannot be followed beyond these places: it may have senders and receivers that are not shown. switch.Off : it is converted to any, in cmd.main switch/switch.go:7",
		"unconnected":               "Not connected These receivers are annotated, but nothing connects them. meter.Forgotten : a receiver of lamp.on meter/a.go:3",
		"faults":                    "Faults These keep packages from being read in full: what they send and receive may be missing. broken : undefined: x switch/switch.go:7",
		"program":                   "all programs cmd test",
	} {
		got := textOf(t, page, strings.ReplaceAll(html.EscapeString(id), "+", "&#43;"))
		if id == "program" {
			got, _, _ = strings.Cut(got, " Package")
		}
		if got = strings.TrimPrefix(got, "< "); !strings.Contains(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", id, got, want)
		}
	}
	if strings.Contains(page, "Unlisted") {
		t.Error("the page shows a signal that the model does not list")
	}
}

func TestHTMLMarksWhatIsNotHeard(t *testing.T) {
	page := pageOf(t, &topology.Model{
		Signals: []topology.Signal{{ID: "a.Lost", Package: "a", Type: "Lost", Local: true}, {ID: "b.Other", Package: "b", Type: "Other"}},
		Sends:   []topology.Send{{Signal: "a.Lost", Way: topology.WaySend, In: topology.Func{Package: "a", Name: "F"}}},
	})
	for _, want := range []string{`data-no="sends" hidden>nobody sends`, `data-no="receives">nobody hears`} {
		if strings.Count(page, want) != 1 {
			t.Errorf("the page has not one %s", want)
		}
	}
}

func TestHTMLOfNothing(t *testing.T) {
	page := pageOf(t, &topology.Model{})
	for _, want := range []string{"Nobody sends.", "There are no signals.", "Nobody receives.", "<title>Signals</title>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestHTMLIsTheSameEachTime(t *testing.T) {
	first := pageOf(t, lampModel())
	for range 20 {
		if pageOf(t, lampModel()) != first {
			t.Fatal("the same model gives different pages")
		}
	}
}

// TestHTMLAllowsOnlyItsOwnCode looks up the hashes of the page's policy.
func TestHTMLAllowsOnlyItsOwnCode(t *testing.T) {
	page := pageOf(t, lampModel())
	for _, tag := range []string{"style", "script"} {
		inline := regexp.MustCompile(`(?s)<`+tag+`[^>]*>(.*?)</`+tag+`>`).FindAllStringSubmatch(page, -1)
		if len(inline) != 1 {
			t.Fatalf("%d elements %s, want 1", len(inline), tag)
		}
		sum := sha256.Sum256([]byte(inline[0][1]))
		want := tag + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		if !strings.Contains(html.UnescapeString(page), want) {
			t.Errorf("the policy has not %s", want)
		}
	}
	for _, not := range []string{"http://", "https://", "unsafe", "@import", "url("} {
		if strings.Contains(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), not) {
			t.Errorf("the page has %s", not)
		}
	}
}

// TestHTMLEscapesEverything has any text at any place leave the page's elements as they
// are without it.
func TestHTMLEscapesEverything(t *testing.T) {
	shape := func(page string) string {
		return strings.Join(regexp.MustCompile(`</?[a-z]+\d?|<!-*`).FindAllString(page, -1), "")
	}
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "<!--", "-->", `" onclick="alert(1)`, "&lt;script&gt;", "</style>", "]]>", "{{.}}",
	}))
	of := func(s string) *topology.Model {
		m, s := lampModel(), "x"+s+"x"
		m.Signals[2].Doc, m.Signals[2].Name, m.Signals[2].Args[0].Name = s, s, s
		m.Sends[1].In.Name, m.Sends[1].In.Package, m.Sends[1].Pos.File = s, s, s
		m.Receives[0].Receiver.Name, m.Receives[0].Options.Name = s, s
		m.Bridges[0].Group, m.Unknown[0].Reason, m.Faults[0].Message, m.Programs[0].Path = s, s, s, s
		return m
	}
	want := shape(pageOf(t, of("")))
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		var out bytes.Buffer
		if err := topology.HTML(&out, of(s)); err != nil {
			t.Fatal(err)
		}
		if got := shape(out.String()); got != want {
			t.Fatalf("%q changes the page's elements", s)
		}
	})
}

func TestHTMLTellsOfFailedWrites(t *testing.T) {
	full := errors.New("disk full")
	if err := topology.HTML(writerFunc(func([]byte) (int, error) { return 0, full }), lampModel()); !errors.Is(err, full) {
		t.Errorf("HTML to a full disk = %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
