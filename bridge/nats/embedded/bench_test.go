package embedded_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// BenchmarkSync measures the cost of syncing to disk.
func BenchmarkSync(b *testing.B) {
	for _, setting := range []struct {
		name   string
		option embedded.Option
	}{
		{"default", embedded.Configure(func(*server.Options) {})},
		{"every second", embedded.Sync(time.Second)},
		{"every 100 ms", embedded.Sync(100 * time.Millisecond)},
		{"always", embedded.Sync(0)},
	} {
		for _, senders := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/%d senders", setting.name, senders), func(b *testing.B) {
				server, err := embedded.Start(embedded.Folder(b.TempDir()), setting.option)
				if err != nil {
					b.Fatal(err)
				}
				defer server.Shutdown()
				transport, err := server.Transport(b.Context(), natsbridge.DedupeWindow(time.Second))
				if err != nil {
					b.Fatal(err)
				}
				var id atomic.Int64
				b.SetParallelism((senders + 1) / 2)
				if senders == 1 {
					for b.Loop() {
						if err := transport.Publish(b.Context(), placedOrder(int(id.Add(1)))); err != nil {
							b.Fatal(err)
						}
					}
					return
				}
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := transport.Publish(b.Context(), placedOrder(int(id.Add(1)))); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}
