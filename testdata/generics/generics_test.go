package generics

import (
	"context"
	"iter"
	"slices"
	"testing"
)

func TestHeard(t *testing.T) {
	ctx, n := t.Context(), 0
	var saved SavedSignal[int]
	saved.Connect(func(_ context.Context, data Saved[int]) error { n += data.Value; return nil })
	var paired PairedSignal[string, []string]
	paired.ConnectFrom("k", func(_ context.Context, data Paired[string, []string]) error { n += len(data.Value); return nil })
	var looked LookedSignal[string, int, bool]
	looked.Connect(func(_ context.Context, key string, all iter.Seq[int], more ...bool) (bool, error) {
		n += len(key) + len(slices.Collect(all)) + len(more)
		return true, nil
	})
	var merged MergedSignal[int]
	merged.Connect(func(_ context.Context, data Merged[int]) error { n += data["a"].Value; return nil })
	var both BothSignal[int, string]
	both.Connect(func(_ context.Context, a int, b *string) { n += a + len(*b) })

	_ = saved.Send(ctx, Saved[int]{1})
	_ = paired.Send(ctx, Paired[string, []string]{"k", []string{"a", "b"}})
	_ = paired.SendRobust(ctx, Paired[string, []string]{"other", []string{"a", "b"}})
	if got, err := looked.Send(ctx, "xxx", slices.Values([]int{1}), true); err != nil || !got[0] {
		t.Error(got, err)
	}
	for r := range looked.Each(ctx, "", slices.Values([]int{})) {
		n += len(r.Receiver.ID)
	}
	_ = merged.SendConcurrent(ctx, Merged[int]{"a": {Value: 10}})
	text := "yy"
	both.Send(ctx, 1, &text)
	if n != 1+2+5+10+3 {
		t.Errorf("heard %d", n)
	}
}
