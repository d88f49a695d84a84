package runtime_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

var heard int64

//go:noinline
func hear(_ context.Context, data kinds.Started) error { heard += data.N; return nil }

type receiver = func(context.Context, kinds.Started) error

//go:noinline
func sendSlice(ctx context.Context, receivers []receiver, data kinds.Started) error {
	for _, r := range receivers {
		if err := r(ctx, data); err != nil {
			return err
		}
	}
	return nil
}

//go:noinline
func sendCopyOnWrite(ctx context.Context, receivers *atomic.Pointer[[]receiver], data kinds.Started) error {
	for _, r := range *receivers.Load() {
		if err := r(ctx, data); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkSend compares the ways to send with a slice of funcs.
func BenchmarkSend(b *testing.B) {
	ctx, data := context.Background(), kinds.Started{N: 1}
	for _, n := range []int{0, 1, 10, 100} {
		var s kinds.StartedSignal
		var slice []receiver
		var copied atomic.Pointer[[]receiver]
		for range n {
			s.Connect(hear)
			slice = append(slice, hear)
		}
		copied.Store(&slice)
		_ = s.Send(ctx, data)
		for name, send := range map[string]func() error{
			"slice":      func() error { return sendSlice(ctx, slice, data) },
			"cow":        func() error { return sendCopyOnWrite(ctx, &copied, data) },
			"Send":       func() error { return s.Send(ctx, data) },
			"SendRobust": func() error { return s.SendRobust(ctx, data) },
		} {
			b.Run(fmt.Sprintf("n=%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = send()
				}
			})
		}
	}
}

func BenchmarkConnect(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		for name, priority := range map[string]func(i int) []ConnectOption{
			"equal": func(int) []ConnectOption { return nil },
			"mixed": func(i int) []ConnectOption { return []ConnectOption{Priority(i * 7919 % 100)} },
		} {
			b.Run(fmt.Sprintf("n=%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; i < b.N; {
					var s kinds.StartedSignal
					for k := 0; k < n && i < b.N; k++ {
						s.Connect(hear, priority(k)...)
						i++
					}
				}
			})
		}
	}
}

// BenchmarkAsync sends flat out to async receivers, until all was heard.
func BenchmarkAsync(b *testing.B) {
	ctx, data := context.Background(), kinds.Started{N: 1}
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			var s kinds.StartedSignal
			var connections []*Connection
			for range n {
				heard := 0
				connections = append(connections, s.Connect(func(context.Context, kinds.Started) error { heard++; return nil }, Async(256, Block)))
			}
			for b.Loop() {
				_ = s.Send(ctx, data)
			}
			for _, c := range connections {
				_ = c.Drain(ctx)
				c.Disconnect()
			}
		})
	}
}
