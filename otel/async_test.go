package otel_test

import (
	"context"
	"errors"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/otel/oteltest"
	"github.com/signalgen/signalgen/runtime"
)

// held connects an async receiver that hangs in a first send until release is called,
// which waits until everything is heard. Until then, the recording does not contain the
// first send.
func held(t *testing.T, s *kinds.StartedSignal, opts ...runtime.ConnectOption) (release func()) {
	began, gate := make(chan struct{}, 16), make(chan struct{})
	conn := named(s, "later", func(_ context.Context, data kinds.Started) error {
		began <- struct{}{}
		<-gate
		return nil
	}, append(opts, runtime.Async(8, runtime.Block))...)
	_ = s.Send(t.Context(), kinds.Started{})
	<-began
	return func() {
		close(gate)
		_ = conn.Drain(context.Background())
		conn.Disconnect()
	}
}

func TestAsyncWithinSender(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	release := held(t, &s)
	ctx, span := r.tracer.Start(t.Context(), "request")
	_ = s.Send(ctx, kinds.Started{})
	release()
	span.End()
	if parent := r.span("request"); len(r.spans()) != 5 {
		t.Errorf("got\n%s", oteltest.Tree(r.spans()))
	} else {
		r.wantOf(parent.Trace, `
request
  send kinds.started
    process kinds.started by later`)
	}
}

// wantOf compares the tree of one trace.
func (r *recording) wantOf(trace, tree string) {
	r.t.Helper()
	stubs := r.exporter.GetSpans()
	r.exporter.Reset()
	for _, stub := range stubs {
		if stub.SpanContext.TraceID().String() == trace {
			_ = r.exporter.ExportSpans(context.Background(), tracetest.SpanStubs{stub}.Snapshots())
		}
	}
	r.want(tree)
}

// After the sender's span has ended, an async receiver begins a trace of its own.
func TestAsyncAfterSender(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	release := held(t, &s)
	r.exporter.Reset()
	ctx, span := r.tracer.Start(t.Context(), "request")
	_ = s.Send(ctx, kinds.Started{})
	span.End()
	sent := r.span("send kinds.started")
	release()
	var late oteltest.Span
	for _, s := range r.spans() {
		if len(s.Links) > 0 {
			late = s
		}
	}
	if late.Parent != "" || late.Trace == sent.Trace || len(late.Links) != 1 || late.Links[0] != sent.ID {
		t.Errorf("the send is %+v, its receiver %+v", sent, late)
	}
	if late.Attributes["messaging.signalgen.mode"] != "async" {
		t.Errorf("got the attributes %v", late.Attributes)
	}
}

// An async receiver that begins while the send is under way is its child, whether there
// is a span around the send or not.
func TestAsyncWithinSend(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	done := make(chan struct{})
	conn := named(&s, "aside", func(context.Context, kinds.Started) error { close(done); return errVeto }, runtime.Async(1, runtime.Block), runtime.Priority(1))
	named(&s, "waiting", func(context.Context, kinds.Started) error { <-done; return nil })
	s.Configure(runtime.ErrorHandler(func(context.Context, *runtime.ReceiverError) {}))
	_ = s.Send(t.Context(), kinds.Started{})
	_ = conn.Drain(t.Context())
	conn.Disconnect()
	spans := map[string]oteltest.Span{}
	for _, s := range r.spans() {
		spans[s.Name+s.Attributes["messaging.destination.subscription.name"]] = s
	}
	send, aside := spans["send kinds.started"], spans["process kinds.startedaside"]
	if aside.Parent != send.ID || !aside.Failed || len(aside.Exceptions) != 1 || send.Failed {
		t.Errorf("got\n%s", oteltest.Tree(r.spans()))
	}
}

// What is sent in a trace that is not sampled creates no trace: an async receiver must
// not begin one.
func TestAsyncNotSampled(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(exporter), trace.WithSampler(trace.ParentBased(onlyNamed("process"))))
	var s kinds.StartedSignal
	s.Configure(runtime.Observe(otel.Observe(otel.TracerProvider(provider), otel.MeterProvider(noop.NewMeterProvider()))))
	held(t, &s)()
	if spans := exporter.GetSpans(); len(spans) != 0 {
		t.Errorf("got\n%s", oteltest.Tree(oteltest.Spans(spans)))
	}
}

// onlyNamed samples the roots of traces whose names have the prefix.
func onlyNamed(prefix string) trace.Sampler { return namedSampler(prefix) }

type namedSampler string

func (n namedSampler) ShouldSample(p trace.SamplingParameters) trace.SamplingResult {
	if len(p.Name) >= len(n) && p.Name[:len(n)] == string(n) {
		return trace.AlwaysSample().ShouldSample(p)
	}
	return trace.NeverSample().ShouldSample(p)
}

func (n namedSampler) Description() string { return string(n) }

// If middleware of an async receiver begins a span, the receiver's span is its child.
func TestAsyncMiddleware(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe)
	around := func(ctx context.Context, _ runtime.ReceiverInfo, call func(context.Context) error) error {
		ctx, span := r.tracer.Start(ctx, "around")
		defer span.End()
		return call(ctx)
	}
	held(t, &s, runtime.Around(around))()
	r.want(`
send kinds.started
  around
    process kinds.started by later`)
}

// The send reports a full queue. It does not report the errors of async receivers.
func TestQueueFull(t *testing.T) {
	r := record(t)
	var s kinds.StartedSignal
	s.Configure(r.observe, runtime.ErrorHandler(func(context.Context, *runtime.ReceiverError) {}))
	began, gate := make(chan struct{}, 2), make(chan struct{})
	conn := named(&s, "slow", func(context.Context, kinds.Started) error {
		began <- struct{}{}
		<-gate
		return errVeto
	}, runtime.Async(1, runtime.Fail))
	_ = s.Send(t.Context(), kinds.Started{})
	<-began
	_ = s.Send(t.Context(), kinds.Started{})
	r.exporter.Reset()
	if err := s.Send(t.Context(), kinds.Started{}); !errors.Is(err, runtime.ErrQueueFull) {
		t.Errorf("got %v", err)
	}
	r.want("send kinds.started, failed: signal kinds.started: receiver slow: queue is full")
	close(gate)
	_ = conn.Drain(t.Context())
	conn.Disconnect()
	for _, s := range r.spans() {
		if !s.Failed || len(s.Exceptions) != 1 || s.Exceptions[0] != "veto" {
			t.Errorf("got %+v", s)
		}
	}
}

// A send that began before the signal was observed is still heard, even by an observed
// receiver.
func TestObservedLater(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Ticked.Configure(r.observe)
	release := held(t, &set.Started)
	set.Ticked.Connect(func(ctx context.Context, _ int) { _ = set.Started.Send(ctx, kinds.Started{}) }, runtime.Name("outer"))
	set.Ticked.Send(t.Context(), 1)
	set.Started.Configure(r.observe)
	release()
	r.want(`
send kinds.ticked
  process kinds.ticked by outer
    ~ process kinds.started by later`)
}

// The error of an async receiver is not that of a later failure elsewhere.
func TestAsyncError(t *testing.T) {
	r := record(t)
	var set kinds.Signals
	set.Configure(r.observe, runtime.ErrorHandler(func(context.Context, *runtime.ReceiverError) {}))
	conn := set.Checked.Connect(veto, runtime.Async(1, runtime.Block), runtime.Name("aside"))
	named(&set.Started, "outer", func(ctx context.Context, _ kinds.Started) error {
		_ = set.Checked.Send(ctx, "", 0)
		_ = conn.Drain(ctx)
		return errVeto
	})
	_ = set.Started.Send(t.Context(), kinds.Started{})
	conn.Disconnect()
	r.want(`
send kinds.started, failed
  process kinds.started by outer, failed: veto
    send kinds.checked
      process kinds.checked by aside, failed: veto`)
}
