package bridge_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// Whatever receivers do and whenever the subscription is closed, every delivery is settled
// exactly once, with nil if and only if its receiver has returned nil in the end, and the
// deliveries of one key begin in order.
func TestSettledOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &settling{
			all:      rapid.SliceOfN(handedOver, 1, 25).Draw(rt, "deliveries"),
			inFlight: rapid.IntRange(1, 8).Draw(rt, "in flight"),
			closing:  time.Duration(rapid.IntRange(0, 60).Draw(rt, "closed after")) * time.Second,
			patience: time.Duration(rapid.IntRange(0, 20).Draw(rt, "closed within")) * time.Second,
		}
		synctest.Test(t, m.run)
		for _, wrong := range m.wrong {
			rt.Error(wrong)
		}
	})
}

// An outcome is what a receiver does with a delivery.
type outcome struct {
	key   string
	takes time.Duration
	fails int    // how often, before it goes well
	ends  string // otherwise than by returning: "panic", "exit", "poison"; empty for none
}

var handedOver = rapid.Custom(func(t *rapid.T) outcome {
	return outcome{
		key:   rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "key"),
		takes: time.Duration(rapid.IntRange(0, 5).Draw(t, "takes")) * time.Second,
		fails: rapid.IntRange(0, 3).Draw(t, "fails"),
		ends:  rapid.SampledFrom([]string{"", "", "", "panic", "exit", "poison"}).Draw(t, "ends"),
	}
})

// settling is one run of the model.
type settling struct {
	all               []outcome
	inFlight          int
	closing, patience time.Duration

	mu      sync.Mutex // guards what follows
	calls   map[int]int
	well    map[int]bool // the receiver has returned nil
	begun   map[string][]int
	settled map[int][]error
	wrong   []string
}

func (m *settling) fail(format string, args ...any) {
	m.wrong = append(m.wrong, fmt.Sprintf(format, args...))
}

func (m *settling) run(t *testing.T) {
	m.calls, m.well = make(map[int]int), make(map[int]bool)
	m.begun, m.settled = make(map[string][]int), make(map[int][]error)
	var transport immediate
	b := New(&transport, ErrorHandler(func(context.Context, *DeliveryError) {}))
	var s kinds.StartedSignal
	s.Connect(m.receive)
	sub, err := Receive(b, &s, Group("all"), InFlight(m.inFlight), Retry(3, time.Second, time.Second))
	if err != nil {
		t.Fatal(err)
	}
	go m.close(sub)
	for i, o := range m.all {
		transport.handle(m.delivery(i, o))
	}
	time.Sleep(time.Hour)
	m.check()
}

func (m *settling) close(sub *Subscription) {
	time.Sleep(m.closing)
	ctx, cancel := context.WithTimeout(context.Background(), m.patience)
	defer cancel()
	_ = sub.Close(ctx) // an error says that it was not patient enough
}

func (m *settling) delivery(i int, o outcome) Delivery {
	e := &Envelope{ID: strconv.Itoa(i), Source: "/", Type: "kinds.started", Key: o.key, Data: fmt.Appendf(nil, `{"N":%d}`, i)}
	return Delivery{Envelope: e, Settle: func(err error) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.settled[i] = append(m.settled[i], err)
	}}
}

func (m *settling) receive(_ context.Context, data kinds.Started) error {
	i := int(data.N)
	o := m.all[i]
	m.mu.Lock()
	m.calls[i]++
	call := m.calls[i]
	if call == 1 {
		m.begun[o.key] = append(m.begun[o.key], i)
	}
	m.mu.Unlock()
	time.Sleep(o.takes)
	switch {
	case call <= o.fails:
		return errRefused
	case o.ends == "panic":
		panic(errRefused)
	case o.ends == "exit":
		runtime.Goexit()
	case o.ends == "poison":
		return Poison(errRefused)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.well[i] = true
	return nil
}

func (m *settling) check() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.all {
		errs := m.settled[i]
		if len(errs) != 1 {
			m.fail("delivery %d: settled %d times", i, len(errs))
			continue
		}
		if (errs[0] == nil) != m.well[i] {
			m.fail("delivery %d: settled with %v, the receiver has returned nil: %v", i, errs[0], m.well[i])
		}
		if m.calls[i] > 3 {
			m.fail("delivery %d: %d calls, want at most 3", i, m.calls[i])
		}
	}
	for key, begun := range m.begun {
		if !slices.IsSorted(begun) {
			m.fail("key %q: begun in the order %v", key, begun)
		}
	}
}
