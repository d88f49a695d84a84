package params

import (
	"context"
	"testing"
	"time"
)

type owner struct{ heard int }

func (o *owner) hear(_ context.Context, data T) error { o.heard += data.N; return nil }

func TestHeard(t *testing.T) {
	ctx, sum := t.Context(), 0
	add := func(args ...int) {
		for i, arg := range args {
			if arg != i+1 {
				t.Errorf("argument %d is %d", i+1, arg)
			}
			sum += arg
		}
	}
	ConnectUnnamed(func(_ context.Context, i int, s string, b ...bool) error { add(i, len(s), len(b)); return nil })
	ConnectBlank(func(_ context.Context, a, b int, c, d string) error { add(a, b, len(c), len(d)); return nil })
	ConnectLocals(func(_ context.Context, a, b, c, d, e, f, g, h, i, j int) (int, error) {
		add(a, b, c, d, e, f, g, h, i, j)
		return a, nil
	})
	ConnectBuiltins(func(_ context.Context, a, b, c, d, e, f, g, h, i, j int, at time.Time) ([]string, error) {
		add(a, b, c, d, e, f, g, h, i, j)
		return []string{"x"}, nil
	})
	ConnectNeighbours(func(_ context.Context, a, b, c, d, e, f, g, h int, s string) error {
		add(a, b, c, d, e, f, g, h, len(s))
		return nil
	})
	ConnectShadows(func(_ context.Context, a, b, c, d int) Price { add(a, b, c, d); return Price(a) })

	ConnectDigits(func(_ context.Context, a, b, c int) { add(a, b, c) })
	ConnectReceivers(func(context.Context) receivers { return 1 })
	ConnectConstant(func(context.Context) ([2]s, error) { return [2]s{1, s(r(2))}, nil })

	object := new(owner)
	ConnectTWeak(object, (*owner).hear)
	ConnectTyped(func(_ context.Context, a T, b *T, c int) { add(a.N, b.N, c) })
	_ = SendT(ctx, T{1})
	SendTyped(ctx, T{1}, &T{2}, 3)
	if object.heard != 1 {
		t.Error("the weak receiver has not heard")
	}

	SendDigits(ctx, 1, 2, 3)
	if got := SendReceivers(ctx); got[0] != 1 {
		t.Error(got)
	}
	if got, err := SendConstant(ctx); err != nil || got[0] != [2]s{1, 2} {
		t.Error(got, err)
	}
	_ = SendUnnamed(ctx, 1, "22", true, true, true)
	_ = SendBlank(ctx, 1, 2, "333", "4444")
	_, _ = SendLocals(ctx, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	_, _ = SendBuiltins(ctx, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, time.Time{})
	_ = SendNeighbours(ctx, 1, 2, 3, 4, 5, 6, 7, 8, "999999999")
	_ = SendShadows(ctx, 1, 2, 3, 4)
	if want := 6 + 10 + 55 + 55 + 45 + 10 + 6 + 6; sum != want {
		t.Errorf("heard %d, want %d", sum, want)
	}
}
