package otel_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
	"github.com/signalgen/signalgen/otel/oteltest"
	"github.com/signalgen/signalgen/runtime"
)

// propagating sets the global propagator during a test.
func propagating(t *testing.T, propagators ...propagation.TextMapPropagator) {
	before := api.GetTextMapPropagator()
	t.Cleanup(func() { api.SetTextMapPropagator(before) })
	api.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagators...))
}

// A pair is two processes, as far as the test is concerned, that share a transport.
// Each has an observer.
type pair struct {
	transport   bridgetest.Transport
	here, there kinds.Signals
	bridge      *bridge.Bridge // there
}

// bridged returns a pair in which what is sent here is published.
func bridged(t *testing.T, r *recording) *pair {
	p := new(pair)
	p.here.Configure(r.observe)
	p.there.Configure(r.observe)
	quiet := bridge.ErrorHandler(func(context.Context, *bridge.DeliveryError) {})
	here := bridge.New(&p.transport, otel.Propagate())
	p.bridge = bridge.New(&p.transport, otel.Propagate(), quiet)
	bridge.Publish(here, &p.here.Started)
	t.Cleanup(func() {
		if err := errors.Join(here.Close(context.Background()), p.bridge.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return p
}

// receive makes the other side hear what is sent here, and waits until it has.
func (p *pair) receive(t *testing.T, opts ...bridge.ReceiveOption) {
	t.Helper()
	if _, err := bridge.Receive(p.bridge, &p.there.Started, append(opts, bridge.Group("there"))...); err != nil {
		t.Fatal(err)
	}
	if err := p.transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What is heard through a bridge is linked to the only send.
func TestBridged(t *testing.T) {
	propagating(t, propagation.TraceContext{})
	r := record(t)
	p := bridged(t, r)
	named(&p.here.Started, "near", hear)
	named(&p.there.Started, "far", func(ctx context.Context, _ kinds.Started) error {
		p.there.Ticked.Send(ctx, 1)
		return p.there.Started.Send(ctx, kinds.Started{N: 1})
	}, runtime.Once())
	named(&p.there.Started, "further", hear)
	_ = p.here.Started.Send(t.Context(), kinds.Started{})
	p.receive(t)

	id := p.transport.Published("kinds.started")[0].ID
	linked := 0
	for _, s := range r.spans() {
		if len(s.Links) == 0 {
			continue
		}
		if linked++; s.Parent != "" || s.Attributes["messaging.message.id"] != id {
			t.Errorf("got %+v, want a root with the id %s", s, id)
		}
	}
	if linked != 2 {
		t.Errorf("%d spans are linked, want two", linked)
	}
	r.want(`
send kinds.started
  process kinds.started by near
  ~ process kinds.started by far
    send kinds.ticked
    send kinds.started
      process kinds.started by further
  ~ process kinds.started by further`)
}

// What the receiver of a delivery sends is a send, even if the delivery is not
// observed.
func TestBridgedFiltered(t *testing.T) {
	r := record(t, otel.Filter(func(s runtime.AnySignal) bool { return s.Name() == "kinds.ticked" }))
	p := bridged(t, r)
	named(&p.there.Started, "far", func(ctx context.Context, _ kinds.Started) error {
		p.there.Ticked.Send(ctx, 1)
		return nil
	})
	_ = p.here.Started.Send(t.Context(), kinds.Started{})
	p.receive(t)
	r.want("send kinds.ticked")
}

func TestBridgedChild(t *testing.T) {
	propagating(t, propagation.TraceContext{})
	r := record(t, otel.Child())
	p := bridged(t, r)
	named(&p.there.Started, "far", hear)
	_ = p.here.Started.Send(t.Context(), kinds.Started{})
	p.receive(t)
	r.want(`
send kinds.started
  process kinds.started by far`)
}

// Each attempt has its span, and its error; an async receiver is linked too.
func TestBridgedRetry(t *testing.T) {
	propagating(t, propagation.TraceContext{})
	r := record(t)
	p := bridged(t, r)
	attempts := 0
	named(&p.there.Started, "far", func(context.Context, kinds.Started) error {
		if attempts++; attempts == 1 {
			return errVeto
		}
		return nil
	})
	conn := named(&p.there.Started, "aside", hear, runtime.Async(2, runtime.Block), runtime.Once(), runtime.Priority(-1))
	_ = p.here.Started.Send(t.Context(), kinds.Started{})
	p.receive(t, bridge.Retry(2, 0, 0))
	_ = conn.Drain(t.Context())
	tree := oteltest.Tree(r.spans())
	for line, times := range map[string]int{
		"  ~ process kinds.started by far, failed: veto\n": 1, "  ~ process kinds.started by far\n": 1, "  ~ process kinds.started by aside\n": 1, "\n": 4,
	} {
		if strings.Count(tree, line) != times {
			t.Errorf("want %d times %q in\n%s", times, line, tree)
		}
	}
}

// If the global propagator does not write a trace, the other end has none. A delivery
// is still not a send.
func TestBridgedWithoutTrace(t *testing.T) {
	r := record(t)
	p := bridged(t, r)
	named(&p.there.Started, "far", hear)
	_ = p.here.Started.Send(t.Context(), kinds.Started{})
	r.exporter.Reset()
	p.receive(t)
	r.want("process kinds.started by far")
}

// Everything that the propagator writes is carried, under names that CloudEvents
// allows.
func TestFields(t *testing.T) {
	propagating(t, propagation.TraceContext{}, propagation.Baggage{}, upper{})
	r := record(t)
	p := bridged(t, r)
	tenant := ""
	named(&p.there.Started, "far", func(ctx context.Context, _ kinds.Started) error {
		tenant = baggage.FromContext(ctx).Member("tenant").Value() + ctx.Value(upper{}).(string)
		return nil
	})
	member, _ := baggage.NewMember("tenant", "acme")
	bag, _ := baggage.New(member)
	if err := p.here.Started.Send(baggage.ContextWithBaggage(t.Context(), bag), kinds.Started{}); err != nil {
		t.Fatal(err)
	}
	p.receive(t)
	e := p.transport.Published("kinds.started")[0]
	if tenant != "acmevalue" || e.Extensions["baggage"] != "tenant=acme" || e.Extensions["xtraceid"] != "value" {
		t.Errorf("heard %q with the extensions %v", tenant, e.Extensions)
	}
}

// upper is a propagator with a field that is not a valid extension name.
type upper struct{}

func (upper) Inject(_ context.Context, c propagation.TextMapCarrier) { c.Set("X-Trace-Id", "value") }

func (upper) Fields() []string { return []string{"X-Trace-Id"} }

func (u upper) Extract(ctx context.Context, c propagation.TextMapCarrier) context.Context {
	if keys := strings.Join(c.Keys(), " "); !strings.Contains(keys, "traceparent") || !strings.Contains(keys, "xtraceid") {
		return ctx
	}
	return context.WithValue(ctx, u, c.Get("X-Trace-Id"))
}

// The span in ctx goes out, or if there is none, what [bridge.WithTrace] says.
func TestTraceOfContext(t *testing.T) {
	const outside = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	propagating(t, propagation.TraceContext{})
	r := record(t)
	p := bridged(t, r)
	ctx := bridge.WithTrace(t.Context(), outside, "vendor=1")
	_ = p.here.Started.Send(ctx, kinds.Started{})
	var unobserved kinds.StartedSignal
	b := bridge.New(&p.transport, otel.Propagate())
	bridge.Publish(b, &unobserved)
	_ = unobserved.Send(ctx, kinds.Started{})
	_ = b.Close(t.Context())

	sent := r.span("send kinds.started")
	published := p.transport.Published("kinds.started")
	if e := published[0]; e.TraceParent != "00-"+sent.Trace+"-"+sent.ID+"-01" || e.TraceState != "" {
		t.Errorf("with a span, got %q and %q", e.TraceParent, e.TraceState)
	}
	if e := published[1]; e.TraceParent != outside || e.TraceState != "vendor=1" {
		t.Errorf("without one, got %q and %q", e.TraceParent, e.TraceState)
	}
}
