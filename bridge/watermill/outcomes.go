package watermillbridge

import (
	"container/list"
	"time"
)

// An outcome is the state of an event that was delivered.
type outcome struct {
	failures int
	due      time.Time // when it is to be delivered again
	done     bool      // it is acknowledged or a dead letter, and the broker could not be told
}

// outcomes remember the outcomes of events that the broker has taken back after they had
// failed or were done. Another process may have processed such an event meanwhile, so only
// the latest maxOutcomes are kept.
type outcomes struct {
	all   map[event]*list.Element
	order list.List // of remembered, oldest first
}

const maxOutcomes = 10_000

type remembered struct {
	event
	outcome
}

// put adds the outcome of an event that has none, unless it is zero.
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

// take removes and returns the outcome of an event.
func (o *outcomes) take(e event) outcome {
	element := o.all[e]
	if element == nil {
		return outcome{}
	}
	delete(o.all, e)
	return o.order.Remove(element).(remembered).outcome
}
