package observe

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// listeners are notified of the sends that metrics observe. The list is copied on
// write, since sends read it without a lock.
type listeners struct{ list atomic.Pointer[[]*listener] }

// A listener keeps sends of a set.
type listener struct {
	live *live
	set  string
}

// add adds a listener, until remove is called.
func (l *listeners) add(added *listener) (remove func()) {
	l.change(func(list []*listener) []*listener { return append(list, added) })
	return func() {
		l.change(func(list []*listener) []*listener {
			return slices.DeleteFunc(list, func(other *listener) bool { return other == added })
		})
	}
}

func (l *listeners) change(change func([]*listener) []*listener) {
	for {
		old := l.list.Load()
		next := change(slices.Clone(l.all()))
		if l.list.CompareAndSwap(old, &next) {
			return
		}
	}
}

func (l *listeners) all() []*listener {
	if list := l.list.Load(); list != nil {
		return *list
	}
	return nil
}

func (l *listeners) sendStart(ctx context.Context, s runtime.SendInfo, began time.Time) context.Context {
	for _, to := range l.all() {
		ctx = to.live.sendStart(ctx, s, began)
	}
	return ctx
}

func (l *listeners) sendDone(ctx context.Context, s runtime.SendInfo, err error) {
	for _, to := range l.all() {
		to.live.sendDone(ctx, to.set, s, err)
	}
}
