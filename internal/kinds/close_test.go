package kinds

import (
	"context"
	"errors"
	"testing"

	"github.com/signalgen/signalgen/runtime"
)

// The program's Close closes all signals: unused ones of the default sets, and used
// ones of other sets. It needs a test binary of its own.
func TestCloseOfTheProgram(t *testing.T) {
	var set Signals
	heard := 0
	set.Started.Connect(func(context.Context, Started) error { heard++; return nil }, runtime.Async(1, runtime.Block))
	ConnectTicked(func(ctx context.Context, n int) { _ = set.Started.Send(ctx, Started{}) }, runtime.Async(1, runtime.Block))
	SendTicked(t.Context(), 1)
	if err := runtime.Drain(t.Context()); err != nil || heard != 1 {
		t.Errorf("Drain returned %v with %d heard, want 1", err, heard)
	}
	SendTicked(t.Context(), 1)
	if err := runtime.Close(t.Context()); err != nil || heard != 2 {
		t.Errorf("Close returned %v with %d heard, want 2", err, heard)
	}
	for name, err := range map[string]error{
		"used by another set": set.Started.Send(t.Context(), Started{}),
		"never used":          SendChecked(t.Context(), "", 0),
	} {
		if !errors.Is(err, runtime.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := runtime.Close(t.Context()); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}
