package peers

import (
	"context"
	"sync"
	"time"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// An Audience is the receivers of a queue, each in its own goroutine, and what they
// hear: batches of events that are numbered from 1.
//
// One goroutine begins a batch and waits for it. The receivers behind the queue read
// what Begin writes; the queue orders the two.
type Audience struct {
	Members []*Member
	Data    signals.Payload // what is sent, without its number
	Bound   int             // how many events a queue holds for each receiver, if it can be set

	done sync.WaitGroup // counts the members that have not heard the whole batch
}

// A Member is one receiver.
type Member struct {
	Disordered bool            // an event did not follow the last one
	Latencies  []time.Duration // from the time in an event until it was heard; recorded if Timed

	Timed    bool
	seen     int64 // in this batch
	batch    int64
	audience *Audience
	_        [128]byte // so that no two goroutines write to one cache line
}

// The bounds of queues: a usual one, and one that only a slow receiver reaches.
const (
	Shallow = 256
	Deep    = 50_000
)

// NewAudience returns an audience of n members, with queues of a bound.
func NewAudience(n, bound int) *Audience {
	a := &Audience{Data: receivers.Data, Bound: bound}
	for range n {
		a.Members = append(a.Members, &Member{audience: a})
	}
	return a
}

// Begin prepares for a batch of n events.
func (a *Audience) Begin(n int) {
	for _, m := range a.Members {
		m.seen, m.batch = 0, int64(n)
	}
	a.done.Add(len(a.Members))
}

// Event returns the i-th event of a batch, from 0.
func (a *Audience) Event(i int) signals.Payload {
	data := a.Data
	data.N = int64(i) + 1
	return data
}

// Wait waits until all members have heard the whole batch.
func (a *Audience) Wait() { a.done.Wait() }

// Hear is what the receivers do.
//
//go:noinline
func (m *Member) Hear(data signals.Payload) {
	m.seen++
	if data.N != m.seen {
		m.Disordered = true
	}
	if m.Timed {
		m.Latencies = append(m.Latencies, time.Since(data.At))
	}
	if m.seen == m.batch {
		m.audience.done.Done()
	}
}

// An envelope is what is sent with peers whose receivers take one value.
type envelope struct {
	ctx  context.Context // passed to the receivers, as in a call
	data signals.Payload
}

// listen hears what arrives on a channel.
func listen(m *Member, ch <-chan envelope) {
	for e := range ch {
		m.Hear(e.data)
	}
}
