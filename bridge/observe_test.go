package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
)

func TestObserve(t *testing.T) {
	log := captureLog(t)
	synctest.Test(t, func(t *testing.T) {
		var transport bridgetest.Transport
		transport.MaxAttempts = 2
		var mu sync.Mutex // guards what follows
		var told, published []string
		tell := func(to *[]string, args ...any) {
			mu.Lock()
			defer mu.Unlock()
			*to = append(*to, fmt.Sprint(args...))
		}
		observer := &Observer{
			Published: func(_ context.Context, p PublishInfo) {
				tell(&published, p.Signal, " ", p.Err != nil)
			},
			Delivered: func(_ context.Context, d DeliveryInfo) {
				tell(&told, d.Outcome, " ", d.Group, " ", d.Attempt, " ", d.Took.Round(time.Second), " ", d.Err != nil)
				panic("observer")
			},
		}
		quiet := ErrorHandler(func(_ context.Context, err *DeliveryError) {
			tell(&told, "failed, dead ", err.Dead)
		})
		b := New(&transport, Observe(observer), Observe(nil), Observe(&Observer{}), quiet)
		var s, heard kinds.StartedSignal
		Publish(b, &s)
		heard.Connect(func(_ context.Context, data kinds.Started) error {
			if data.Addr == "bad" {
				time.Sleep(time.Second)
				return errRefused
			}
			return nil
		})
		receive(t, b, &heard, Group("all"), Retry(2, 2*time.Second, 2*time.Second))
		wait := func() {
			if err := transport.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		_ = s.Send(t.Context(), kinds.Started{Addr: "good"})
		wait()
		_ = s.Send(t.Context(), kinds.Started{Addr: "bad"})
		wait()
		again := *transport.Published("kinds.started")[0]
		if err := transport.Publish(t.Context(), &again); err != nil {
			t.Fatal(err)
		}
		wait()
		transport.Break(errors.New("down"))
		_ = s.Send(t.Context(), kinds.Started{})
		mu.Lock()
		defer mu.Unlock()
		for i, line := range told {
			told[i] = strings.NewReplacer(" 3s ", " some ", " 4s ", " some ").Replace(line) // the pause varies by chance
		}
		want := []string{
			"acknowledged all 1 0s false",
			"failed, dead false", "retried all 1 some true",
			"failed, dead true", "dead all 2 some true",
			"skipped all 1 0s false",
		}
		if !slices.Equal(told, want) {
			t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
		if want := []string{"kinds.started false", "kinds.started false", "kinds.started true"}; !slices.Equal(published, want) {
			t.Errorf("published %q, want %q", published, want)
		}
		stats := b.Stats()
		if got, want := stats.Published, []PublishStats{{Signal: "kinds.started", Published: 2, Failed: 1}}; !slices.Equal(got, want) {
			t.Errorf("published %+v, want %+v", got, want)
		}
		if got, want := stats.Received, []ReceiveStats{{Signal: "kinds.started", Group: "all", Acknowledged: 1, Skipped: 1, Retried: 1, Dead: 1}}; !slices.Equal(got, want) {
			t.Errorf("received %+v, want %+v", got, want)
		}
		lag, err := b.Lag(t.Context(), "kinds.started", "all")
		if err != nil || lag != (Lag{Dead: 1}) {
			t.Errorf("lag %+v, %v", lag, err)
		}
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if n := strings.Count(log.String(), "observer of a bridge panicked"); n != 4 {
		t.Errorf("%d panics in the log, want 4", n)
	}
}

func TestStatsOfWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		hang := make(chan struct{})
		p.heard.Connect(func(context.Context, kinds.Started) error { <-hang; return nil })
		sub := receive(t, p.there, &p.heard, Group("all"))
		p.send(t, "a", "b")
		synctest.Wait()
		if got := sub.Stats(); got.InFlight != 2 || got.Slow != 0 {
			t.Errorf("%+v", got)
		}
		time.Sleep(61 * time.Second)
		if got := sub.Stats(); got.InFlight != 2 || got.Slow != 1 {
			t.Errorf("%+v", got)
		}
		if err := p.there.Health(t.Context()); err == nil || err.Error() != "bridge: kinds.started as all: 1 deliveries have taken more than 1m0s" {
			t.Errorf("health: %v", err)
		}
		close(hang)
		p.wait(t)
		synctest.Wait()
		if got := sub.Stats(); got.InFlight != 0 || got.Slow != 0 || got.Acknowledged != 2 {
			t.Errorf("%+v", got)
		}
		if err := p.there.Health(t.Context()); err != nil {
			t.Errorf("health: %v", err)
		}
		if err := sub.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Signals of one name, of several sets say, count together, and so do the subscriptions
// of one group: those who collect metrics want one series of each.
func TestStatsOfOneName(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport)
	var sent, other, heard kinds.StartedSignal
	Publish(b, &sent)
	Publish(b, &other)
	heard.Connect(func(context.Context, kinds.Started) error { return nil })
	for _, group := range []string{"mailer", "audit", "mailer"} {
		receive(t, b, &heard, Group(group))
	}
	for _, s := range []*kinds.StartedSignal{&sent, &other, &other} {
		if err := s.Send(t.Context(), kinds.Started{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	stats := b.Stats()
	if want := []PublishStats{{Signal: "kinds.started", Published: 3}}; !slices.Equal(stats.Published, want) {
		t.Errorf("published %+v, want %+v", stats.Published, want)
	}
	for i := range stats.Received {
		stats.Received[i].InFlight = 0 // a delivery may be about to end
	}
	if want := []ReceiveStats{
		{Signal: "kinds.started", Group: "audit", Acknowledged: 3},
		{Signal: "kinds.started", Group: "mailer", Acknowledged: 3},
	}; !slices.Equal(stats.Received, want) {
		t.Errorf("received %+v, want %+v", stats.Received, want)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestHealth(t *testing.T) {
	p := newPair()
	sub := receive(t, p.there, &p.heard, Group("all"))
	if err := p.there.Health(t.Context()); !errors.Is(err, ErrNoReceivers) || !strings.Contains(err.Error(), "kinds.started as all") {
		t.Errorf("without a receiver: %v", err)
	}
	p.heard.Connect(func(context.Context, kinds.Started) error { return nil })
	if err := p.there.Health(t.Context()); err != nil {
		t.Error(err)
	}
	down := errors.New("down")
	p.transport.Break(down)
	if err := p.there.Health(t.Context()); !errors.Is(err, down) {
		t.Errorf("without a broker: %v", err)
	}
	if err := sub.Close(t.Context()); err != nil {
		t.Error(err)
	}
	_ = p.there.Close(t.Context())
	if err := p.there.Health(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// A transport that has two methods only.
func TestTransportWithoutOptions(t *testing.T) {
	var s kinds.StartedSignal
	b := New(new(immediate))
	receive(t, b, &s, Group("all"))
	if _, err := b.Lag(t.Context(), "kinds.started", "all"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("lag: %v", err)
	}
	for _, opt := range []ReceiveOption{FromNow(), Broadcast(), AckWait(1), MaxDeliver(1), Backoff(1)} {
		if _, err := Receive(b, &s, Group("all"), opt); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("got %v", err)
		}
	}
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// Each member of a broadcast hears everything from now on.
func TestBroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		p.send(t, "past")
		var past, next atomic.Int32
		p.heard.Connect(func(_ context.Context, data kinds.Started) error {
			if data.Addr == "past" {
				past.Add(1)
			} else {
				next.Add(1)
			}
			return nil
		})
		one := receive(t, p.there, &p.heard, Broadcast())
		two := receive(t, p.there, &p.heard, Broadcast(), Group("cache"))
		p.send(t, "a")
		synctest.Wait()
		if past.Load() != 0 || next.Load() != 2 {
			t.Errorf("heard %d of the past and %d, want 0 and 2", past.Load(), next.Load())
		}
		if got := one.Stats().Group + " " + two.Stats().Group; !strings.HasPrefix(got, "broadcast-") || !strings.Contains(got, " cache-broadcast-") {
			t.Errorf("groups %s", got)
		}
		if err := errors.Join(one.Close(t.Context()), two.Close(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
