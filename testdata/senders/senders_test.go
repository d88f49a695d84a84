package senders

import (
	"context"
	"net/url"
	"testing"

	"example.com/signals/internal/unit"
)

type name string

func (n name) Name() string { return string(n) }

func TestHeard(t *testing.T) {
	ctx, n := t.Context(), 0
	ann, bob, link := &Account{}, &Account{}, &url.URL{}
	ConnectSavedFrom(ann, func(context.Context, Saved) error { n++; return nil })
	ConnectRenamedFrom(ann, func(context.Context, Renamed) error { n++; return nil })
	ConnectKeyedFrom(Key{1, 2}, func(context.Context, Keyed) error { n++; return nil })
	ConnectMovedFrom(ann, func(context.Context, *Account, int, int) error { n++; return nil })
	ConnectCalledFrom(link, func(context.Context, *url.URL) (int, error) { n++; return 1, nil })
	ConnectMeasuredFrom(3, func(context.Context, unit.Meter, string, string) int { n++; return 1 })
	ConnectNamedFrom(name("a"), func(context.Context, interface{ Name() string }) { n++ })

	_ = SendSaved(ctx, Saved{Sender: ann})
	_ = SendSaved(ctx, Saved{Sender: bob})
	_ = SendRenamed(ctx, Renamed{Sender: ann})
	_ = SendKeyed(ctx, Keyed{Key{1, 2}})
	_ = SendKeyed(ctx, Keyed{Key{2, 1}})
	_ = SendMoved(ctx, ann, 1, 2)
	_, _ = SendCalled(ctx, link)
	_, _ = SendCalled(ctx, nil)
	SendMeasured(ctx, 3, "", "")
	SendMeasured(ctx, 4, "", "")
	SendNamed(ctx, name("a"))
	SendNamed(ctx, name("b"))
	if n != 7 {
		t.Errorf("heard %d, want 7", n)
	}
	if !DefaultSignals.Moved.HasReceiversFrom(ann) || DefaultSignals.Moved.HasReceiversFrom(bob) || !DefaultSignals.Keyed.HasReceiversFrom(Key{1, 2}) {
		t.Error("HasReceiversFrom")
	}
}

// Receivers of all senders and of one are called in one order.
func TestOrder(t *testing.T) {
	var set Signals
	var called string
	add := func(name string) Moved {
		return func(context.Context, *Account, int, int) error { called += name; return nil }
	}
	ann := &Account{}
	set.Moved.Connect(add("a"))
	set.Moved.ConnectFrom(ann, add("b"))
	set.Moved.Connect(add("c"))
	if err := set.Moved.SendRobust(t.Context(), ann, 0, 0); err != nil || called != "abc" {
		t.Error(called, err)
	}
}
