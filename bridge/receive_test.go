package bridge_test

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
)

var errRefused = errors.New("refused")

// A pair is two processes as far as a test is concerned: one publishes its Started,
// the other receives it.
type pair struct {
	transport   bridgetest.Transport
	here, there *Bridge
	sent, heard kinds.StartedSignal
	failed      []*DeliveryError
}

func newPair(opts ...Option) *pair {
	p := new(pair)
	p.here = New(&p.transport)
	p.there = New(&p.transport, append([]Option{ErrorHandler(func(_ context.Context, err *DeliveryError) {
		p.failed = append(p.failed, err)
	})}, opts...)...)
	Publish(p.here, &p.sent)
	return p
}

// send sends each of the addresses.
func (p *pair) send(t *testing.T, addrs ...string) {
	t.Helper()
	for _, addr := range addrs {
		if err := p.sent.Send(t.Context(), kinds.Started{Addr: addr}); err != nil {
			t.Fatal(err)
		}
	}
}

// wait waits until all is settled.
func (p *pair) wait(t *testing.T) {
	t.Helper()
	if err := p.transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestReceive(t *testing.T) {
	p := newPair()
	var heard []kinds.Started
	p.heard.Connect(func(ctx context.Context, data kinds.Started) error {
		heard = append(heard, data)
		e, ok := EnvelopeFrom(ctx)
		if !ok || e.Type != "kinds.started" {
			t.Errorf("envelope %+v, %v", e, ok)
		}
		return nil
	})
	receive(t, p.there, &p.heard, Group("mailer"))
	want := []kinds.Started{{Addr: "a", N: 1, At: time.Unix(7, 0).UTC()}, {Addr: "b"}}
	for _, data := range want {
		_ = p.sent.Send(t.Context(), data)
	}
	p.wait(t)
	if !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	if _, ok := EnvelopeFrom(t.Context()); ok {
		t.Error("an envelope of a local send")
	}
}

// Without a receiver a delivery fails, and is redelivered.
func TestReceiveBeforeConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		if _, err := Receive(p.there, &p.heard, Group("all")); err != nil {
			t.Fatal(err)
		}
		p.send(t, "a")
		time.Sleep(50 * time.Millisecond)
		heard := 0
		p.heard.Connect(func(context.Context, kinds.Started) error { heard++; return nil })
		p.wait(t)
		if heard != 1 {
			t.Errorf("heard %d times, want once", heard)
		}
		unmute := p.heard.Mute()
		p.send(t, "b")
		p.wait(t)
		unmute()
		letters := p.transport.DeadLetters("kinds.started", "all")
		if heard != 1 || len(letters) != 1 || !errors.Is(p.failed[0], ErrNoReceivers) {
			t.Errorf("muted: heard %d times, dead letters %v, failed %v", heard, letters, p.failed)
		}
		if err := p.there.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Serve receives until its ctx is done, and then waits for what is in flight.
func TestServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		heard := 0
		p.heard.Connect(func(context.Context, kinds.Started) error {
			time.Sleep(time.Minute)
			heard++
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- Serve(ctx, p.there, &p.heard, Group("all")) }()
		synctest.Wait()
		p.send(t, "a")
		synctest.Wait()
		cancel()
		if err := <-served; err != nil || heard != 1 {
			t.Errorf("served: %v; heard %d times, want once", err, heard)
		}

		if err := Serve(t.Context(), p.there, &p.heard); err == nil {
			t.Error("served no group")
		}
		go func() { served <- Serve(t.Context(), p.there, &p.heard, Group("all")) }()
		synctest.Wait()
		if err := p.there.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, ErrClosed) {
			t.Errorf("served on a closed bridge: %v", err)
		}
	})
}

// What a receiver returns besides an error is dropped, and a receiver of one sender hears
// only that sender.
func TestReceiveFromSender(t *testing.T) {
	var transport bridgetest.Transport
	var sent, received kinds.MovedSignal
	Publish(New(&transport), &sent)
	var heard []string
	received.ConnectFrom("rook", func(_ context.Context, sender string, n int) (bool, error) {
		heard = append(heard, fmt.Sprint(sender, n))
		return true, nil
	})
	receive(t, New(&transport), &received, Group("all"), InFlight(1))
	for n, sender := range []string{"rook", "pawn", "rook"} {
		if _, err := sent.Send(t.Context(), sender, n); err != nil {
			t.Fatal(err)
		}
	}
	if err := transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"rook0", "rook2"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

func TestReceiveErrors(t *testing.T) {
	var transport bridgetest.Transport
	closed := New(&transport)
	if err := closed.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var started kinds.StartedSignal
	var stored kinds.StoredSignal[string, fmt.Stringer]
	for want, receive := range map[string]func() (*Subscription, error){
		"bridge: receive kinds.started: found no group": func() (*Subscription, error) {
			return Receive(New(&transport), &started)
		},
		`found group "my group", wanted letters`: func() (*Subscription, error) {
			return Receive(New(&transport), &started, Group("my group"))
		},
		"bridge is closed": func() (*Subscription, error) {
			return Receive(closed, &started, Group("all"))
		},
		"field Value: fmt.Stringer is an interface with methods": func() (*Subscription, error) {
			return Receive(New(&transport), &stored, Group("all"))
		},
		"broker is down": func() (*Subscription, error) {
			return Receive(New(stuck{}), &started, Group("all"))
		},
	} {
		if sub, err := receive(); sub != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, %v, want %s", sub, err, want)
		}
	}
}

// A delivery that fails is retried in this process with growing delays, then redelivered,
// and in the end becomes a dead letter.
func TestReceiveRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		p.transport.MaxAttempts = 2
		var at []time.Duration
		began := time.Now()
		p.heard.Connect(func(context.Context, kinds.Started) error {
			at = append(at, time.Since(began))
			if len(at) == 2 {
				panic(errRefused)
			}
			return errRefused
		})
		receive(t, p.there, &p.heard, Group("all"), Retry(3, time.Second, time.Minute))
		p.send(t, "a")
		p.wait(t)
		if len(at) != 6 {
			t.Fatalf("called %d times, want 6", len(at))
		}
		for i, limits := range [][2]time.Duration{{0, 0}, {time.Second / 2, time.Second}, {time.Second, 2 * time.Second}, {0, 0}} {
			var since time.Duration
			if i > 0 {
				since = at[i] - at[i-1]
			}
			if since < limits[0] || since > limits[1] {
				t.Errorf("call %d: %v after the one before, want %v to %v", i, since, limits[0], limits[1])
			}
		}
		letters := p.transport.DeadLetters("kinds.started", "all")
		if len(letters) != 1 || letters[0].Attempt != 2 || !errors.Is(letters[0].Err, errRefused) {
			t.Errorf("dead letters %+v", letters)
		}
		if len(p.failed) != 2 || p.failed[1].Attempt != 2 || p.failed[1].Group != "all" || !errors.Is(p.failed[0], errRefused) {
			t.Errorf("the error handler got %v", p.failed)
		}
	})
}

// A delivery that succeeds after a retry is acknowledged, and the next one of its key
// begins after it.
func TestReceiveRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		var heard []string
		p.heard.Connect(func(_ context.Context, data kinds.Started) error {
			heard = append(heard, data.Addr)
			if len(heard) < 3 {
				return errRefused
			}
			return nil
		})
		receive(t, p.there, &p.heard, Group("all"))
		p.send(t, "a", "b")
		p.wait(t)
		if want := []string{"a", "a", "a", "b"}; !slices.Equal(heard, want) || len(p.failed) > 0 {
			t.Errorf("heard %q, want %q; failed %v", heard, want, p.failed)
		}
	})
}

func TestReceivePoison(t *testing.T) {
	p := newPair()
	called := 0
	p.heard.Connect(func(_ context.Context, data kinds.Started) error {
		if called++; data.Addr == "bad" {
			return fmt.Errorf("reading: %w", Poison(errRefused))
		}
		return nil
	})
	receive(t, p.there, &p.heard, Group("all"))
	for _, data := range []struct{ contentType, data string }{
		{"application/json", `{"Addr":`}, {"application/json", ``}, {"application/json", `{"Addr":7}`}, {"text/plain", `{}`},
	} {
		e := &Envelope{ID: data.data + data.contentType, Source: "/", Type: "kinds.started", ContentType: data.contentType, Data: []byte(data.data)}
		if err := p.transport.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	p.send(t, "bad", "good")
	p.wait(t)
	letters := p.transport.DeadLetters("kinds.started", "all")
	if called != 2 || len(letters) != 5 {
		t.Errorf("called %d times, want 2; %d dead letters, want 5", called, len(letters))
	}
	for _, want := range []struct {
		text    string
		poison  bool
		attempt int // a member of another version may be able to read it
	}{
		{"decode data: unexpected end", true, 1},
		{"decode data: unexpected end", true, 1},
		{"reading: refused", true, 1},
		{"cannot unmarshal number", false, 5},
		{`found data of type "text/plain", wanted application/json`, false, 5},
	} {
		i := slices.IndexFunc(letters, func(l bridgetest.DeadLetter) bool {
			return IsPoison(l.Err) == want.poison && l.Attempt == want.attempt && strings.Contains(l.Err.Error(), want.text)
		})
		if i < 0 {
			t.Errorf("dead letters %v, want one with %v", letters, want)
			continue
		}
		letters = slices.Delete(letters, i, i+1)
	}
}

// explosive panics when it is read.
type explosive struct{}

func (*explosive) UnmarshalJSON([]byte) error { panic(errRefused) }

// A panic of a decoder does not end the process: it makes the delivery poison.
func TestReceivePanicOfCodec(t *testing.T) {
	var transport bridgetest.Transport
	var s kinds.StoredSignal[string, explosive]
	Publish(New(&transport), &s)
	quiet := ErrorHandler(func(context.Context, *DeliveryError) {})
	receive(t, New(&transport, quiet), new(kinds.StoredSignal[string, explosive]), Group("all"))
	_ = s.Send(t.Context(), kinds.Stored[string, explosive]{})
	_ = transport.Wait(t.Context())
	letters := transport.DeadLetters("kinds.stored", "all")
	var panicked *runtime.PanicError
	if len(letters) != 1 || !errors.As(letters[0].Err, &panicked) || !errors.Is(panicked, errRefused) {
		t.Errorf("dead letters %v", letters)
	}
}

// A receiver that ends its goroutine does not end the subscription.
func TestReceiveGoexit(t *testing.T) {
	p := newPair()
	var calls atomic.Int32
	p.heard.Connect(func(context.Context, kinds.Started) error {
		if calls.Add(1) == 1 {
			goruntime.Goexit()
		}
		return nil
	})
	receive(t, p.there, &p.heard, Group("all"))
	p.send(t, "a", "b")
	p.wait(t)
	if calls.Load() != 3 || len(p.failed) != 1 || !errors.Is(p.failed[0], runtime.ErrGoexit) {
		t.Errorf("called %d times, want 3; failed %v", calls.Load(), p.failed)
	}
}

// What was acknowledged is not heard again within the window.
func TestReceiveOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, test := range map[string]struct {
			opts []ReceiveOption
			want []string
		}{
			"by default": {nil, []string{"a", "b", "a"}},
			"never":      {[]ReceiveOption{Dedupe(0)}, []string{"a", "a", "b", "a"}},
		} {
			p := newPair()
			var heard []string
			p.heard.Connect(func(_ context.Context, data kinds.Started) error { heard = append(heard, data.Addr); return nil })
			sub := receive(t, p.there, &p.heard, append(test.opts, Group("all"))...)
			repeat := func() { _ = p.transport.Publish(t.Context(), p.transport.Published("kinds.started")[0]) }
			p.send(t, "a")
			repeat()
			p.send(t, "b")
			p.wait(t)
			time.Sleep(4 * time.Minute)
			repeat()
			p.wait(t)
			if !slices.Equal(heard, test.want) {
				t.Errorf("%s: heard %q, want %q", name, heard, test.want)
			}
			_ = sub.Close(t.Context())
		}
	})
}

// With SkipOwn, receivers do not hear what their bridge has published, but what others
// have.
func TestSkipOwn(t *testing.T) {
	for _, skip := range []bool{false, true} {
		p := newPair()
		var heard []string
		p.heard.Connect(func(ctx context.Context, data kinds.Started) error {
			if _, received := EnvelopeFrom(ctx); received {
				heard = append(heard, data.Addr)
			}
			return nil
		})
		Publish(p.there, &p.heard)
		opts := []ReceiveOption{Group("all")}
		if skip {
			opts = append(opts, SkipOwn())
		}
		receive(t, p.there, &p.heard, opts...)
		p.send(t, "other")
		p.wait(t)
		_ = p.heard.Send(t.Context(), kinds.Started{Addr: "own"})
		// A second signal with that name at the same bridge is a different signal.
		var second kinds.StartedSignal
		Publish(p.there, &second)
		_ = second.Send(t.Context(), kinds.Started{Addr: "second"})
		p.wait(t)
		want := []string{"other", "own", "second"}
		if skip {
			want = []string{"other", "second"}
		}
		if !slices.Equal(heard, want) {
			t.Errorf("skip %v: heard %q, want %q", skip, heard, want)
		}
	}
}

// A bridge does not publish a signal again that it has received.
func TestNoLoop(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport)
	var in, out kinds.StartedSignal // one stable name
	var other kinds.TickedSignal
	in.Connect(out.Send)
	again := false
	in.Connect(func(ctx context.Context, data kinds.Started) error {
		other.Send(ctx, 1)
		if data.Addr == "anew" && !again {
			again = true
			return out.Send(Anew(ctx), kinds.Started{Addr: "again"})
		}
		return nil
	})
	Publish(b, &in)
	Publish(b, &out)
	Publish(b, &other)
	second := new(bridgetest.Transport)
	Publish(New(second), &out)
	receive(t, b, &in, Group("all"))
	for _, addr := range []string{"a", "anew"} {
		e := &Envelope{ID: addr, Source: "/", Type: "kinds.started", Data: []byte(`{"Addr":"` + addr + `"}`)}
		if err := transport.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	var published []string
	for _, e := range transport.Published("kinds.started") {
		published = append(published, string(e.Data[9:10]))
	}
	if n := len(published); n != 3 {
		t.Errorf("published %d: %q, want what came and what was sent anew", n, published)
	}
	if n := len(transport.Published("kinds.ticked")); n != 3 {
		t.Errorf("published the other signal %d times, want 3", n)
	}
	if n := len(second.Published("kinds.started")); n != 4 {
		t.Errorf("the second bridge published %d, want 4", n)
	}
}

// Close waits for the deliveries in flight, and no more begin.
func TestCloseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		var heard []string
		p.heard.Connect(func(_ context.Context, data kinds.Started) error {
			time.Sleep(time.Minute)
			heard = append(heard, data.Addr)
			return nil
		})
		if _, err := Receive(p.there, &p.heard, Group("all"), InFlight(2)); err != nil {
			t.Fatal(err)
		}
		p.send(t, "a", "b", "c", "d")
		synctest.Wait()
		if err := p.there.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if want := []string{"a", "b"}; !slices.Equal(heard, want) {
			t.Errorf("heard %q, want %q", heard, want)
		}
		var rest []string
		var other kinds.StartedSignal
		other.Connect(func(_ context.Context, data kinds.Started) error { rest = append(rest, data.Addr); return nil })
		receive(t, p.here, &other, Group("all"))
		p.wait(t)
		if want := []string{"c", "d"}; !slices.Equal(rest, want) {
			t.Errorf("then heard %q, want %q", rest, want)
		}
	})
}

// When Close does not wait any longer, receivers are told, and what has not begun
// goes back.
func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		var heard []string
		p.heard.Connect(func(ctx context.Context, data kinds.Started) error {
			heard = append(heard, data.Addr)
			<-ctx.Done()
			return ctx.Err()
		})
		sub, err := Receive(p.there, &p.heard, Group("all"))
		if err != nil {
			t.Fatal(err)
		}
		p.send(t, "a", "b")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := sub.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "kinds.started as all: closed with 2 deliveries in flight") {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if err := sub.Close(t.Context()); err != nil {
			t.Errorf("a second Close: %v", err)
		}
		if want := []string{"a"}; !slices.Equal(heard, want) {
			t.Errorf("heard %q, want %q", heard, want)
		}
		var rest []string
		var other kinds.StartedSignal
		other.Connect(func(_ context.Context, data kinds.Started) error { rest = append(rest, data.Addr); return nil })
		receive(t, p.here, &other, Group("all"))
		p.wait(t)
		if want := []string{"a", "b"}; !slices.Equal(rest, want) {
			t.Errorf("then heard %q, want %q", rest, want)
		}
	})
}

// Close does not wait for a delivery to be tried again.
func TestCloseEndsRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		p.heard.Connect(func(context.Context, kinds.Started) error { return errRefused })
		sub := receive(t, p.there, &p.heard, Group("all"), Retry(9, time.Hour, 100*time.Hour))
		p.send(t, "a")
		synctest.Wait()
		began := time.Now()
		if err := sub.Close(t.Context()); err != nil || time.Since(began) > 0 {
			t.Errorf("took %v; %v", time.Since(began), err)
		}
	})
}

// Unordered deliveries do not wait for each other.
func TestUnordered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair()
		var heard atomic.Int32
		p.heard.Connect(func(context.Context, kinds.Started) error {
			time.Sleep(time.Minute)
			heard.Add(1)
			return nil
		})
		receive(t, p.there, &p.heard, Group("all"), Unordered(), InFlight(3))
		p.send(t, "a", "b", "c", "d")
		began := time.Now()
		p.wait(t)
		if took := time.Since(began); heard.Load() != 4 || took != 2*time.Minute {
			t.Errorf("heard %d in %v, want 4 in 2m", heard.Load(), took)
		}
	})
}

func TestDefaultErrorHandler(t *testing.T) {
	log := captureLog(t)
	p := newPair(ErrorHandler(nil))
	p.heard.Connect(func(context.Context, kinds.Started) error { return Poison(errRefused) })
	receive(t, p.there, &p.heard, Group("mailer"))
	p.send(t, "a")
	p.wait(t)
	for _, want := range []string{"level=ERROR", "signal=kinds.started", "group=mailer", "attempt=1", "dead=true", "refused"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, log)
		}
	}
}
