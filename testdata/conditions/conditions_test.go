package conditions

import (
	"context"
	"testing"
)

// tested is in test files.
//
//signalgen:signal
type tested []string

func TestInside(t *testing.T) {
	ConnectAlways(func(ctx context.Context, data Always) error { return sendTested(ctx, make(tested, data.N)) })
	heard := -1
	connectTested(func(_ context.Context, data tested) error {
		heard = len(data)
		return nil
	})
	if err := SendAlways(t.Context(), Always{3}); err != nil || heard != 3 {
		t.Errorf("heard %d, error %v", heard, err)
	}
}
