package otel_test

import (
	"context"
	"maps"
	"path"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/otel/oteltest"
	"github.com/signalgen/signalgen/runtime"
)

func hear(context.Context, kinds.Started) error { return nil }

// named connects a receiver.
func named(s *kinds.StartedSignal, name string, receiver func(context.Context, kinds.Started) error, opts ...runtime.ConnectOption) *runtime.Connection {
	return s.Connect(receiver, append(opts, runtime.Name(name))...)
}

func TestAttributes(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "first", hear)
	_ = s.SendRobust(t.Context(), kinds.Started{})

	common := map[string]string{
		"messaging.system": "signalgen", "messaging.destination.name": "kinds.started", "messaging.signalgen.mode": "robust",
	}
	sent := r.span("send kinds.started")
	want := maps.Clone(common)
	want["messaging.operation.name"], want["messaging.operation.type"] = "send", "send"
	if sent.Kind != "producer" || !maps.Equal(sent.Attributes, want) {
		t.Errorf("got the kind %s and\n%v\nwant\n%v", sent.Kind, sent.Attributes, want)
	}

	processed := r.span("process kinds.started")
	want = maps.Clone(common)
	want["messaging.operation.name"], want["messaging.operation.type"] = "process", "process"
	want["messaging.destination.subscription.name"] = "first"
	want["code.function.name"] = "github.com/signalgen/signalgen/otel_test.hear"
	file, line := processed.Attributes["code.file.path"], processed.Attributes["code.line.number"]
	delete(processed.Attributes, "code.file.path")
	delete(processed.Attributes, "code.line.number")
	if processed.Kind != "consumer" || !maps.Equal(processed.Attributes, want) || path.Base(file) != "observe_test.go" || line != "19" {
		t.Errorf("got the kind %s, %s:%s and\n%v\nwant\n%v", processed.Kind, file, line, processed.Attributes, want)
	}
}

// In every way of sending, receivers are children of the send, which is a child of the
// span around it.
func TestTree(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "a", hear)
	named(&s, "b", hear)
	for name, send := range map[string]func(context.Context, kinds.Started) error{
		"Send": s.Send, "SendRobust": s.SendRobust,
		"Each": func(ctx context.Context, data kinds.Started) error {
			for _, err := range s.Each(ctx, data) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, span := r.tracer.Start(t.Context(), "request")
			_ = send(ctx, kinds.Started{})
			span.End()
			r.want(`
request
  send kinds.started
    process kinds.started by a
    process kinds.started by b`)
		})
	}
}

func TestTreeOfConcurrent(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "same", hear)
	named(&s, "same", hear)
	_ = s.SendConcurrent(t.Context(), kinds.Started{})
	r.want(`
send kinds.started
  process kinds.started by same
  process kinds.started by same`)
}

// A receiver's ctx has its span, so what it does and sends is below it.
func TestNested(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe)
	named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error {
		ctx, span := r.tracer.Start(ctx, "query")
		defer span.End()
		set.Ticked.Send(ctx, 1)
		return nil
	})
	set.Ticked.Connect(func(context.Context, int) {}, runtime.Name("inner"))
	_ = set.Started.Send(t.Context(), kinds.Started{})
	r.want(`
send kinds.started
  process kinds.started by outer
    query
      send kinds.ticked
        process kinds.ticked by inner`)
}

// A nil ctx becomes one that can carry spans.
func TestNilContext(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "sync", hear)
	conn := named(&s, "async", hear, runtime.Async(1, runtime.Block))
	var none context.Context
	_ = s.Send(none, kinds.Started{})
	_ = conn.Drain(t.Context())
	conn.Disconnect()
	if spans := r.spans(); len(spans) != 3 {
		t.Errorf("got\n%s", oteltest.Tree(spans))
	}
}

func TestMuted(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	named(&s, "a", hear)
	defer s.Mute()()
	_ = s.Send(t.Context(), kinds.Started{})
	r.want("send kinds.started")
}

// Middleware may begin spans of its own. Each call of the receiver has its own span.
func TestMiddleware(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	twice := func(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
		ctx, span := r.tracer.Start(ctx, "twice")
		defer span.End()
		_ = call(ctx)
		return call(ctx)
	}
	named(&s, "a", hear, runtime.Around(twice))
	_ = s.Send(t.Context(), kinds.Started{})
	r.want(`
send kinds.started
  twice
    process kinds.started by a
    process kinds.started by a`)
}

func TestFilter(t *testing.T) {
	asked := 0
	r := record(t, otel.Filter(func(s runtime.AnySignal) bool {
		asked++
		return s.Name() != "kinds.checked"
	}))
	var set kinds.Signals
	set.Configure(r.observe)
	named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error {
		_ = set.Checked.Send(ctx, "", 0)
		return nil
	})
	set.Checked.Connect(func(ctx context.Context, _ string, _ int) error {
		set.Ticked.Send(ctx, 1)
		return errVeto // enclosing spans do not see this error
	})
	for range 2 {
		_ = set.Started.Send(t.Context(), kinds.Started{})
	}
	r.want(strings.Repeat(`
send kinds.started
  process kinds.started by outer
    send kinds.ticked`, 2)[1:])
	if asked != 3 {
		t.Errorf("was asked %d times about three signals", asked)
	}
}

// Two observers make two separate trees.
func TestTwoObservers(t *testing.T) {
	first, second := record(t), record(t)
	var s kinds.StartedSignal
	s.Configure(first.observe, second.observe)
	named(&s, "a", hear)
	_ = s.Send(t.Context(), kinds.Started{})
	for _, r := range []*recording{first, second} {
		if spans := r.spans(); len(spans) != 2 || r.span("process kinds.started").Failed {
			t.Errorf("got\n%s", oteltest.Tree(spans))
		}
	}
}

// One observer serves many goroutines and signals at once.
func TestParallel(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe)
	named(&set.Started, "a", func(ctx context.Context, _ kinds.Started) error {
		return set.Checked.SendConcurrent(ctx, "", 0)
	})
	for range 2 {
		set.Checked.Connect(func(ctx context.Context, _ string, _ int) error { return errVeto })
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				_ = set.Started.SendRobust(t.Context(), kinds.Started{})
			}
		})
	}
	all.Wait()
	events := 0
	for _, s := range r.spans() {
		events += len(s.Exceptions)
	}
	if spans := len(r.spans()); spans != 8*20*5 || events != 8*20*2 {
		t.Errorf("got %d spans with %d exceptions, want %d with %d", spans, events, 8*20*5, 8*20*2)
	}
}

// Without a provider of its own, an observer uses the global one. Until that is set, it
// does nothing: receivers get what they would get without the observer.
func TestGlobalProvider(t *testing.T) {
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(otel.Observe(otel.TracerProvider(nil), otel.MeterProvider(nil))))
	heard := false
	named(&s, "a", func(ctx context.Context, _ kinds.Started) error {
		heard = !trace.SpanFromContext(ctx).IsRecording()
		return errVeto
	})
	if err := s.Send(t.Context(), kinds.Started{}); err == nil || !heard {
		t.Errorf("got %v, heard: %v", err, heard)
	}
}
