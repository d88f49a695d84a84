package conditions_test

import (
	"context"
	"testing"

	"example.com/signals/conditions"
)

// Compared is in the external tests, and names what they test.
//
//signalgen:signal
type Compared func(ctx context.Context, got, want conditions.Always) bool

func TestOutside(t *testing.T) {
	ConnectCompared(func(_ context.Context, got, want conditions.Always) bool { return got == want })
	if equal := SendCompared(t.Context(), conditions.Always{N: 1}, conditions.Always{N: 1}); len(equal) != 1 || !equal[0] {
		t.Errorf("got %v", equal)
	}
}
