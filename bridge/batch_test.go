package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
)

// far is a transport that takes a second to store anything, of which it begins with any
// number at the same time.
type far struct {
	bridgetest.Transport
	refuse func(e *Envelope) bool

	mu               sync.Mutex // guards what follows
	underWay, atMost int
}

func (f *far) Publish(ctx context.Context, e *Envelope) error { return f.PublishAsync(ctx, e)() }

func (f *far) PublishAsync(ctx context.Context, e *Envelope) func() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.underWay++
	f.atMost = max(f.atMost, f.underWay)
	arrives := time.Now().Add(time.Second)
	return func() error {
		select {
		case <-time.After(time.Until(arrives)):
		case <-ctx.Done():
			return ctx.Err()
		}
		f.mu.Lock()
		f.underWay--
		f.mu.Unlock()
		if f.refuse != nil && f.refuse(e) {
			return errRefused
		}
		return f.Transport.Publish(ctx, e)
	}
}

func TestBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := new(far)
		b := New(transport)
		var s kinds.StartedSignal
		Publish(b, &s)
		began := time.Now()
		const n = 10_000
		var late context.Context
		err := Batch(t.Context(), func(ctx context.Context) error {
			late = ctx
			for i := range n {
				if err := s.Send(ctx, kinds.Started{N: int64(i)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 3*time.Second { // 4,096 at a time
			t.Errorf("took %v", took)
		}
		all := transport.Published("kinds.started")
		if len(all) != n || transport.atMost > 4097 {
			t.Errorf("%d stored, %d under way, want %d, at most 4097", len(all), transport.atMost, n)
		}
		for i, e := range all {
			if !strings.Contains(string(e.Data), fmt.Sprintf(`"N":%d,`, i)) {
				t.Fatalf("%d is %s", i, e.Data)
			}
		}
		if stats := b.Stats().Published[0]; stats.Published != n || stats.InFlight != 0 {
			t.Errorf("%+v", stats)
		}
		began = time.Now()
		if err := s.Send(late, kinds.Started{}); err != nil || time.Since(began) != time.Second {
			t.Errorf("a send after the batch: %v after %v", err, time.Since(began))
		}
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestBatchFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := &far{refuse: func(e *Envelope) bool { return strings.Contains(string(e.Data), "bad") }}
		b := New(transport)
		var s kinds.StartedSignal
		Publish(b, &s)
		enough := errors.New("enough")
		err := Batch(t.Context(), func(ctx context.Context) error {
			for _, addr := range []string{"good", "bad 1", "bad 2", "good"} {
				if err := s.Send(ctx, kinds.Started{Addr: addr}); err != nil {
					t.Errorf("send: %v", err)
				}
			}
			return enough
		})
		if !errors.Is(err, errRefused) || !errors.Is(err, enough) || !strings.Contains(err.Error(), "2 of 4 sends failed; the first: not published: refused") {
			t.Errorf("got %v", err)
		}
		if stats := b.Stats().Published[0]; stats.Published != 2 || stats.Failed != 2 || stats.InFlight != 0 {
			t.Errorf("%+v", stats)
		}
	})
}

// Close waits for a batch that is under way.
func TestCloseWaitsForBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := new(far)
		b := New(transport)
		var s kinds.StartedSignal
		Publish(b, &s)
		go func() {
			_ = Batch(t.Context(), func(ctx context.Context) error { return s.Send(ctx, kinds.Started{}) })
		}()
		synctest.Wait()
		if err := b.Close(t.Context()); err != nil || len(transport.Published("kinds.started")) != 1 {
			t.Errorf("closed with %v, %d stored", err, len(transport.Published("kinds.started")))
		}
	})
}

// A transport that cannot do it stores one after another, during the send.
func TestBatchOfOthers(t *testing.T) {
	var transport bridgetest.Transport
	var s kinds.StartedSignal
	Publish(New(&transport), &s)
	err := Batch(t.Context(), func(ctx context.Context) error {
		_ = s.Send(ctx, kinds.Started{})
		if n := len(transport.Published("kinds.started")); n != 1 {
			t.Errorf("%d stored after the send", n)
		}
		transport.Break(errRefused)
		return s.Send(ctx, kinds.Started{})
	})
	if !errors.Is(err, errRefused) {
		t.Errorf("got %v", err)
	}
}
