package observe_test

import (
	"context"
	"errors"
	"testing"

	"go.uber.org/goleak"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errVeto = errors.New("veto")

func hear(context.Context, kinds.Started) error { return nil }

func refuse(context.Context, kinds.Started) error { return errVeto }

func crash(context.Context, kinds.Started) error { panic("boom") }

// send sends, and ignores the result.
func send(ctx context.Context, s *kinds.StartedSignal) {
	defer func() { _ = recover() }()
	_ = s.Send(ctx, kinds.Started{})
}

// quiet keeps a signal from logging errors.
func quiet() runtime.SetOption {
	return runtime.ErrorHandler(func(context.Context, *runtime.ReceiverError) {})
}
