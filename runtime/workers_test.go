package runtime_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// Ten sends that take a second each take three seconds with four workers, which start
// as they are needed.
func TestWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		var mu sync.Mutex
		calls, most := 0, 0
		count := func(n int) {
			mu.Lock()
			defer mu.Unlock()
			calls += n
			most = max(most, calls)
		}
		conn := s.Connect(func(context.Context, int) {
			count(1)
			time.Sleep(time.Second)
			count(-1)
		}, Async(10, Block), Workers(4))
		begin := time.Now()
		for n := range 10 {
			s.Send(t.Context(), n)
			synctest.Wait()
		}
		if err := conn.Drain(t.Context()); err != nil || most != 4 || time.Since(begin) != 3*time.Second {
			t.Errorf("%d calls at once took %v, %v; want 4, and 3s", most, time.Since(begin), err)
		}
		if calls != 0 {
			t.Errorf("%d calls run behind Drain", calls)
		}
		conn.Disconnect()
	})
}

// What no worker has taken is dropped, and counted.
func TestWorkersAreDisconnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.TickedSignal
		conn := s.Connect(func(context.Context, int) { time.Sleep(time.Second) }, Async(10, Block), Workers(2))
		for n := range 7 {
			s.Send(t.Context(), n)
		}
		synctest.Wait()
		conn.Disconnect()
		if conn.Dropped() != 5 {
			t.Errorf("%d dropped, want 5", conn.Dropped())
		}
		if err := conn.Drain(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
