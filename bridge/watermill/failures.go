package watermillbridge

import (
	"container/list"
	"time"
)

// A failure is what is known of an event that has failed. It is zero for one that has
// not.
type failure struct {
	times int
	due   time.Time // when it is to be handed over again
}

// failures remember the events that have failed and are not held, since the broker has
// them: the latest maxFailures, for another process may have done with some of them.
type failures struct {
	all   map[event]*list.Element
	order list.List // of remembered, the oldest first
}

const maxFailures = 10_000

type remembered struct {
	event
	failure
}

// put remembers an event that is not remembered, if it has failed.
func (f *failures) put(e event, failed failure) {
	if failed.times == 0 {
		return
	}
	if f.all == nil {
		f.all = make(map[event]*list.Element)
	}
	f.all[e] = f.order.PushBack(remembered{e, failed})
	if len(f.all) > maxFailures {
		f.take(f.order.Front().Value.(remembered).event)
	}
}

// take returns what is known of an event, and forgets it.
func (f *failures) take(e event) failure {
	of := f.all[e]
	if of == nil {
		return failure{}
	}
	delete(f.all, e)
	return f.order.Remove(of).(remembered).failure
}
