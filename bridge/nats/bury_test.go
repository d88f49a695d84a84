package natsbridge

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nats-io/nats.go"
)

func TestLine(t *testing.T) {
	if got := line(errors.New("one\r\n\ttwo  three")); got != "one two three" {
		t.Errorf("%q", got)
	}
	if got := line(errors.New(strings.Repeat("ü", maxReason))); len(got) > maxReason || !utf8.ValidString(got) {
		t.Errorf("%d bytes: %q", len(got), got)
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
