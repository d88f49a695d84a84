package runtime_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

// An ear is an async receiver that records what it hears from several senders, whose
// sends are numbered.
type ear struct {
	conn  *Connection
	last  map[string]int
	heard uint64
	wrong string
}

func (e *ear) hear(id string, n int) {
	if last, found := e.last[id]; found && n <= last && e.wrong == "" {
		e.wrong = fmt.Sprintf("%s: %d behind %d", id, n, last)
	}
	e.last[id] = n
	e.heard++
}

// Whatever happens around them, receivers with any policy and queue size hear each
// sender's sends in order, and what they miss is counted.
func TestQueuesLoseNothing(t *testing.T) {
	const senders, sends = 3, 3000
	var s kinds.CheckedSignal
	var ears []*ear
	for i, overflow := range []Overflow{Block, DropNewest, DropOldest, Fail} {
		for _, size := range []int{1, 8, 20, 300} {
			e := &ear{last: make(map[string]int)}
			pause := rand.IntN(3)
			e.conn = s.Connect(func(_ context.Context, id string, n int) error {
				e.hear(id, n)
				for range pause {
					runtime.Gosched()
				}
				return nil
			}, Async(size, overflow), Priority(i%2), Name(fmt.Sprint(overflow, size)))
			ears = append(ears, e)
		}
	}
	done := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() { comeAndGo(&s, done) })
	var sending sync.WaitGroup
	for i := range senders {
		sending.Go(func() {
			for n := range sends {
				if n%50 == 49 {
					_ = s.SendConcurrent(t.Context(), fmt.Sprint(i), n)
				} else {
					_ = s.SendRobust(t.Context(), fmt.Sprint(i), n)
				}
			}
		})
	}
	sending.Wait()
	close(done)
	others.Wait()
	for _, e := range ears {
		if err := e.conn.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		name := fmt.Sprint("ear of ", e.conn)
		if e.wrong != "" {
			t.Error(e.wrong)
		}
		if total := e.heard + e.conn.Dropped(); total != senders*sends {
			t.Errorf("%s: heard %d, dropped %d, want %d together", name, e.heard, e.conn.Dropped(), senders*sends)
		}
		e.conn.Disconnect()
	}
}

// comeAndGo connects receivers at random places among those of a signal, and
// disconnects them again.
func comeAndGo(s *kinds.CheckedSignal, done <-chan struct{}) {
	var all []*Connection
	for {
		select {
		case <-done:
			for _, c := range all {
				c.Disconnect()
			}
			return
		default:
		}
		opts := []ConnectOption{Priority(rand.IntN(4) - 1)}
		if rand.IntN(2) == 0 {
			opts = append(opts, Async(1+rand.IntN(40), Overflow(1+rand.IntN(3))), Workers(1+rand.IntN(2)))
		}
		all = append(all, s.Connect(func(context.Context, string, int) error { return nil }, opts...))
		if len(all) > 5 {
			i := rand.IntN(len(all))
			all[i].Disconnect()
			all = append(all[:i], all[i+1:]...)
		}
		runtime.Gosched()
	}
}
