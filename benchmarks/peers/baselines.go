package peers

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// The names of the baselines.
const (
	ByHand      = "calls by hand"
	Slice       = "slice of funcs"
	CopyOnWrite = "copy-on-write slice"
	Locked      = "slice, RWMutex"
)

// slice is the least that a send to a variable number of receivers can do. It must not
// be used by other goroutines while one connects.
func slice() Peer {
	return Peer{
		Name: Slice,
		Send: func(n int, hear Hearing) Loop {
			all, ctx := some(n, hear), context.Background()
			return func(n int) {
				for range n {
					_ = sendSlice(ctx, all, receivers.Data)
				}
			}
		},
		Each: func(n int) Loop {
			all, ctx := some(n, Add), context.Background()
			return func(n int) {
				for range n {
					for _, err := range each(ctx, all, receivers.Data) {
						must(err)
					}
				}
			}
		},
	}
}

// each is not inlined either.
//
//go:noinline
func each(ctx context.Context, all []receiver, data signals.Payload) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i, r := range all {
			if !yield(i, r(ctx, data)) {
				return
			}
		}
	}
}

// some returns n receivers.
func some(n int, hear Hearing) []receiver {
	var all []receiver
	for range n {
		all = append(all, pick[receiver](hear, receivers.Add, receivers.Read))
	}
	return all
}

// The sends are not inlined: they would not be if a program sent from several places.

//go:noinline
func sendSlice(ctx context.Context, all []receiver, data signals.Payload) error {
	for _, r := range all {
		if err := r(ctx, data); err != nil {
			return err
		}
	}
	return nil
}

// copyOnWrite is the least that a send can do if several goroutines send and connect.
func copyOnWrite() Peer {
	return Peer{
		Name: CopyOnWrite,
		Send: func(n int, hear Hearing) Loop {
			var published atomic.Pointer[[]receiver]
			all, ctx := some(n, hear), context.Background()
			published.Store(&all)
			return func(n int) {
				for range n {
					_ = sendCopyOnWrite(ctx, &published, receivers.Data)
				}
			}
		},
		Connect: connectCopyOnWrite,
	}
}

//go:noinline
func sendCopyOnWrite(ctx context.Context, published *atomic.Pointer[[]receiver], data signals.Payload) error {
	for _, r := range *published.Load() {
		if err := r(ctx, data); err != nil {
			return err
		}
	}
	return nil
}

// locked is how such a slice is often protected instead.
func locked() Peer {
	return Peer{
		Name:  Locked,
		Locks: true,
		Send: func(n int, hear Hearing) Loop {
			s, ctx := lockedSlice{all: some(n, hear)}, context.Background()
			return func(n int) {
				for range n {
					_ = s.send(ctx, receivers.Data)
				}
			}
		},
	}
}

type lockedSlice struct {
	mu  sync.RWMutex
	all []receiver // guarded by mu
}

//go:noinline
func (s *lockedSlice) send(ctx context.Context, data signals.Payload) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, r := range s.all {
		if err := r(ctx, data); err != nil {
			return err
		}
	}
	return nil
}

// connectCopyOnWrite copies the whole slice for each receiver. Funcs cannot be
// compared, so it keeps pointers to them.
func connectCopyOnWrite(n int, priority func(int) int) *Connecting {
	if priority != nil {
		return nil
	}
	var mu sync.Mutex // held while copying
	var published atomic.Pointer[[]*receiver]
	published.Store(new([]*receiver))
	handles := make([]*receiver, n)
	change := func(change func(old []*receiver) []*receiver) {
		mu.Lock()
		defer mu.Unlock()
		next := change(slices.Clone(*published.Load()))
		published.Store(&next)
	}
	connect := func() {
		for i := range n {
			r := receiver(receivers.Add)
			handles[i] = &r
			change(func(old []*receiver) []*receiver { return append(old, &r) })
		}
	}
	return &Connecting{connect, func(order []int) {
		for _, i := range order {
			change(func(old []*receiver) []*receiver {
				at := slices.Index(old, handles[i])
				return slices.Delete(old, at, at+1)
			})
		}
	}, func() {
		for _, r := range *published.Load() {
			must((*r)(context.Background(), receivers.Data))
		}
	}}
}
