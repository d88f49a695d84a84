package embedded_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// wantLag waits until a group has the lag. Its oldest envelope, if it has one, is as old
// as want says at least, and was published after a time.
func wantLag(t *testing.T, transport *natsbridge.Transport, group string, want bridge.Lag, after time.Time) {
	t.Helper()
	var got bridge.Lag
	for range 200 {
		var err error
		if got, err = transport.Lag(t.Context(), placed, group); err != nil {
			t.Fatal(err)
		}
		if got.Waiting == want.Waiting && got.InFlight == want.InFlight && got.Dead == want.Dead {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if most := time.Since(after); got.Oldest < want.Oldest || got.Oldest > most || (got.Oldest == 0) != (want.Oldest == 0) {
		t.Errorf("the oldest is from %v ago, want %v to %v", got.Oldest, want.Oldest, most)
	}
	if got.Oldest = want.Oldest; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestLag(t *testing.T) {
	_, transport := shop(t, natsbridge.Prefetch(10))
	began := time.Now()
	publish(t, transport, 1, 20)
	published := time.Now()
	wantLag(t, transport, "mailer", bridge.Lag{Waiting: 20, Oldest: 1}, began) // nobody has asked yet
	heard := hear(t, t.Context(), transport, "mailer")
	wantLag(t, transport, "mailer", bridge.Lag{Waiting: 10, InFlight: 10, Oldest: 1}, began)
	next(t, heard).Settle(bridge.Poison(errors.New("no")))
	for range 18 {
		next(t, heard).Settle(nil)
	}
	last := time.Now()
	wantLag(t, transport, "mailer", bridge.Lag{InFlight: 1, Dead: 1, Oldest: last.Sub(published)}, began)
	next(t, heard).Settle(nil)
	wantLag(t, transport, "mailer", bridge.Lag{Dead: 1}, began)
	wantLag(t, transport, "audit", bridge.Lag{Waiting: 20, Oldest: 1}, began)
}

// TestLagOfARetry has an envelope that waits for its redelivery. It keeps its age.
func TestLagOfARetry(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	began := time.Now()
	publish(t, transport, 1, 1)
	published := time.Now()
	for range 3 {
		next(t, heard).Settle(errors.New("not yet"))
		wantLag(t, transport, "mailer", bridge.Lag{InFlight: 1, Oldest: time.Since(published)}, began)
	}
	next(t, heard).Settle(bridge.Poison(errors.New("never")))
	wantLag(t, transport, "mailer", bridge.Lag{Dead: 1}, time.Now())
	if d := letters(t, transport, 1)[0]; d.Original != 1 || d.Published.Before(began) || d.Published.After(published) || d.Attempts != 4 {
		t.Errorf("%+v", d)
	}
	if err := transport.Replay(t.Context(), 1); err != nil {
		t.Error(err)
	}
	next(t, heard).Settle(nil)
	wantLag(t, transport, "mailer", bridge.Lag{}, time.Now())
}

// TestLagOfAGroupFromNow has a group whose lag does not include earlier envelopes.
func TestLagOfAGroupFromNow(t *testing.T) {
	_, transport := shop(t, natsbridge.FromNow())
	publish(t, transport, 1, 3)
	time.Sleep(200 * time.Millisecond) // the age that the group must not have
	between := time.Now()
	heard := hear(t, t.Context(), transport, "mailer")
	wantLag(t, transport, "mailer", bridge.Lag{}, time.Now())
	publish(t, transport, 4, 4)
	wantLag(t, transport, "mailer", bridge.Lag{InFlight: 1, Oldest: 1}, between)
	next(t, heard).Settle(nil)
}

func TestGroups(t *testing.T) {
	server, transport := shop(t, natsbridge.Prefetch(1))
	groups := func() (all []string) {
		t.Helper()
		for g, err := range transport.Groups(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprintf("%s %s %q %d %d %d %t", g.Signal, g.Group, g.Consumer, g.Waiting, g.InFlight, g.Dead, g.Oldest > 0))
		}
		return all
	}
	want := func(want ...string) {
		t.Helper()
		var got []string
		for range 200 {
			if got = groups(); fmt.Sprint(got) == fmt.Sprint(want) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("%q, want %q", got, want)
	}
	want()
	mailer := hear(t, t.Context(), transport, "mail.er/eu")
	hear(t, t.Context(), transport, "audit")
	publish(t, transport, 1, 2)
	next(t, mailer).Settle(bridge.Poison(errors.New("no")))
	next(t, mailer).Settle(nil)
	if err := transport.Subscribe(t.Context(), "a.first", "audit", func(bridge.Delivery) {}); err != nil {
		t.Fatal(err)
	}
	forge(t, transport, "signals-dead.gone."+placed, nil)
	forge(t, transport, "signals-dead.x%zz."+placed, nil)
	want(`a.first audit "audit@a~first" 0 0 0 false`,
		`shop.order.placed audit "audit@shop~order~placed" 1 1 0 true`,
		`shop.order.placed gone "" 0 0 1 false`,
		`shop.order.placed mail.er/eu "mail~er+eu@shop~order~placed" 0 0 1 false`)
	transport.Groups(t.Context())(func(natsbridge.GroupInfo, error) bool { return false }) // a break leaves nothing behind
	long := strings.Repeat("a", 220)
	if err := transport.Subscribe(t.Context(), "a.first", long, func(bridge.Delivery) {}); err != nil {
		t.Fatal(err)
	}
	if got := groups(); !strings.HasPrefix(got[0], "a.first "+long+" ") {
		t.Errorf("%q", got)
	}
	server.Shutdown()
	for _, err := range transport.Groups(t.Context()) {
		if err == nil {
			t.Error("no error without a server")
		}
	}
	if _, err := transport.Lag(t.Context(), placed, "mailer"); err == nil {
		t.Error("no error without a server")
	}
}
