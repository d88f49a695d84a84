package bridge_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// publishedOnce publishes a signal, ends that and returns what does not keep it.
func publishedOnce(b *Bridge, end func(s *kinds.StartedSignal)) weak.Pointer[kinds.StartedSignal] {
	s := new(kinds.StartedSignal)
	Publish(b, s)
	end(s)
	return weak.Make(s)
}

// A bridge does not keep the signals that it publishes no longer.
func TestForgetsWhatIsNotPublished(t *testing.T) {
	b := New(new(immediate))
	ends := map[string]func(s *kinds.StartedSignal){
		"disconnected": func(s *kinds.StartedSignal) { Publish(b, s).Disconnect() },
		"closed":       func(s *kinds.StartedSignal) { _ = s.Close(t.Context()) },
		"again": func(s *kinds.StartedSignal) {
			for range 3 {
				Publish(b, s).Disconnect()
			}
		},
	}
	signals := make(map[string]weak.Pointer[kinds.StartedSignal])
	for name, end := range ends {
		signals[name] = publishedOnce(b, end)
	}
	var other kinds.TickedSignal
	Publish(b, &other)
	signals["by Close"] = publishedOnce(b, func(*kinds.StartedSignal) { _ = b.Close(t.Context()) })
	signals["after Close"] = publishedOnce(b, func(*kinds.StartedSignal) {})
	runtime.GC()
	for name, s := range signals {
		if s.Value() != nil {
			t.Errorf("%s: the signal is kept", name)
		}
	}
	runtime.KeepAlive(b)
}

// keeping is a transport that keeps what is published until the test hands it over.
type keeping struct {
	handed
	sent []*Envelope
}

func (k *keeping) Publish(_ context.Context, e *Envelope) error {
	k.sent = append(k.sent, e)
	return nil
}

// What comes back of a publication that has ended is the signal's own all the same,
// as long as there is a subscription that skips that, and has an id of its own.
func TestSkipOwnOfAnEndedPublication(t *testing.T) {
	transport := &keeping{handed: handed{settled: make(chan error, 10)}}
	b := New(transport)
	heard := 0
	s := publishedOnce(b, func(s *kinds.StartedSignal) {
		s.Connect(func(context.Context, kinds.Started) error { heard++; return nil })
		if _, err := Receive(b, s, Group("all"), SkipOwn(), Dedupe(0)); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			conn := Publish(b, s)
			_ = s.Send(t.Context(), kinds.Started{})
			conn.Disconnect()
		}
		Publish(b, new(kinds.TickedSignal))
	})
	ids := make(map[string]bool)
	for _, e := range transport.sent {
		ids[e.ID] = true
		transport.handle(Delivery{Envelope: e, Settle: func(err error) { transport.settled <- err }})
	}
	if err := b.Close(t.Context()); err != nil || len(transport.settled) != 3 || len(ids) != 3 {
		t.Errorf("closed: %v; %d settled, ids %v, want 3", err, len(transport.settled), ids)
	}
	if heard != 3 {
		t.Errorf("heard %d times, want only the 3 times that it was sent", heard)
	}
	transport.handle = nil
	for range 1000 { // a goroutine of the subscription may be about to end
		if runtime.GC(); s.Value() == nil {
			break
		}
		runtime.Gosched()
	}
	if s.Value() != nil {
		t.Error("a closed bridge keeps the signal")
	}
	runtime.KeepAlive(b)
}
