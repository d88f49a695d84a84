package types

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"testing"
	"time"

	"example.com/signals/internal/unit"
)

type stopper struct{}

func (stopper) Stop(time.Duration) error { return nil }

func TestHeard(t *testing.T) {
	ctx, n := t.Context(), 0
	ConnectChannels(func(_ context.Context, both chan int, in chan<- time.Time, out <-chan (<-chan Item)) error {
		n += cap(both) + cap(in) + cap(out)
		return nil
	})
	ConnectFuncs(func(context.Context, http.HandlerFunc, func(int, ...time.Duration) (time.Time, error)) (func(unit.Meter) unit.Meter, error) {
		return func(m unit.Meter) unit.Meter { return m + 1 }, nil
	})
	ConnectGenerics(func(_ context.Context, page Page[Item], pair *Pair[time.Duration, Page[*unit.Meter]], seq iter.Seq2[int, Item]) Page[time.Month] {
		return Page[time.Month]{[]time.Month{time.Month(len(page.Items)), time.Month(pair.Key)}}
	})
	ConnectInterfaces(func(_ context.Context, thing interface{ Stop(time.Duration) error }, a any, b interface{}, err error) {
		if thing.Stop(0) == nil && a == b && err == nil {
			n++
		}
	})
	ConnectArrays(func(_ context.Context, a [2]int, b [8]byte, c [4]Item, d [200]struct{}) int { return a[1] + len(c) })
	ConnectInternal(func(_ context.Context, high unit.Meter, p *unit.Meter, many ...map[unit.Meter][]*unit.Meter) error {
		n += int(high) + int(*p) + len(many)
		return nil
	})

	if err := SendChannels(ctx, make(chan int, 1), make(chan time.Time, 2), make(chan (<-chan Item), 3)); err != nil || n != 6 {
		t.Error("channels:", n, err)
	}
	if funcs, err := SendFuncs(ctx, nil, nil); err != nil || funcs[0](1) != 2 {
		t.Error("funcs:", err)
	}
	pages := SendGenerics(ctx, Page[Item]{[]Item{"a"}}, &Pair[time.Duration, Page[*unit.Meter]]{Key: 2}, maps.All(map[int]Item{}))
	if len(pages) != 1 || pages[0].Items[0] != 1 || pages[0].Items[1] != 2 {
		t.Error("generics:", pages)
	}
	if SendInterfaces(ctx, stopper{}, 1, 1, nil); n != 7 {
		t.Error("interfaces")
	}
	if got := SendArrays(ctx, [2]int{1: 1}, [8]byte{}, [4]Item{}, [200]struct{}{}); got[0] != 5 {
		t.Error("arrays:", got)
	}
	meter := unit.Meter(10)
	if err := SendInternal(ctx, 1, &meter, nil, nil); err != nil || n != 20 {
		t.Error("internal:", n, err)
	}
}

func TestLiterals(t *testing.T) {
	heard := ""
	ConnectLiterals(func(_ context.Context, object struct {
		At   time.Time `json:"at"`
		Name string
		time.Duration
	}, pointer *struct{ next *http.Request },
	) {
		heard = object.Name
	})
	SendLiterals(t.Context(), struct {
		At   time.Time `json:"at"`
		Name string
		time.Duration
	}{Name: "x"}, nil)
	if heard != "x" {
		t.Error("not heard")
	}
}
