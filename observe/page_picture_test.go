package observe

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
)

// graph is what signalgen graph might write for a program with three signals.
const graph = `{"version": 1, "programs": [{"path": "example.com/app"}], "signals": [
	{"id": "k.Started", "name": "kinds.started", "type": "Started", "form": "payload", "pos": {"file": "kinds/kinds.go", "line": 13}, "args": [{"name": "data", "type": "k.Started"}], "local": true},
	{"id": "k.Checked", "name": "kinds.checked", "type": "Checked", "form": "signature", "pos": {"file": "kinds/kinds.go", "line": 25}, "fails": true, "result": "[]example.com/kinds.Item", "local": true,
		"args": [{"name": "id", "type": "string"}, {"name": "more", "type": "*example.com/kinds.Item", "variadic": true}]},
	{"id": "k.Gone", "name": "kinds.gone", "type": "Gone", "form": "payload", "pos": {"file": "kinds/gone.go", "line": 3}, "local": true},
	{"id": "k.Any", "name": "kinds.any", "type": "Any", "generic": true, "local": true},
	{"id": "other.Signal", "name": "other.signal"}
], "receives": [
	{"signal": "k.Started", "kind": "func", "receiver": {"package": "github.com/signalgen/signalgen/observe", "name": "heard"}, "pos": {"file": "main.go", "line": 9}},
	{"signal": "k.Started", "kind": "method", "receiver": {"package": "example.com/mail", "name": "(*Mailer).Confirm"}, "pos": {"file": "main.go", "line": 10}},
	{"signal": "k.Started", "kind": "waiting", "receiver": {"package": "example.com/mail", "name": "wait"}},
	{"signal": "k.Started", "kind": "func", "test": true, "receiver": {"package": "example.com/mail", "name": "tested"}}
]}`

func heard(context.Context, kinds.Started) error { return nil }

func TestPictureIsCompared(t *testing.T) {
	var set kinds.Signals
	metrics := new(Metrics)
	set.Configure(runtime.Observe(metrics.Observer()))
	p := Page(PagePicture([]byte(graph)), PageMetrics(metrics)).(*page)
	p.sources[0].sets = oneSet(&set)
	set.Started.Connect(heard)
	set.Started.Connect(func(context.Context, kinds.Started) error { return nil }, runtime.Name("dynamic"))
	_ = set.Checked.Send(t.Context(), "", 1)
	d := p.report().Picture
	for name, test := range map[string]struct {
		items []pictureItem
		want  string
	}{
		"not here":      {d.NotHere, "[{kinds.gone  kinds/gone.go:3}]"},
		"never sent":    {d.NeverSent, "[{kinds.started  kinds/kinds.go:13}]"},
		"not connected": {d.NotConnected, "[{kinds.started mail.(*Mailer).Confirm main.go:10}]"},
	} {
		if got := fmt.Sprint(test.items); got != test.want {
			t.Errorf("%s: found %s, want %s", name, got, test.want)
		}
	}
	if len(d.NotInSource) != 1 || d.NotInSource[0].Receiver != "dynamic" {
		t.Errorf("not in the source: %v", d.NotInSource)
	}
	if len(d.NotDeclared) < 5 || strings.Contains(fmt.Sprint(d.NotDeclared), "kinds.started") {
		t.Errorf("not declared: %v", d.NotDeclared)
	}
	body := get(p, "signal?name=kinds.checked").Body.String()
	if !strings.Contains(body, "type Checked func(ctx, id string, more ...*kinds.Item) ([]kinds.Item, error)") || !strings.Contains(body, "kinds/kinds.go:25") {
		t.Errorf("the declaration is not shown in %s", body)
	}
	if body := get(p, "").Body.String(); !strings.Contains(body, "Never sent") || !strings.Contains(body, "mail.(*Mailer).Confirm") {
		t.Error("the overview does not compare")
	}
}

func TestReceiversOfPackageMainAreKnown(t *testing.T) {
	p := readPicture([]byte(graph))
	var receive pictureReceive
	receive.Receiver.Package, receive.Receiver.Name = "example.com/app", "run.func1"
	receive.Receiver.Pos = picturePosition{"app/main.go", 7}
	for name, test := range map[string]struct {
		r    ReceiverMetrics
		want bool
	}{
		"by name":        {ReceiverMetrics{Name: "main.run.func1"}, true},
		"by import path": {ReceiverMetrics{Name: "example.com/app.run.func1"}, true},
		"by place":       {ReceiverMetrics{Name: "other", File: "/src/app/main.go", Line: 7}, true},
		"by half a file": {ReceiverMetrics{Name: "other", File: "/src/myapp/main.go", Line: 7}, false},
		"another":        {ReceiverMetrics{Name: "main.run.func2"}, false},
	} {
		if got := p.same(test.r, receive); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPictureThatCannotBeRead(t *testing.T) {
	for graph, want := range map[string]string{
		"":                "cannot be read: unexpected end of JSON input",
		"<script>":        "cannot be read: invalid character",
		`{"version": 2}`:  "found a graph of version 2, wanted 1",
		`{"signals": []}`: "found a graph of version 0, wanted 1",
	} {
		_, p := pageOf(t, PagePicture([]byte(graph)))
		if body := get(p, "").Body.String(); !strings.Contains(body, want) {
			t.Errorf("%q: the page lacks %q", graph, want)
		}
		if get(p, "signal?set=test&name=kinds.started").Code != 200 {
			t.Errorf("%q: there is no view of a signal", graph)
		}
	}
}
