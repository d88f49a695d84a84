package runtime_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// A nil option is rejected, and nothing stays locked.
func TestNilSetOption(t *testing.T) {
	if value := recovered(func() { Configure(nil) }); value != "signalgen: found a nil SetOption" {
		t.Errorf("got %v", value)
	}
	var s kinds.StartedSignal
	if err := s.Send(t.Context(), kinds.Started{}); err != nil {
		t.Error(err)
	}
}

func hearNothing(context.Context, kinds.Started) error { return nil }

// Connect rejects an invalid option with a panic that names the signal.
func TestInvalidOptions(t *testing.T) {
	var none context.Context
	for wanted, opt := range map[string]ConnectOption{
		"found a nil option":                      nil,
		"Until has a nil ctx":                     Until(none),
		"Async has the size 0;":                   Async(0, Block),
		"Async has the size -1;":                  Async(-1, Block),
		"Async has the size 9223372036854775807;": Async(math.MaxInt, Block),
		"Async has the overflow 7;":               Async(1, 7),
		"Workers has 0 goroutines;":               Workers(0),
		"Workers has 65537 goroutines;":           Workers(1<<16 + 1),
		"found Workers without a queue;":          Workers(2),
		"Async has the overflow -1;":              Async(1, -1),
	} {
		var s kinds.StartedSignal
		panicked := fmt.Sprint(recovered(func() { s.Connect(hearNothing, opt) }))
		if !strings.HasPrefix(panicked, "signalgen: connecting to kinds.started: "+wanted) {
			t.Errorf("want %q, got %s", wanted, panicked)
		}
		if s.HasReceivers() {
			t.Errorf("%s: the receiver is connected", wanted)
		}
	}
	if text := Overflow(7).String(); text != "Overflow(7)" {
		t.Errorf("an unknown overflow is called %s", text)
	}
}
