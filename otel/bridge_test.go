package otel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/otel"
)

func TestObserveBridge(t *testing.T) {
	transport := bridgetest.Transport{MaxAttempts: 2}
	b := bridge.New(&transport, bridge.ErrorHandler(func(context.Context, *bridge.DeliveryError) {}))
	reader, opts := meter()
	registration, err := otel.ObserveBridge(b, opts...)
	if err != nil {
		t.Fatal(err)
	}
	var sent, heard kinds.StartedSignal
	bridge.Publish(b, &sent)
	heard.Connect(func(_ context.Context, data kinds.Started) error {
		if data.Addr == "bad" {
			return errors.New("refused")
		}
		return nil
	})
	for _, group := range []string{"mailer", "mailer", "audit"} {
		if _, err := bridge.Receive(b, &heard, bridge.Group(group), bridge.Retry(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	for _, addr := range []string{"a", "bad"} {
		_ = sent.Send(t.Context(), kinds.Started{Addr: addr})
	}
	if err := transport.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	transport.Break(errors.New("down"))
	_ = sent.Send(t.Context(), kinds.Started{})
	got := observed(t, reader.Collect)
	for _, want := range []string{
		"published 2 kinds.started",
		"published 1 _OTHER kinds.started",
		"delivered 1 acknowledged audit kinds.started",
		"delivered 1 acknowledged kinds.started mailer",
		"delivered 1 dead kinds.started mailer",
		"delivered 1 kinds.started mailer retried",
		"delivered 0 kinds.started mailer skipped",
		"slow 0 kinds.started mailer",
		"lag 1 dead kinds.started mailer",
		"lag 0 kinds.started mailer waiting",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
	if err := errors.Join(registration.Unregister(), b.Close(t.Context())); err != nil {
		t.Error(err)
	}
	if lines := observed(t, reader.Collect); len(lines) > 0 {
		t.Errorf("after Unregister: %q", lines)
	}
}

// observed returns a line for each time series of a bridge: what is measured, the value,
// and the values of the attributes, sorted.
func observed(t *testing.T, collect func(context.Context, *metricdata.ResourceMetrics) error) (lines []string) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	add := func(name string, points []metricdata.DataPoint[int64]) {
		for _, p := range points {
			var values []string
			for _, a := range p.Attributes.ToSlice() {
				values = append(values, a.Value.String())
			}
			slices.Sort(values)
			lines = append(lines, fmt.Sprintf("%s %d %s", strings.TrimPrefix(name, "messaging.signalgen.bridge."), p.Value, strings.Join(values, " ")))
		}
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				add(m.Name, data.DataPoints)
			case metricdata.Gauge[int64]:
				add(m.Name, data.DataPoints)
			}
		}
	}
	return lines
}
