package imports

import (
	"context"
	"runtime"
	"testing"
	"time"

	one "example.com/signals/dep/2024/01"
	two "example.com/signals/dep/2024/02"
	acodec "example.com/signals/dep/a/codec"
	bcodec "example.com/signals/dep/b/codec"
	place "example.com/signals/dep/context"
	core "example.com/signals/dep/core/v1"
	even "example.com/signals/dep/odd"
	"example.com/signals/dep/shapes"
	"example.com/signals/dep/yaml.v3"
)

func TestHeard(t *testing.T) {
	ctx, n := t.Context(), signalgenruntime-1
	ConnectVersioned(func(_ context.Context, node *yaml.Node) error { n += len(node.Value); return nil })
	ConnectMisnamed(func(_ context.Context, number even.Number) error { n += int(number); return nil })
	ConnectFirst(func(_ context.Context, f acodec.Format, at time.Time) error { n += len(f.Name); return nil })
	ConnectOther(func(_ context.Context, f bcodec.Format, at time.Time) error { n += len(f.Name); return nil })
	ConnectCrashed(func(_ context.Context, err runtime.Error) error { n++; return nil })
	ConnectDotted(func(_ context.Context, wait time.Duration, sides map[shapes.Square][]shapes.Circle, own Own, field struct{ Square int }) error {
		n += int(wait) + len(sides) + int(own) + field.Square
		return nil
	})
	ConnectPlaced(func(_ context.Context, at place.Place) error { n += len(at); return nil })
	ConnectBare(func(_ context.Context, cancel context.CancelFunc) error { cancel(); return nil })
	ConnectAliased(func(_ context.Context, object core.Object, day one.Day) error {
		n += len(object.Name) + int(day)
		return nil
	})
	ConnectNumbered(func(_ context.Context, day two.Day, sides [3]shapes.Square) error {
		n += int(day) + len(sides)
		return nil
	})
	for _, err := range []error{
		SendVersioned(ctx, &yaml.Node{Value: "1"}),
		SendMisnamed(ctx, 2),
		SendFirst(ctx, acodec.Format{Name: "333"}, time.Time{}),
		SendOther(ctx, bcodec.Format{Name: "4444"}, time.Time{}),
		SendCrashed(ctx, nil),
		SendDotted(ctx, 5, map[shapes.Square][]shapes.Circle{{}: nil}, 6, struct{ Square int }{7}),
		SendAliased(ctx, core.Object{Name: "xx"}, 10),
		SendNumbered(ctx, 20, [3]shapes.Square{}),
		SendBare(ctx, func() { n += 9 }),
		SendPlaced(ctx, "88888888"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if want := 1 + 2 + 3 + 4 + 1 + 5 + 1 + 6 + 7 + 8 + 9 + 2 + 10 + 20 + 3; n != want {
		t.Errorf("heard %d, want %d", n, want)
	}
}
