package runtime_test

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

type (
	promoting struct{ promoted }
	promoted  struct{ _ int }
)

func (*promoted) Hear(context.Context, kinds.Started) error { return nil }

// A promoted method is a func that the compiler makes: where it is connected is told.
func TestInfoOfPromotedMethods(t *testing.T) {
	var s kinds.StartedSignal
	p := new(promoting)
	s.Connect(p.Hear)
	s.Connect(p.Hear, Annotated((*promoting).Hear, p))
	kinds.ConnectStartedWeakOn(&s, p, (*promoting).Hear)
	for _, info := range s.Receivers() {
		if !strings.HasSuffix(info.File, "info_test.go") || info.Line == 0 {
			t.Errorf("got %+v", info)
		}
	}
	runtime.KeepAlive(p)
}
