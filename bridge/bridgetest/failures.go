package bridgetest

import (
	"errors"
	"slices"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// settling are the promises about settling.
var settling = []promise{
	{"UnsettledIsNotRedelivered", (*run).held},
	{"SettleAfterTheEnd", (*run).settleAfter},
}

// failures are the promises about deliveries that fail.
var failures = []promise{
	{"FailureIsRedelivered", (*run).again},
	{"FailureDoesNotBlock", (*run).failureAside},
	{"PoisonDoesNotBlock", (*run).poisonAside},
}

var errRefused = errors.New("refused by the test")

// accept settles with nil.
func accept(bridge.Delivery) error { return nil }

func (r *run) inOrder() {
	m := r.join("all")
	want := numbered("", 100)
	r.publish(want...)
	m.hear(want...)
}

// Deliveries may be settled in any order, and from any goroutine.
func (r *run) settleAnyhow() {
	m := r.join("all")
	want := numbered("", 10)
	r.publish(want...)
	var all []bridge.Delivery
	for range want {
		all = append(all, m.next())
	}
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		for _, d := range slices.Backward(all) {
			d.Settle(nil)
		}
	}()
	<-settled
	r.publish("after")
	m.hear("after")
}

// held checks that a delivery that takes long is not redelivered meanwhile.
func (r *run) held() {
	m, other := r.join("all"), r.join("all")
	r.publish("long")
	var d bridge.Delivery
	select {
	case d = <-m.deliveries:
	case d = <-other.deliveries:
	case <-time.After(r.patience):
		r.Fatalf("no delivery within %v", r.patience)
	}
	select {
	case <-m.deliveries:
		r.Error("an unsettled delivery was redelivered")
	case <-other.deliveries:
		r.Error("an unsettled delivery was redelivered")
	case <-time.After(r.hold):
	}
	d.Settle(nil)
	r.publish("after")
	if heard := heardByAny([]string{"after"}, m, other); heard[0] != "after" {
		r.Errorf("heard %q, want %q", heard[0], "after")
	}
}

// A delivery may be settled after the subscription has ended.
func (r *run) settleAfter() {
	m := r.join("all")
	r.publish("before")
	d := m.next()
	m.leave()
	d.Settle(nil)
	r.publish("after")
	r.join("all").hear("after")
}

func (r *run) again() {
	m := r.join("all")
	r.publish("twice")
	first := m.next()
	first.Settle(errRefused)
	second := m.next()
	second.Settle(nil)
	if got := string(second.Envelope.Data); got != "twice" || second.Envelope.ID != first.Envelope.ID {
		r.Errorf("redelivered %q with id %q, want the first, with id %q", got, second.Envelope.ID, first.Envelope.ID)
	}
	if first.Attempt != 0 && (first.Attempt != 1 || second.Attempt != 2) {
		r.Errorf("attempts %d and %d, want 1 and 2, or 0 if they are not known", first.Attempt, second.Attempt)
	}
}

func (r *run) failureAside() {
	m := r.join("all")
	r.publish("bad")
	want := numbered("good ", 5)
	r.publish(want...)
	refused := false
	heard := m.collect(len(want)+1, func(d bridge.Delivery) error {
		if string(d.Envelope.Data) == "bad" && !refused {
			refused = true
			return errRefused
		}
		return nil
	})
	slices.Sort(heard)
	if want := append([]string{"bad"}, want...); !slices.Equal(heard, want) {
		r.Errorf("heard %q, want %q", heard, want)
	}
}

// collect takes deliveries until n are settled with nil, as settle says, and returns
// the data of these.
func (m *member) collect(n int, settle func(d bridge.Delivery) error) (heard []string) {
	m.Helper()
	for len(heard) < n {
		d := m.next()
		err := settle(d)
		d.Settle(err)
		if err == nil {
			heard = append(heard, string(d.Envelope.Data))
		}
	}
	return heard
}

func (r *run) poisonAside() {
	m := r.join("all")
	r.publish("poison", "good")
	r.poisonAndGood(m)
	r.publish("after")
	if heard := m.until("after", accept); len(heard) > 0 {
		r.Errorf("redelivered: %q", heard)
	}
}

// poisonAndGood settles one of the two deliveries as poison.
func (r *run) poisonAndGood(m *member) {
	r.Helper()
	var heard []string
	for range 2 {
		d := m.next()
		heard = append(heard, string(d.Envelope.Data))
		if heard[len(heard)-1] == "poison" {
			d.Settle(bridge.Poison(errRefused))
		} else {
			d.Settle(nil)
		}
	}
	slices.Sort(heard)
	if want := []string{"good", "poison"}; !slices.Equal(heard, want) {
		r.Fatalf("heard %q, want %q", heard, want)
	}
}

func (r *run) poisonLetter() {
	m := r.join("all")
	poison := r.envelope("poison")
	r.publishEnvelope(poison)
	r.publish("good")
	r.poisonAndGood(m)
	r.letters("all", poison.ID)
}

// letters waits until there are dead letters, and checks their ids.
func (r *run) letters(group string, want ...string) {
	r.Helper()
	deadline := time.Now().Add(r.patience)
	for {
		got := r.list(r.T, r.transport, r.typ, group)
		if slices.Equal(got, want) {
			return
		}
		if len(got) >= len(want) || time.Now().After(deadline) {
			r.Fatalf("dead letters %q, want %q", got, want)
		}
		time.Sleep(10 * time.Millisecond) // a broker does not say when
	}
}

// limit checks that what always fails becomes a dead letter.
func (r *run) limit() {
	m, other := r.join("all"), r.join("other")
	bad := r.envelope("bad")
	r.publishEnvelope(bad)
	other.hear("bad")
	attempts := 0
	deadline := time.Now().Add(r.patience)
	for len(r.list(r.T, r.transport, r.typ, "all")) == 0 && time.Now().Before(deadline) {
		select {
		case d := <-m.deliveries:
			attempts++
			d.Settle(errRefused)
		case <-time.After(10 * time.Millisecond):
		}
	}
	r.letters("all", bad.ID)
	if attempts < 2 {
		r.Errorf("delivered %d times, want at least twice", attempts)
	}
	if of := r.list(r.T, r.transport, r.typ, "other"); len(of) > 0 {
		r.Errorf("dead letters of the other group: %q", of)
	}
	r.publish("after")
	m.hear("after")
	other.hear("after")
}

func (r *run) replayed() {
	m, other := r.join("all"), r.join("other")
	poison := r.envelope("poison")
	r.publishEnvelope(poison)
	other.hear("poison")
	m.next().Settle(bridge.Poison(errRefused))
	r.letters("all", poison.ID)
	r.replay(r.T, r.transport, r.typ, "all")
	d := m.next()
	if d.Envelope.ID != poison.ID || string(d.Envelope.Data) != "poison" {
		r.Errorf("replayed %q with id %q, want %q with id %q", d.Envelope.Data, d.Envelope.ID, "poison", poison.ID)
	}
	d.Settle(nil)
	r.publish("after")
	m.hear("after")
	other.hear("after")
	r.letters("all")
}
