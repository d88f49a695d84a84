package natsbridge

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"pgregory.net/rapid"
)

func TestSubjectsOfDeadLettersAreReadBack(t *testing.T) {
	s := settingsOf(nil)
	rapid.Check(t, func(t *rapid.T) {
		group, typ := names.Draw(t, "group"), names.Draw(t, "type")
		on := s.deadSubjects(group, typ)
		if gotGroup, gotTyp := s.parseDeadSubject(on); gotGroup != group || gotTyp != typ {
			t.Fatalf("%s is of %q and %q, want %q and %q", on, gotGroup, gotTyp, group, typ)
		}
	})
}

// TestConsumersAreReadBack has names of any length: those that are too long for the
// server have a hash in them.
func TestConsumersAreReadBack(t *testing.T) {
	s := settingsOf(nil)
	rapid.Check(t, func(t *rapid.T) {
		group := strings.Repeat(names.Draw(t, "group"), rapid.IntRange(1, 4).Draw(t, "times"))
		typ := names.Draw(t, "type")
		info := &jetstream.ConsumerInfo{Name: consumerName(group, typ), Config: jetstream.ConsumerConfig{
			Description:    fmt.Sprintf("group %s of signal %s", group, typ),
			FilterSubjects: []string{subject("signals", typ), "signals-retry.x"},
		}}
		if gotGroup, gotTyp := s.parseConsumer(info); gotGroup != group || gotTyp != typ {
			t.Fatalf("%s is of %q and %q, want %q and %q", info.Name, gotGroup, gotTyp, group, typ)
		}
	})
}

func TestOtherConsumersAreNotGroups(t *testing.T) {
	s := settingsOf(nil)
	for _, info := range []jetstream.ConsumerInfo{
		{Name: "backup"},
		{Name: "backup", Config: jetstream.ConsumerConfig{FilterSubject: "signals.>"}},
		{Name: "backup", Config: jetstream.ConsumerConfig{FilterSubject: "signals.order.placed"}},
		{Name: "backup", Config: jetstream.ConsumerConfig{FilterSubject: "signals.order.placed", Description: "group mailer of signal order.placed"}},
		{Name: "m@order~placed", Config: jetstream.ConsumerConfig{FilterSubject: "other.order.placed"}},
		{Name: "a b@order~placed", Config: jetstream.ConsumerConfig{FilterSubject: "signals.order.placed"}},
	} {
		if group, typ := s.parseConsumer(&info); group != "" {
			t.Errorf("%s %q is of group %q and signal %q", info.Name, info.Config.FilterSubject, group, typ)
		}
	}
}

// FuzzDeadLetter reads dead letters that anybody may have written. They must not
// lead out of the prefix, nor bring anything to a terminal.
func FuzzDeadLetter(f *testing.F) {
	f.Add("signals-dead.mailer.order.placed", "NATS/1.0\r\nSignalgen-Dead-Reason: no\r\nSignalgen-Dead-Cut: 7\r\nce-id: 1\r\n\r\n", []byte("{}"))
	f.Add("signals-dead.mailer.$JS.API.STREAM.DELETE.SIGNALS", "NATS/1.0\r\nSignalgen-Dead-Subject: $JS.API.STREAM.DELETE.SIGNALS\r\n\r\n", []byte(nil))
	f.Add("signals-dead.a%zz.b%2E%00", "NATS/1.0 404 No\r\nSignalgen-Dead-Attempts: -99999999999999999999\r\nNats-Rollup: all\r\n\r\n", []byte("x"))
	f.Add("signals-dead.>", "NATS/1.0\r\nSignalgen-Dead-Reason: \x1b]0;x\x07\xff\r\nSignalgen-Dead-Published: 9999-99-99T\r\n\r\n", []byte("x"))
	f.Add("$JS.API.STREAM.DELETE.SIGNALS", "", []byte("x"))
	transport := &Transport{settings: settingsOf(nil)}
	f.Fuzz(func(t *testing.T, on, header string, data []byte) {
		h, _ := nats.DecodeHeadersMsg([]byte(header))
		d := transport.settings.deadLetter(&jetstream.RawStreamMsg{Subject: on, Sequence: 1, Time: time.Now(), Header: h, Data: data})
		if strings.ContainsFunc(d.Reason, func(c rune) bool { return c < ' ' || c == 0x7f }) || len(d.Reason) > maxReason || d.Attempts < 0 || d.Cut < 0 {
			t.Fatalf("%+v", d)
		}
		d.Cut = 0 // what is cut is read from a server
		m, err := transport.replayMessage(t.Context(), d)
		if err != nil {
			if d.Signal != "" {
				t.Fatalf("%s of %q: %v", on, d.Signal, err)
			}
			return
		}
		if back := transport.settings.deadSubjects(d.Group, d.Signal); back != on {
			t.Fatalf("%s is read as the group %q and the signal %q, which are on %s", on, d.Group, d.Signal, back)
		}
		if !strings.HasPrefix(m.Subject, "signals.") || strings.ContainsAny(m.Subject, "*> \t\r\n") || strings.Contains(m.Subject, "..") {
			t.Fatalf("%s would be replayed to %s", on, m.Subject)
		}
		for name := range m.Header {
			if lower := strings.ToLower(name); strings.HasPrefix(lower, "nats-") || strings.HasPrefix(lower, "signalgen-dead-") {
				t.Fatalf("it would be replayed with the header %s", name)
			}
		}
	})
}
