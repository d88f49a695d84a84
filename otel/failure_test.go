package otel_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
)

var errVeto = errors.New("veto")

// veto is a receiver of Checked.
func veto(context.Context, string, int) error { return errVeto }

// An error that passes through several receivers is an event of the span in which it
// happened, and the status of all spans above.
func TestErrorOnce(t *testing.T) {
	for name, test := range map[string]struct {
		pass func(error) error // what the receiver in between does with the error
		want string
	}{
		"as it is":           {func(err error) error { return err }, ", failed"},
		"wrapped":            {func(err error) error { return fmt.Errorf("checked: %w", err) }, ", failed"},
		"joined":             {func(err error) error { return errors.Join(err, err) }, ", failed"},
		"the receiver's own": {errors.Unwrap, ", failed"},
		"swallowed":          {func(error) error { return nil }, ""},
		"another":            {func(error) error { return errors.New("other") }, ", failed: other"},
		"another, joined":    {func(err error) error { return errors.Join(err, errors.New("other")) }, ", failed: other"},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t)
			var set kinds.Signals
			set.Configure(r.observe)
			named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error {
				return test.pass(set.Checked.Send(ctx, "", 0))
			})
			set.Checked.Connect(veto, runtime.Name("inner"))
			_ = set.Started.Send(t.Context(), kinds.Started{})
			above := ""
			if test.want != "" {
				above = ", failed"
			}
			r.want(`
send kinds.started` + above + `
  process kinds.started by outer` + test.want + `
    send kinds.checked, failed
      process kinds.checked by inner, failed: veto`)
		})
	}
}

// What SendRobust joins has been recorded where it happened.
func TestErrorsOfRobust(t *testing.T) {
	r := record(t)
	var s kinds.CheckedSignal
	s.Configure(r.observe)
	s.Connect(veto, runtime.Name("a"))
	s.Connect(func(context.Context, string, int) error { panic("boom") }, runtime.Name("b"))
	s.Connect(func(context.Context, string, int) error { return nil }, runtime.Name("c"))
	_ = s.SendRobust(t.Context(), "", 0)
	r.want(`
send kinds.checked, failed
  process kinds.checked by a, failed: veto
  process kinds.checked by b, failed: panic: boom
  process kinds.checked by c`)
}

// A loop over Each gets the receiver's own error, and may return it.
func TestErrorOfEach(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe)
	named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error {
		for _, err := range set.Checked.Each(ctx, "", 0) {
			return err
		}
		return nil
	})
	set.Checked.Connect(veto, runtime.Name("inner"))
	_ = set.Started.Send(t.Context(), kinds.Started{})
	r.want(`
send kinds.started, failed
  process kinds.started by outer, failed
    send kinds.checked
      process kinds.checked by inner, failed: veto`)
}

// A failed span has the error's text and type.
func TestErrorAttributes(t *testing.T) {
	r := record(t)
	var s kinds.CheckedSignal
	s.Configure(r.observe)
	s.Connect(func(context.Context, string, int) error { return fmt.Errorf("no: %w", missing("lamp")) }, runtime.Name("a"))
	_ = s.SendRobust(t.Context(), "", 0)
	for _, stub := range r.exporter.GetSpans() {
		if stub.Status.Code != codes.Error || !strings.HasSuffix(stub.Status.Description, "no: no lamp") {
			t.Errorf("%s: got the status %+v", stub.Name, stub.Status)
		}
		set := attribute.NewSet(stub.Attributes...)
		if kind, _ := set.Value("error.type"); kind.AsString() != "github.com/signalgen/signalgen/otel_test.missing" {
			t.Errorf("%s: got the type %s", stub.Name, kind.AsString())
		}
	}
}

type missing string

func (m missing) Error() string { return "no " + string(m) }

// stackOf returns the stack that was recorded with the one exception of a span.
func (r *recording) stackOf(name string) string {
	for _, stub := range r.exporter.GetSpans() {
		if stub.Name == name && len(stub.Events) == 1 {
			set := attribute.NewSet(stub.Events[0].Attributes...)
			stack, _ := set.Value("exception.stacktrace")
			return stack.AsString()
		}
	}
	return ""
}

func boom(context.Context, string, int) error { panic("boom") }

// A panic that reaches the sender ends all spans on its way. It is recorded in the
// first, with its stack.
func TestPanic(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe)
	named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error { return set.Checked.Send(ctx, "", 0) })
	set.Checked.Connect(boom)
	if value := recovered(func() { _ = set.Started.Send(t.Context(), kinds.Started{}) }); value != "boom" {
		t.Errorf("got the panic %v", value)
	}
	if stack := r.stackOf("process kinds.checked"); !strings.Contains(stack, "otel_test.boom") {
		t.Errorf("the receiver is not in the stack:\n%s", stack)
	}
	r.want(`
send kinds.started, failed
  process kinds.started by outer, failed
    send kinds.checked, failed
      process kinds.checked by otel_test.boom, failed: receiver panicked or ended its goroutine`)
}

func TestPanicOfRobust(t *testing.T) {
	r := record(t)
	var s kinds.CheckedSignal
	s.Configure(r.observe)
	s.Connect(boom)
	_ = s.SendRobust(t.Context(), "", 0)
	if stack := r.stackOf("process kinds.checked"); !strings.Contains(stack, "otel_test.boom") {
		t.Errorf("the receiver is not in the stack:\n%s", stack)
	}
}

func TestGoexit(t *testing.T) {
	r := record(t)
	var s kinds.CheckedSignal
	s.Configure(r.observe)
	s.Connect(func(context.Context, string, int) error { goexit(); return nil }, runtime.Name("a"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Send(t.Context(), "", 0)
	}()
	<-done
	_ = s.SendConcurrent(t.Context(), "", 0)
	r.want(`
send kinds.checked, failed
  process kinds.checked by a, failed: receiver panicked or ended its goroutine
send kinds.checked, failed
  process kinds.checked by a, failed: receiver ended its goroutine`)
}

// A panic of middleware belongs to the send: the receiver has not been called.
func TestPanicOfMiddleware(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "a", hear, runtime.Around(func(context.Context, runtime.ReceiverInfo, func(context.Context) error) error { panic("boom") }))
	_ = recovered(func() { _ = s.Send(t.Context(), kinds.Started{}) })
	r.want("send kinds.started, failed: receiver panicked or ended its goroutine")
}

func TestStop(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "a", func(context.Context, kinds.Started) error { return fmt.Errorf("enough: %w", runtime.ErrStop) })
	_ = s.Send(t.Context(), kinds.Started{})
	r.want(`
send kinds.started
  process kinds.started by a`)
}

// A failure without a call of a receiver belongs to the send.
func TestErrorOfSend(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(s *kinds.StartedSignal)
		want    string
	}{
		"closed": {
			func(s *kinds.StartedSignal) { _ = s.Close(context.Background()) },
			"send kinds.started, failed: signal kinds.started: signal is closed",
		},
		"relay": {
			func(s *kinds.StartedSignal) {
				runtime.Relay(s, "log", func(context.Context, any) error { return errors.New("disk full") })
			},
			"send kinds.started, failed: signal kinds.started: receiver log: disk full",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t)
			var s kinds.StartedSignal
			s.Configure(r.observe)
			test.prepare(&s)
			_ = s.Send(t.Context(), kinds.Started{})
			r.want(test.want)
		})
	}
}

// Errors whose methods panic, and errors that cannot be compared, are recorded like
// others.
func TestStrangeErrors(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe)
	for _, strange := range []error{(*broken)(nil), list{"a", "b"}, unwrapping{}} {
		conn := set.Checked.Connect(func(context.Context, string, int) error { return strange }, runtime.Name(fmt.Sprintf("%T", strange)))
		_ = set.Checked.Send(t.Context(), "", 0)
		_ = set.Checked.SendRobust(t.Context(), "", 0)
		conn.Disconnect()
	}
	r.want(`
send kinds.checked, failed
  process kinds.checked by *otel_test.broken, failed: an error whose method Error panics
send kinds.checked, failed
  process kinds.checked by *otel_test.broken, failed: an error whose method Error panics
send kinds.checked, failed
  process kinds.checked by otel_test.list, failed: a and b
send kinds.checked, failed
  process kinds.checked by otel_test.list, failed: a and b
send kinds.checked, failed
  process kinds.checked by otel_test.unwrapping, failed: unwraps
send kinds.checked, failed
  process kinds.checked by otel_test.unwrapping, failed: unwraps`)
}

type broken struct{ text string }

func (b *broken) Error() string { return b.text }

type list []string

func (l list) Error() string { return strings.Join(l, " and ") }

type unwrapping struct{}

func (unwrapping) Error() string { return "unwraps" }
func (unwrapping) Unwrap() error { panic("no") }

// A call that sends for as long as the program runs does not keep every error.
func TestErrorsAreForgotten(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe)
	named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error {
		first := set.Checked.Send(ctx, "", 0)
		for range 128 {
			_ = set.Checked.Send(ctx, "", 0)
		}
		return first
	})
	set.Checked.Connect(func(context.Context, string, int) error { return errors.New("new") })
	_ = set.Started.Send(t.Context(), kinds.Started{})
	if outer := r.span("process kinds.started"); len(outer.Exceptions) != 1 {
		t.Errorf("got %q, want the first error, which has been forgotten", outer.Exceptions)
	}
}
