package unexported

import (
	"context"
	"testing"
)

func TestHeard(t *testing.T) {
	addr, days := "", été(0)
	connectServerStart(func(_ context.Context, data serverStart) error { addr = data.addr; return nil })
	connectÉté(func(_ context.Context, data été) error { days = data; return nil })
	DefaultSignals.checked.Connect(func(_ context.Context, n int) (bool, error) { return n > 0, nil })
	if err := sendServerStart(t.Context(), serverStart{":80"}); err != nil || addr != ":80" {
		t.Error(addr, err)
	}
	if err := sendÉté(t.Context(), 90); err != nil || days != 90 {
		t.Error(days, err)
	}
	if got, err := sendChecked(t.Context(), 1); err != nil || len(got) != 1 || !got[0] {
		t.Error(got, err)
	}
}
