package main

import (
	"context"
	"testing"

	"github.com/signalgen/signalgen/benchmarks/wired/receivers"
	"github.com/signalgen/signalgen/benchmarks/wired/signals"
	"github.com/signalgen/signalgen/signaltest"
)

var data = signals.Payload{Name: "name", N: 1}

// All ways call the receivers, each once, and allocate nothing.
func TestWays(t *testing.T) {
	signaltest.Wire(t)
	set := &signals.DefaultSignals
	for n, ways := range map[int64][]func(context.Context, signals.Payload) error{
		1:   {byOne, signals.SendOne, set.One.SendRobust},
		10:  {byTen, signals.SendTen, set.Ten.SendRobust},
		100: {byHundred, signals.SendHundred, set.Hundred.SendRobust},
	} {
		for i, call := range ways {
			receivers.Count = 0
			if err := call(t.Context(), data); err != nil || receivers.Count != n {
				t.Errorf("way %d: %d receivers heard, want %d; error %v", i, receivers.Count, n, err)
			}
			if allocs := testing.AllocsPerRun(100, func() { _ = call(t.Context(), data) }); allocs > 0 {
				t.Errorf("way %d: %v allocations for %d receivers", i, allocs, n)
			}
		}
	}
}

// The calls stand in the benchmarks as they do in a program: a func in between
// would cost as much as a receiver.

func BenchmarkWired1(b *testing.B) {
	signaltest.Wire(b)
	ctx := context.Background()
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			_ = byOne(ctx, data)
		}
	})
	b.Run("Send", func(b *testing.B) {
		for b.Loop() {
			_ = signals.SendOne(ctx, data)
		}
	})
	b.Run("SendRobust", func(b *testing.B) {
		for b.Loop() {
			_ = signals.DefaultSignals.One.SendRobust(ctx, data)
		}
	})
}

func BenchmarkWired10(b *testing.B) {
	signaltest.Wire(b)
	ctx := context.Background()
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			_ = byTen(ctx, data)
		}
	})
	b.Run("Send", func(b *testing.B) {
		for b.Loop() {
			_ = signals.SendTen(ctx, data)
		}
	})
	b.Run("SendRobust", func(b *testing.B) {
		for b.Loop() {
			_ = signals.DefaultSignals.Ten.SendRobust(ctx, data)
		}
	})
}

func BenchmarkWired100(b *testing.B) {
	signaltest.Wire(b)
	ctx := context.Background()
	b.Run("by hand", func(b *testing.B) {
		for b.Loop() {
			_ = byHundred(ctx, data)
		}
	})
	b.Run("Send", func(b *testing.B) {
		for b.Loop() {
			_ = signals.SendHundred(ctx, data)
		}
	})
	b.Run("SendRobust", func(b *testing.B) {
		for b.Loop() {
			_ = signals.DefaultSignals.Hundred.SendRobust(ctx, data)
		}
	})
}
