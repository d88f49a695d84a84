package watermillbridge

import (
	"container/list"
	"time"
)

// An outcome is what is known of an event that was handed over.
type outcome struct {
	failures int
	due      time.Time // when it is to be handed over again
	done     bool      // it is settled for good, and the broker could not be told
}

// outcomes remember those of events that are not held: that have failed or are done, and
// that the broker has taken back. They are the latest maxOutcomes, for another process may
// have dealt with some of the events.
type outcomes struct {
	all   map[event]*list.Element
	order list.List // of remembered, the oldest first
}

const maxOutcomes = 10_000

type remembered struct {
	event
	outcome
}

// put remembers the outcome of an event of which nothing is remembered, unless it is zero.
func (o *outcomes) put(e event, of outcome) {
	if of == (outcome{}) {
		return
	}
	if o.all == nil {
		o.all = make(map[event]*list.Element)
	}
	o.all[e] = o.order.PushBack(remembered{e, of})
	if len(o.all) > maxOutcomes {
		o.take(o.order.Front().Value.(remembered).event)
	}
}

// take returns what is remembered of an event, and forgets it.
func (o *outcomes) take(e event) outcome {
	element := o.all[e]
	if element == nil {
		return outcome{}
	}
	delete(o.all, e)
	return o.order.Remove(element).(remembered).outcome
}
