package bridge_test

import (
	"context"
	"errors"
	"fmt"
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

var errBroker = errors.New("broker is down")

// stuck is a transport that stores nothing.
type stuck struct {
	publish func(ctx context.Context) error
}

func (s stuck) Publish(ctx context.Context, _ *Envelope) error { return s.publish(ctx) }
func (stuck) Subscribe(context.Context, string, string, Handler) error {
	return errBroker
}

func TestPublish(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport, Source("//test/shop"))
	var s kinds.QuotedSignal
	Publish(b, &s)
	before := time.Now()
	ctx := WithTrace(t.Context(), "00-4bf9-00f0-01", "vendor=1")
	for range 2 {
		if _, err := s.Send(ctx, "nail", 1, 2); err != nil {
			t.Fatal(err)
		}
	}
	all := transport.Published("kinds.quoted")
	if len(all) != 2 {
		t.Fatalf("published %d, want 2", len(all))
	}
	e := all[0]
	got := fmt.Sprintln(e.Source, e.Type, e.ContentType, e.Key, e.TraceParent, e.TraceState, string(e.Data))
	want := fmt.Sprintln("//test/shop", "kinds.quoted", "application/json", "", "00-4bf9-00f0-01", "vendor=1", `{"Item":"nail","Pieces":[1,2]}`)
	if got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	if e.ID == "" || e.ID == all[1].ID {
		t.Errorf("ids %q and %q", e.ID, all[1].ID)
	}
	if e.Time.Before(before) || e.Time.After(time.Now()) {
		t.Errorf("time %v", e.Time)
	}
}

func TestPublishSource(t *testing.T) {
	var transport bridgetest.Transport
	var s kinds.StartedSignal
	Publish(New(&transport, Source("")), &s)
	_ = s.Send(t.Context(), kinds.Started{})
	if source := transport.Published("kinds.started")[0].Source; !strings.HasPrefix(source, "//") || !strings.HasSuffix(source, "bridge.test") {
		t.Errorf("source %q, want //host/bridge.test", source)
	}
}

// The keys of a signal's sends: its sender, or what KeyBy says.
func TestPublishKey(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport)
	var set kinds.Signals
	Publish(b, &set.Moved)
	Publish(b, &set.Saved)
	Publish(b, &set.Started, KeyBy(func(data kinds.Started) string { return data.Addr }))
	_, _ = set.Moved.Send(t.Context(), "rook", 3)
	_ = set.Saved.Send(t.Context(), kinds.Saved{Sender: &kinds.Account{Name: "bob"}})
	_ = set.Saved.Send(t.Context(), kinds.Saved{})
	_ = set.Started.Send(t.Context(), kinds.Started{Addr: ":80"})
	for typ, want := range map[string][]string{
		"kinds.moved":   {"rook"},
		"kinds.saved":   {`{"Name":"bob"}`, ""},
		"kinds.started": {":80"},
	} {
		for i, e := range transport.Published(typ) {
			if e.Key != want[i] {
				t.Errorf("%s: key %q, want %q", typ, e.Key, want[i])
			}
		}
	}
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "found a key or a subject by int for kinds.started, wanted one by kinds.Started") {
			t.Errorf("panics with %q", got)
		}
	}()
	Publish(b, &set.Started, KeyBy(func(int) string { return "" }))
}

// Who publishes a signal twice has it published once.
func TestPublishTwice(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport)
	var s kinds.StartedSignal
	first := Publish(b, &s)
	if second := Publish(b, &s); second != first {
		t.Error("there are two connections")
	}
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Fatal(err)
	}
	if n := len(transport.Published(s.Name())); n != 1 {
		t.Errorf("published %d times, want once", n)
	}
	first.Disconnect()
	if again := Publish(b, &s); again == first || !again.Connected() {
		t.Error("it is not published again after a Disconnect")
	}
}

func TestNoTransport(t *testing.T) {
	defer func() {
		if got := recover(); got != "bridge: found a nil transport" {
			t.Errorf("panicked with %v", got)
		}
	}()
	New(nil)
}

// What is not stored is the send's error, and no local receiver is called.
func TestPublishFails(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport)
	var s kinds.StartedSignal
	called := 0
	s.Connect(func(context.Context, kinds.Started) error { called++; return nil })
	Publish(b, &s)
	transport.Break(errBroker)
	err := s.Send(t.Context(), kinds.Started{})
	var failed *runtime.ReceiverError
	if !errors.Is(err, errBroker) || !errors.As(err, &failed) || failed.Receiver.Name != "bridge" {
		t.Errorf("got %v", err)
	}
	if err := s.SendRobust(t.Context(), kinds.Started{}); !errors.Is(err, errBroker) {
		t.Errorf("got %v", err)
	}
	transport.Break(nil)
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Error(err)
	}
	if called != 2 {
		t.Errorf("the local receiver was called %d times, want twice", called)
	}
}

func TestPublishWaits(t *testing.T) {
	wait := stuck{func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
	for name, test := range map[string]struct {
		opts  []PublishOption
		limit time.Duration // of the sender's ctx
		want  time.Duration
		says  string
	}{
		"by default":           {nil, time.Hour, 30 * time.Second, "not published within 30s"},
		"as Timeout says":      {[]PublishOption{Timeout(time.Minute)}, time.Hour, time.Minute, "not published within 1m0s"},
		"as the ctx says":      {nil, time.Second, time.Second, "not published: context deadline exceeded"},
		"without a limit":      {[]PublishOption{Timeout(0)}, time.Hour, time.Hour, "not published: context deadline exceeded"},
		"the ctx first":        {[]PublishOption{Timeout(time.Minute)}, time.Second, time.Second, "not published: context"},
		"Timeout of the ctx's": {[]PublishOption{Timeout(time.Second)}, time.Second + 1, time.Second, "not published within 1s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s kinds.StartedSignal
				Publish(New(wait), &s, test.opts...)
				ctx, cancel := context.WithTimeout(t.Context(), test.limit)
				defer cancel()
				began := time.Now()
				err := s.Send(ctx, kinds.Started{})
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v, want one that says %q", err, test.says)
				}
				if took := time.Since(began); took != test.want {
					t.Errorf("took %v, want %v", took, test.want)
				}
			})
		})
	}
}

func TestPublishEnds(t *testing.T) {
	var transport bridgetest.Transport
	b := New(&transport)
	var s kinds.TickedSignal
	conn := Publish(b, &s)
	s.Send(t.Context(), 1)
	if !conn.Disconnect() {
		t.Error("not connected")
	}
	s.Send(t.Context(), 2)
	conn = Publish(b, &s)
	var none context.Context
	s.Send(none, 3) // whether a ctx is nil is the receivers' business
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if conn.Connected() || Publish(b, &s).Connected() {
		t.Error("published by a closed bridge")
	}
	s.Send(t.Context(), 4)
	if n := len(transport.Published("kinds.ticked")); n != 2 {
		t.Errorf("published %d, want 2", n)
	}
}

// Close waits for sends in flight until its ctx is done.
func TestCloseWaitsForPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(stuck{func(context.Context) error { time.Sleep(time.Minute); return nil }})
		var s kinds.StartedSignal
		Publish(b, &s)
		var sent atomic.Bool
		go func() {
			_ = s.Send(t.Context(), kinds.Started{})
			sent.Store(true)
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Close(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 sends") {
			t.Errorf("got %v", err)
		}
		err := b.Close(t.Context())
		synctest.Wait() // the send has yet to return
		if err != nil || !sent.Load() {
			t.Errorf("closed before the send in flight was published: %v", err)
		}
	})
}

func TestPublishWhatCannotBeEncoded(t *testing.T) {
	var transport bridgetest.Transport
	var s kinds.StoredSignal[string, any]
	Publish(New(&transport), &s)
	if err := s.Send(t.Context(), kinds.Stored[string, any]{Value: func() {}}); err == nil || !strings.Contains(err.Error(), "unsupported type: func()") {
		t.Errorf("got %v", err)
	}
}

func TestPropagate(t *testing.T) {
	var transport bridgetest.Transport
	type key struct{}
	b := New(&transport, Propagate(
		func(ctx context.Context, e *Envelope) {
			e.TraceParent += " and more"
			e.Extensions = map[string]string{ctx.Value(key{}).(string): "x"}
		},
		func(ctx context.Context, e *Envelope) context.Context {
			return context.WithValue(ctx, key{}, e.Extensions["tenant"])
		},
	))
	var s kinds.StartedSignal
	Publish(b, &s)
	ctx := context.WithValue(WithTrace(t.Context(), "trace", ""), key{}, "tenant")
	if err := s.Send(ctx, kinds.Started{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(context.WithValue(ctx, key{}, "No Name"), kinds.Started{}); err == nil || !strings.Contains(err.Error(), `"No Name"`) {
		t.Errorf("got %v", err)
	}
	heard := make(chan string, 2)
	var there kinds.StartedSignal
	there.Connect(func(ctx context.Context, _ kinds.Started) error {
		parent, _ := TraceFrom(ctx)
		heard <- parent
		heard <- ctx.Value(key{}).(string)
		return nil
	})
	receive(t, b, &there, Group("all"))
	if parent, tenant := <-heard, <-heard; parent != "trace and more" || tenant != "x" {
		t.Errorf("heard %q, %q", parent, tenant)
	}
}

// receive subscribes until the end of the test.
func receive[A any](t *testing.T, b *Bridge, s Signal[A], opts ...ReceiveOption) *Subscription {
	t.Helper()
	sub, err := Receive(b, s, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sub.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return sub
}
