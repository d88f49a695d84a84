package natsbridge

import (
	"testing"

	"github.com/nats-io/nats.go"
	"pgregory.net/rapid"

	"github.com/signalgen/signalgen/bridge"
)

// TestParcelsAreUsedAgain packs envelopes one after another, of which nothing may be left in
// the next one.
func TestParcelsAreUsedAgain(t *testing.T) {
	few := rapid.SampledFrom([]string{"", "a", "b c"})
	rapid.Check(t, func(t *rapid.T) {
		e := &bridge.Envelope{
			ID: few.Draw(t, "id"), Source: few.Draw(t, "source"), Type: few.Draw(t, "type"),
			Key: few.Draw(t, "key"), Data: []byte(few.Draw(t, "data")),
		}
		prefix := few.Draw(t, "prefix")
		p := pack(e, prefix)
		defer p.free()
		if want := subject(prefix, e.Type); p.msg.Subject != want || string(p.msg.Data) != string(e.Data) {
			t.Fatalf("%q on %s, want %q on %s", p.msg.Data, p.msg.Subject, e.Data, want)
		}
		want := nats.Header{nats.MsgIdHdr: {escaped(e.Source) + " " + escaped(e.ID)}}
		for name, value := range e.Headers() {
			want[name] = []string{value}
		}
		if len(p.msg.Header) != len(want) {
			t.Fatalf("headers %v, want %v", p.msg.Header, want)
		}
		for name := range want {
			if p.msg.Header.Get(name) != want.Get(name) {
				t.Fatalf("header %s is %q, want %q", name, p.msg.Header.Get(name), want.Get(name))
			}
		}
	})
}

func escaped(text string) string {
	if text == "b c" {
		return "b%20c"
	}
	return text
}
