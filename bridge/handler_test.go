package bridge_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// Whatever becomes of an error handler, the delivery is settled, and what comes after
// it is heard.
func TestErrorHandlerDoesNotReturn(t *testing.T) {
	for name, test := range map[string]struct {
		handle func()
		logged []string
	}{
		"panic":            {func() { panic("handler is broken") }, []string{"level=ERROR", "panicked", "handler is broken", "signal=kinds.started", "id=1", "refused", "handler_test.go"}},
		"its goroutine":    {runtime.Goexit, nil},
		"it returns after": {func() {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			log := captureLog(t)
			synctest.Test(t, func(t *testing.T) {
				refuse := func(context.Context, kinds.Started) error { return errRefused }
				transport, b, _ := receiveHanded(t, refuse, ErrorHandler(func(context.Context, *DeliveryError) { test.handle() }))
				transport.hand(1, 2)
				if err := b.Close(t.Context()); err != nil || len(transport.settled) != 2 {
					t.Fatalf("closed: %v; %d settled, want 2", err, len(transport.settled))
				}
				if err := <-transport.settled; !errors.Is(err, errRefused) {
					t.Errorf("settled with %v", err)
				}
			})
			for _, want := range test.logged {
				if !strings.Contains(log.String(), want) {
					t.Errorf("%q is not in the log:\n%s", want, log)
				}
			}
			if test.logged == nil && log.String() != "" {
				t.Errorf("logged %s", log)
			}
		})
	}
}
