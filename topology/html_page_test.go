package topology

import (
	"slices"
	"testing"
)

func TestCommonFolder(t *testing.T) {
	for _, test := range []struct {
		paths []string
		want  string
	}{
		{nil, ""},
		{[]string{"lamp"}, ""},
		{[]string{"example.com/lamp"}, "example.com/"},
		{[]string{"example.com/lamp", "example.com/lamp/switch"}, "example.com/"},
		{[]string{"example.com/lamp/meter", "example.com/lamp/switch"}, "example.com/lamp/"},
		{[]string{"example.com/lamp", "example.com/lamp-post/a"}, "example.com/"},
		{[]string{"a/b", "c"}, ""},
	} {
		if got := commonFolder(test.paths); got != test.want {
			t.Errorf("commonFolder(%q) = %q, want %q", test.paths, got, test.want)
		}
	}
}

func TestSignature(t *testing.T) {
	for _, test := range []struct {
		signal Signal
		want   string
	}{
		{Signal{}, "func()"},
		{Signal{Args: []Arg{{Name: "o", Type: "example.com/shop/order.Order"}}, Fails: true}, "func(o order.Order) error"},
		{Signal{Args: []Arg{{Type: "string"}, {Name: "rest", Type: "int", Variadic: true}}, Result: "*a/b.T", Fails: true}, "func(string, rest ...int) (*b.T, error)"},
		{Signal{Args: []Arg{{Name: "m", Type: "map[a.b/c.K][]d/e.V[f/g.T]"}}, Result: "chan a/b.T"}, "func(m map[c.K][]e.V[g.T]) chan b.T"},
	} {
		if got := signature(test.signal); got != test.want {
			t.Errorf("signature = %s, want %s", got, test.want)
		}
	}
}

// TestRowsStandBesideTheirSignals sorts senders by the median of their signals' places:
// b sends one far signal, and stays with the near ones all the same.
func TestRowsStandBesideTheirSignals(t *testing.T) {
	m := &Model{}
	for _, id := range []string{"p.A", "p.B", "p.C", "p.D"} {
		m.Signals = append(m.Signals, Signal{ID: id, Package: "p", Type: id[2:]})
	}
	for _, send := range [][2]string{{"p.C", "z"}, {"p.D", "a"}, {"p.A", "b"}, {"p.A", "b"}, {"p.D", "b"}, {"p.B", "y"}} {
		m.Sends = append(m.Sends, Send{Signal: send[0], In: Func{Package: send[1], Name: "F"}})
	}
	var got []string
	for _, group := range newPage(m).Senders.Groups {
		got = append(got, group.Path)
	}
	if want := []string{"b", "y", "z", "a"}; !slices.Equal(got, want) {
		t.Errorf("senders are in the order %q, want %q", got, want)
	}
}

func TestRowsOfOneName(t *testing.T) {
	f := Func{Package: "p", Name: "x y"}
	page := newPage(&Model{
		Signals:  []Signal{{ID: "p.A", Package: "p", Type: "A"}},
		Receives: []Receive{{Signal: "p.A", Receiver: f, Kind: Value}, {Signal: "p.A", Receiver: Func{Package: "p", Name: "x_y"}}, {Signal: "p.A", Receiver: f, Kind: Value}},
	})
	var got []string
	for _, row := range page.Receivers.Groups[0].Rows {
		got = append(got, row.ID)
	}
	if want := []string{"hear:p.x_y", "hear:p.x_y~"}; !slices.Equal(got, want) {
		t.Errorf("ids %q, want %q", got, want)
	}
}

// TestPageOfUnlistedSignals leaves out the ties of a signal that the model does not
// list, and names it where it is unknown.
func TestPageOfUnlistedSignals(t *testing.T) {
	gone := "p.Gone"
	page := newPage(&Model{
		Programs:  []Program{{Path: "example.com/p", Packages: []string{"example.com/p"}}},
		Sends:     []Send{{Signal: gone}},
		Receives:  []Receive{{Signal: gone}},
		Bridges:   []Bridge{{Signal: gone, Way: BridgeForward}},
		Annotated: []Annotated{{Signal: gone}},
		Unknown:   []Unknown{{Signal: gone}, {}},
	})
	if n := page.Senders.Len() + page.Signals.Len() + page.Receivers.Len(); n != 0 {
		t.Errorf("%d rows, want none", n)
	}
	if got := []string{page.Of, page.Unknown[0].Name, page.Unknown[1].Name, page.Unconnected[0].Text}; !slices.Equal(got, []string{"example.com/p", gone, "any signal", "a receiver of p.Gone"}) {
		t.Errorf("the page says %q", got)
	}
}

// TestForwardStandsOnBothSides has a signal go from other processes to others.
func TestForwardStandsOnBothSides(t *testing.T) {
	page := newPage(&Model{
		Signals: []Signal{{ID: "p.A", Package: "p", Type: "A"}},
		Bridges: []Bridge{{Signal: "p.A", Way: BridgeForward, In: Func{Package: "p", Name: "Relay"}}},
	})
	for _, column := range []*pageColumn{page.Senders, page.Receivers} {
		if group := column.Groups[0]; group.Label != "other processes" || group.Index != -1 || !group.Rows[0].Ties[0].Process {
			t.Errorf("%s has the group %+v", column.Kind, group)
		}
	}
}
