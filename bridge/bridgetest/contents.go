package bridgetest

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// contents are the promises about what is in an envelope.
var contents = []promise{
	{"EnvelopeIsKept", (*run).kept},
	{"SmallEnvelopeIsKept", (*run).keptSmall},
	{"AnyDataIsKept", (*run).anyData},
	{"BigDataIsKept", (*run).bigData},
	{"NamesOfAllForms", (*run).names},
	{"DoneContextIsAnError", (*run).doneContext},
}

func (r *run) kept() {
	m := r.join("all")
	want := r.envelope("Grüße, 世界")
	want.ID = "id with spaces, 100 % \"quoted\" and \\ and ü"
	want.Source = "//höst/program name?q=1#x"
	want.Time = time.Date(2024, 2, 29, 23, 59, 58, 123456789, time.UTC)
	want.ContentType = "text/plain; charset=utf-8"
	want.Key = "schlüssel/ключ/鍵: 1"
	want.TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	want.TraceState = "vendor=1,other=t61rcWkgMzE"
	want.Extensions = map[string]string{"tenant": "Łódź\n2", "n": "%41"}
	r.publishEnvelope(want)
	d := m.next()
	r.same(d.Envelope, want)
	d.Settle(nil)
}

// An envelope needs only the attributes that CloudEvents require.
func (r *run) keptSmall() {
	m := r.join("all")
	want := &bridge.Envelope{ID: "1", Source: "/", Type: r.typ}
	r.publishEnvelope(want)
	d := m.next()
	r.same(d.Envelope, want)
	d.Settle(nil)
}

// same compares envelopes.
func (r *run) same(got, want *bridge.Envelope) {
	r.Helper()
	for name, pair := range map[string][2]string{
		"id":           {got.ID, want.ID},
		"source":       {got.Source, want.Source},
		"type":         {got.Type, want.Type},
		"content type": {got.ContentType, want.ContentType},
		"key":          {got.Key, want.Key},
		"trace parent": {got.TraceParent, want.TraceParent},
		"trace state":  {got.TraceState, want.TraceState},
		"data":         {string(got.Data), string(want.Data)},
	} {
		if pair[0] != pair[1] {
			r.Errorf("%s: got %q, want %q", name, pair[0], pair[1])
		}
	}
	if !got.Time.Equal(want.Time) {
		r.Errorf("time: got %v, want %v", got.Time, want.Time)
	}
	if !maps.Equal(got.Extensions, want.Extensions) {
		r.Errorf("extensions: got %q, want %q", got.Extensions, want.Extensions)
	}
}

func (r *run) anyData() {
	m := r.join("all")
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, data := range []string{string(every), "\r\n\r\n", " ", "NATS/1.0\r\n", strings.Repeat("\x00", 100)} {
		r.publish(data)
		m.hear(data)
	}
}

func (r *run) bigData() {
	m := r.join("all")
	data := make([]byte, r.big)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(data)
	r.publish(string(data))
	d := m.next()
	if !bytes.Equal(d.Envelope.Data, data) {
		r.Errorf("got other data of %d bytes, want %d", len(d.Envelope.Data), len(data))
	}
	d.Settle(nil)
}

func (r *run) tooBig() {
	m := r.join("all")
	ctx, cancel := context.WithTimeout(r.Context(), r.patience)
	defer cancel()
	if err := r.transport.Publish(ctx, r.envelope(strings.Repeat("x", r.suite.tooBig))); err == nil {
		r.Errorf("%d bytes were published without an error", r.suite.tooBig)
	}
	r.publish("after")
	m.hear("after")
}

// Names that differ only in special characters are kept apart.
func (r *run) names() {
	typ := r.typ
	var members []*member
	for _, name := range []string{"a.b", "a_b", "a-b", "a/b", "A.b", "ab", ".", "-a", "a."} {
		r.typ = typ + name
		members = append(members, r.join(name), r.join("other"+name))
	}
	for _, m := range members[:2] {
		m.checkAlone(members[0].typ)
	}
	for i, name := range []string{"a.b", "a_b", "a-b", "a/b", "A.b", "ab", ".", "-a", "a."} {
		r.typ = typ + name
		r.publish(name)
		members[2*i].hear(name)
		members[2*i+1].hear(name)
	}
}

// checkAlone reports a delivery although nothing was published.
func (m *member) checkAlone(typ string) {
	m.Helper()
	select {
	case d := <-m.deliveries:
		m.Errorf("delivered %q of %s without a publish of %s", d.Envelope.Data, d.Envelope.Type, typ)
	default:
	}
}

func (r *run) doneContext() {
	m := r.join("all")
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	if err := r.transport.Publish(ctx, r.envelope("done")); err == nil {
		r.Error("publish with a ctx that is done: no error")
	}
	if err := r.transport.Subscribe(ctx, r.typ, "done", func(bridge.Delivery) {}); err == nil {
		r.Error("subscribe with a ctx that is done: no error")
	}
	r.publish("after")
	m.until("after", accept)
}

// async checks that what is published without waiting is stored, in order.
func (r *run) async(transport bridge.AsyncPublisher) {
	m := r.join("all")
	want := numbered("", 200)
	var stored []func() error
	for _, data := range want {
		stored = append(stored, transport.PublishAsync(r.Context(), r.envelope(data)))
	}
	for i, stored := range stored {
		if err := stored(); err != nil {
			r.Fatalf("publish %d: %v", i, err)
		}
	}
	m.hear(want...)
	if r.suite.tooBig > 0 {
		if err := transport.PublishAsync(r.Context(), r.envelope(strings.Repeat("x", r.suite.tooBig)))(); err == nil {
			r.Error("too much data is stored")
		}
	}
}
