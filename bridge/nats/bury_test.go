package natsbridge

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"one\r\n\ttwo  three":                     "one two three",
		"\x1b[2J\x07 bell, \u009b and \u202edrow": "?[2J? bell, ? and ?drow",
		"half a rune \xc3":                        "half a rune ?",
		"zero\x00":                                "zero?",
		strings.Repeat("ü", maxReason):            strings.Repeat("ü", maxReason/2),
		"a" + strings.Repeat("ü", maxReason):      "a" + strings.Repeat("ü", maxReason/2-1),
		strings.Repeat("€", maxReason):            strings.Repeat("€", maxReason/3),
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestCut looks whether a dead letter fits, whatever the message was, and keeps what
// it can.
func TestCut(t *testing.T) {
	for _, test := range []struct {
		name   string
		values map[string]int // of headers, by their size
		data   int
		keeps  string // a header
		loses  string
		cut    int
	}{
		{name: "fits", values: map[string]int{"a": 100}, data: 1000, keeps: "a"},
		{name: "large data", values: map[string]int{"a": 100}, data: 1 << 20, keeps: "a", cut: 1 << 20},
		{name: "one large header", values: map[string]int{"a": 60_000, "b": 5_400}, data: 1000, keeps: "b", loses: "a", cut: 60_000 + len("a: \r\n")},
		{name: "both", values: map[string]int{"a": 65_000, "b": 300}, data: 1 << 20, keeps: "b", loses: "a", cut: 65_000 + len("a: \r\n") + 1<<20},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := nats.Header{nats.MsgIdHdr: {"id"}, deadReasonHeader: {strings.Repeat("x", maxReason)}}
			for name, size := range test.values {
				h[name] = []string{strings.Repeat("x", size)}
			}
			m := &nats.Msg{Header: h, Data: make([]byte, test.data)}
			cut(m, 1<<20)
			if headerSize(m.Header) > maxHeader || size(m) > 1<<20 {
				t.Errorf("headers of %d bytes, %d in all", headerSize(m.Header), size(m))
			}
			if m.Header[test.keeps] == nil || m.Header[test.loses] != nil || count(m.Header.Get(deadCutHeader)) != test.cut || m.Header.Get(nats.MsgIdHdr) != "id" {
				t.Errorf("%d bytes are cut, want %d; left %v", count(m.Header.Get(deadCutHeader)), test.cut, slices.Sorted(maps.Keys(m.Header)))
			}
		})
	}
}

func TestOwnLeavesOutWhatIsNotTheEnvelopes(t *testing.T) {
	got := envelopeHeaders(nats.Header{"Ce-Id": {"1"}, "nats-rollup": {"all"}, "Nats-TTL": {"1s"}, "signalgen-dead-cut": {"7"}, "a b": {"x"}, "a/b": {"x"}, "": {"x"}, "ü": {"x"}})
	if len(got) != 1 || got.Get("Ce-Id") != "1" {
		t.Error(got)
	}
}

// TestSize looks whether size is what goes over the wire.
func TestSize(t *testing.T) {
	m := &nats.Msg{Subject: "a", Header: nats.Header{"ce-id": {"1"}, "ce-type": {"order", "placed"}}, Data: []byte("data")}
	empty := &nats.Msg{Subject: "a"}
	if got, want := size(m), int64(m.Size()-empty.Size()); got != want {
		t.Errorf("%d, want %d", got, want)
	}
}
