package bridgetest

import (
	"context"
	"errors"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// options are the promises of a [bridge.TransportWithOptions]. A transport that does not
// support an option returns an error that says so.
var options = []promise{
	{"FromNow", (*run).fromNow},
	{"Broadcast", (*run).broadcast},
	{"MaxDeliver", (*run).maxDeliver},
	{"Backoff", (*run).backoff},
}

// with subscribes with options. It returns false if the transport does not support them.
func (r *run) with(group string, opts bridge.SubscribeOptions) (*member, bool) {
	r.Helper()
	transport := r.transport.(bridge.TransportWithOptions)
	m, err := r.subscribe(func(ctx context.Context, handle bridge.Handler) error {
		return transport.SubscribeWith(ctx, r.typ, group, opts, handle)
	})
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, false
	}
	if err != nil {
		r.Fatalf("subscribe with %+v: %v", opts, err)
	}
	return m, true
}

func (r *run) fromNow() {
	r.join("all").leave() // a broker may drop what has no group
	r.publish("past")
	m, ok := r.with("new", bridge.SubscribeOptions{FromNow: true})
	if !ok {
		return
	}
	r.publish("now")
	m.hear("now")
	m.leave()
	r.publish("away")
	again, _ := r.with("new", bridge.SubscribeOptions{FromNow: true})
	again.hear("away")
}

func (r *run) broadcast() {
	r.publish("past")
	one, ok := r.with("one", bridge.SubscribeOptions{Broadcast: true})
	if !ok {
		return
	}
	other, _ := r.with("other", bridge.SubscribeOptions{Broadcast: true})
	r.publish("a", "b")
	one.hear("a", "b")
	other.hear("a", "b")
	one.leave()
	r.publish("c")
	other.hear("c")
}

// maxDeliver checks the number of deliveries, and what a transport says about the last.
func (r *run) maxDeliver() {
	m, ok := r.with("all", bridge.SubscribeOptions{MaxDeliver: 2, Backoff: []time.Duration{r.hold / 3}})
	if !ok {
		return
	}
	r.publish("bad")
	first := m.next()
	first.Settle(errRefused)
	second := m.next()
	if first.Attempt > 0 && (first.Attempt != 1 || second.Attempt != 2 || first.Last || !second.Last) {
		r.Errorf("attempts %d and %d, last %v and %v, want 1 and 2, false and true", first.Attempt, second.Attempt, first.Last, second.Last)
	}
	second.Settle(errRefused)
	r.publish("after")
	m.hear("after")
	select {
	case d := <-m.deliveries:
		r.Errorf("%q was redelivered as attempt %d", d.Envelope.Data, d.Attempt)
		d.Settle(nil)
	case <-time.After(r.hold):
	}
}

func (r *run) backoff() {
	pauses := []time.Duration{r.hold, 2 * r.hold}
	m, ok := r.with("all", bridge.SubscribeOptions{MaxDeliver: 4, Backoff: pauses})
	if !ok {
		return
	}
	r.publish("bad")
	d := m.next()
	for _, want := range append(pauses, pauses[1]) { // the last one repeats
		failed := time.Now()
		d.Settle(errRefused)
		d = m.next()
		if waited := time.Since(failed); waited < want*9/10 {
			r.Errorf("redelivered after %v, want %v", waited, want)
		}
	}
	d.Settle(nil)
}
