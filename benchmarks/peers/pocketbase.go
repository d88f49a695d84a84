package peers

import (
	"context"

	"github.com/pocketbase/pocketbase/tools/hook"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// A hooked is what PocketBase's hook sends. It contains the remaining receivers, so
// each send needs a new one.
type hooked struct {
	hook.Event

	ctx  context.Context // receivers get only the event
	data signals.Payload
}

// pocketBase makes each receiver call the next one.
func pocketBase() Peer {
	return Peer{
		Name:   "PocketBase hook",
		Module: "github.com/pocketbase/pocketbase",
		Locks:  true,
		Send: func(n int, hear Hearing) Loop {
			h, ctx := new(hook.Hook[*hooked]), context.Background()
			for range n {
				h.BindFunc(pick(hear, addHooked, readHooked))
			}
			return func(n int) {
				for range n {
					_ = h.Trigger(&hooked{ctx: ctx, data: receivers.Data})
				}
			}
		},
		Connect: connectHook,
	}
}

//go:noinline
func addHooked(e *hooked) error {
	receivers.Count += e.data.N
	return e.Next()
}

//go:noinline
func readHooked(e *hooked) error {
	if e.data.N != 1 {
		receivers.Count++
	}
	return e.Next()
}

// connectHook connects receivers with random ids, which the hook makes. The hook sorts
// all receivers each time.
func connectHook(n int, priority func(int) int) *Connecting {
	h, ids := new(hook.Hook[*hooked]), make([]string, n)
	if priority == nil {
		priority = func(int) int { return 0 }
	}
	connect := func() {
		for i := range n {
			ids[i] = h.Bind(&hook.Handler[*hooked]{Func: addHooked, Priority: priority(i)})
		}
	}
	return &Connecting{connect, func(order []int) {
		for _, i := range order {
			h.Unbind(ids[i])
		}
	}, func() { _ = h.Trigger(&hooked{data: receivers.Data}) }}
}
