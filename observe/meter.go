package observe

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"github.com/signalgen/signalgen/runtime"
)

// A meter counts for all signals of one name.
type meter struct {
	clock
	metrics  *Metrics
	name     string
	doc      string
	observer *runtime.Observer

	sends, calls          pace // calls are those in observed sends, and those of async receivers
	errors, panics, drops atomic.Uint64
	latency               histogram
	flights               flights
	receivers             sync.Map // a *receiver by its identity

	mu      sync.Mutex // guards signals
	signals []weak.Pointer[runtime.Signal]
}

func newMeter(metrics *Metrics, s runtime.AnySignal) *meter {
	m := &meter{clock: clock{time.Now()}, metrics: metrics, name: s.Name(), doc: s.Doc()}
	m.observer = &runtime.Observer{
		Sends:        &m.sends.Counter,
		Calls:        &m.calls.Counter,
		SendStart:    m.sendStart,
		SendDone:     m.sendDone,
		ReceiveStart: m.receiveStart,
		ReceiveDone:  m.receiveDone,
		Failed:       m.failed,
		Dropped:      m.dropped,
	}
	if metrics.oneIn.get() == 0 && !metrics.watched() {
		m.sends.Skip(-1)
		m.calls.Skip(-1)
	}
	return m
}

// add adds a signal, until it is collected.
func (m *meter) add(s runtime.AnySignal) {
	signal, ok := s.(*runtime.Signal)
	if !ok {
		return
	}
	held := weak.Make(signal)
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(m.signals, held) {
		m.signals = append(m.signals, held)
	}
}

// live returns the signals that have not been collected.
func (m *meter) live() (signals []*runtime.Signal) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.signals = slices.DeleteFunc(m.signals, func(held weak.Pointer[runtime.Signal]) bool {
		s := held.Value()
		if s != nil {
			signals = append(signals, s)
		}
		return s == nil
	})
	return signals
}

func (m *meter) sendStart(ctx context.Context, send runtime.SendInfo) context.Context {
	s := begin(ctx, &m.sends, m.now(), &m.flights)
	s.weight = m.sends.observed(m.metrics, s.began)
	return m.metrics.listeners.sendStart(s, send, m.started.Add(s.began))
}

func (m *meter) sendDone(ctx context.Context, send runtime.SendInfo, err error) {
	m.metrics.listeners.sendDone(ctx, send, err)
	if s := spanOf(ctx, &m.sends); s != nil {
		m.latency.add(m.end(s))
	}
}

func (m *meter) receiveStart(ctx context.Context, send runtime.SendInfo, info runtime.ReceiverInfo) context.Context {
	r := m.receiver(info)
	s := begin(ctx, &m.calls, m.now(), &r.flights)
	s.receiver = r
	s.weight = m.calls.observed(m.metrics, s.began)
	if send.Mode != runtime.Queued {
		if of := spanOf(s.Context, &m.sends); of != nil {
			s.weight *= of.weight
		}
	}
	r.calls.Add(s.weight)
	return s
}

func (m *meter) receiveDone(ctx context.Context, _ runtime.SendInfo, _ runtime.ReceiverInfo, _ error) {
	if s := spanOf(ctx, &m.calls); s != nil {
		took := m.end(s)
		s.receiver.latency.add(took)
		s.receiver.busy.Add(int64(took) * int64(s.weight))
	}
}

// end ends a span, and returns how long it took.
func (m *meter) end(s *span) time.Duration {
	s.flight.Store(0)
	return m.now() - s.began
}

func (m *meter) failed(_ runtime.AnySignal, info runtime.ReceiverInfo, err error) {
	r, f := m.receiver(info), failureOf(err)
	if f.Panic {
		m.panics.Add(1)
		r.panics.Add(1)
	} else {
		m.errors.Add(1)
		r.errors.Add(1)
	}
	r.failures.add(f)
}

func (m *meter) dropped(runtime.AnySignal, runtime.ReceiverInfo) { m.drops.Add(1) }

// receiver returns the counters of a receiver.
func (m *meter) receiver(info runtime.ReceiverInfo) *receiver {
	id := identityOf(info)
	if found, ok := m.receivers.Load(id); ok {
		return found.(*receiver)
	}
	found, _ := m.receivers.LoadOrStore(id, new(receiver))
	return found.(*receiver)
}
