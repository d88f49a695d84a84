package bridgetest

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// Conform tests that a transport keeps the promises of [bridge.Transport] and of the
// optional interfaces that it implements. Each promise has a subtest, for which open
// returns a transport; open registers its cleanup with t. The transports may share a
// broker: the types are unique. What not every transport can do is tested if an option
// says how.
func Conform(t *testing.T, open func(t testing.TB) bridge.Transport, opts ...Option) {
	s := suite{patience: 30 * time.Second, hold: 300 * time.Millisecond, big: 256 << 10}
	for _, opt := range opts {
		opt(&s)
	}
	for _, promise := range s.promises() {
		t.Run(promise.name, func(t *testing.T) {
			promise.test(&run{T: t, suite: &s, transport: open(t), typ: "example.com/conform/" + rand.Text() + ".Signal"})
		})
	}
	t.Run("PublishAsync", func(t *testing.T) {
		r := &run{T: t, suite: &s, transport: open(t), typ: "example.com/conform/" + rand.Text() + ".Signal"}
		if async, ok := r.transport.(bridge.AsyncPublisher); ok {
			r.async(async)
		}
	})
	for _, promise := range options {
		t.Run(promise.name, func(t *testing.T) {
			r := &run{T: t, suite: &s, transport: open(t), typ: "example.com/conform/" + rand.Text() + ".Signal"}
			if _, ok := r.transport.(bridge.TransportWithOptions); ok {
				promise.test(r)
			}
		})
	}
}

// An Option tells [Conform] about a transport.
type Option func(*suite)

// Patience sets how long a test waits before it fails. The default is 30 seconds. It must
// be longer than the pause of the transport before it redelivers.
func Patience(d time.Duration) Option {
	return func(s *suite) { s.patience = d }
}

// Hold sets how long a test leaves a delivery unsettled to check that it is not
// redelivered. If the broker limits the time to acknowledge, it should be longer than
// that. The default is 300 milliseconds.
func Hold(d time.Duration) Option {
	return func(s *suite) { s.hold = d }
}

// Big sets the size in bytes of the largest data that the transport must carry. The
// default is 256 KiB.
func Big(size int) Option {
	return func(s *suite) { s.big = size }
}

// TooBig sets a size of data in bytes for which Publish must return an error.
func TooBig(size int) Option {
	return func(s *suite) { s.tooBig = size }
}

// Letters adds tests of dead letters. list returns the ids of the dead letters of a group
// for a type; the suite calls it until there are some. replay makes the transport deliver
// them again.
func Letters(list func(t testing.TB, of bridge.Transport, typ, group string) []string, replay func(t testing.TB, of bridge.Transport, typ, group string)) Option {
	return func(s *suite) { s.list, s.replay = list, replay }
}

// AnyOrder is for a transport whose broker keeps no order.
func AnyOrder() Option {
	return func(s *suite) { s.anyOrder = true }
}

// OneAtATime is for a transport that delivers nothing to a member before it has settled
// the last delivery.
func OneAtATime() Option {
	return func(s *suite) { s.oneAtATime = true }
}

// A suite has what Conform knows about a transport.
type suite struct {
	patience, hold time.Duration
	big, tooBig    int
	anyOrder       bool
	oneAtATime     bool
	list           func(t testing.TB, of bridge.Transport, typ, group string) []string
	replay         func(t testing.TB, of bridge.Transport, typ, group string)
	inTx           func(t testing.TB, of bridge.Transport, f func(ctx context.Context) error) error
}

// A promise is one test of the suite.
type promise struct {
	name string
	test func(*run)
}

// promises returns the promises that the transport is tested for.
func (s *suite) promises() []promise {
	all := slices.Concat(contents, groups, settling, failures)
	if !s.oneAtATime {
		all = append(all, promise{"OrderOfSettlingIsFree", (*run).settleAnyhow})
	}
	if !s.anyOrder {
		all = append(all, promise{"OrderOfOneMember", (*run).inOrder})
	}
	if s.tooBig > 0 {
		all = append(all, promise{"TooBigIsAnError", (*run).tooBig})
	}
	if s.list != nil {
		all = append(all, promise{"PoisonIsADeadLetter", (*run).poisonLetter}, promise{"AttemptsAreLimited", (*run).limit})
	}
	if s.replay != nil {
		all = append(all, promise{"DeadLettersAreReplayed", (*run).replayed})
	}
	if s.inTx != nil {
		all = append(all, transactions...)
	}
	return append(all, promise{"SignalsCross", (*run).signals})
}

// A run is one subtest.
type run struct {
	*testing.T
	*suite
	transport bridge.Transport
	typ       string
	last      int // number of the last envelope
}

// envelope returns a new envelope with an id of its own.
func (r *run) envelope(data string) *bridge.Envelope {
	r.last++
	return &bridge.Envelope{
		ID:     r.typ + "#" + string(rune('A'+r.last/26%26)) + string(rune('A'+r.last%26)),
		Source: "//conform/test", Type: r.typ, ContentType: "text/plain", Data: []byte(data), Time: time.Now().UTC(),
	}
}

// publish publishes each data in an envelope of its own.
func (r *run) publish(data ...string) {
	r.Helper()
	for _, data := range data {
		r.publishEnvelope(r.envelope(data))
	}
}

func (r *run) publishEnvelope(e *bridge.Envelope) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), r.patience)
	defer cancel()
	if err := r.transport.Publish(ctx, e); err != nil {
		r.Fatalf("publish: %v", err)
	}
}

// A member is one subscription of a test.
type member struct {
	*run
	leave      context.CancelFunc
	deliveries chan bridge.Delivery
	handling   atomic.Int32 // calls of the handler that have not returned
}

// join subscribes as a member of a group, until leave or the end of the test.
func (r *run) join(group string) *member {
	r.Helper()
	m, err := r.subscribe(r.as(group))
	if err != nil {
		r.Fatalf("subscribe: %v", err)
	}
	return m
}

// as subscribes as a member of a group.
func (r *run) as(group string) func(ctx context.Context, handle bridge.Handler) error {
	return func(ctx context.Context, handle bridge.Handler) error {
		return r.transport.Subscribe(ctx, r.typ, group, handle)
	}
}

// subscribe calls by with a handler, and returns the member that gets its deliveries.
func (r *run) subscribe(by func(ctx context.Context, handle bridge.Handler) error) (*member, error) {
	ctx, leave := context.WithCancel(context.Background())
	m := &member{run: r, leave: leave, deliveries: make(chan bridge.Delivery, 1000)}
	r.Cleanup(leave)
	err := by(ctx, func(d bridge.Delivery) {
		if m.handling.Add(1) != 1 {
			r.Error("the handler was called before it had returned")
		}
		m.deliveries <- d
		m.handling.Add(-1)
	})
	return m, err
}

// next waits for the next delivery.
func (m *member) next() bridge.Delivery {
	m.Helper()
	select {
	case d := <-m.deliveries:
		return d
	case <-time.After(m.patience):
		m.Fatalf("no delivery within %v", m.patience)
		panic("not reached")
	}
}

// hear takes deliveries, acknowledges them, and checks their data and, unless the
// transport has AnyOrder, their order.
func (m *member) hear(want ...string) {
	m.Helper()
	m.hearOf(!m.anyOrder, want)
}

// hearAll is hear in any order.
func (m *member) hearAll(want ...string) {
	m.Helper()
	m.hearOf(false, want)
}

func (m *member) hearOf(ordered bool, want []string) {
	m.Helper()
	var got []string
	for range want {
		d := m.next()
		got = append(got, string(d.Envelope.Data))
		d.Settle(nil)
	}
	if !ordered {
		slices.Sort(got)
		want = slices.Sorted(slices.Values(want))
	}
	if !slices.Equal(got, want) {
		m.Fatalf("heard %.1000q, want %.1000q", got, want)
	}
}

// until takes deliveries up to the one with the data last, which it acknowledges. It
// settles those before it with the error of settle, and returns their data.
func (m *member) until(last string, settle func(d bridge.Delivery) error) (before []string) {
	m.Helper()
	for {
		d := m.next()
		data := string(d.Envelope.Data)
		if data == last {
			d.Settle(nil)
			return before
		}
		d.Settle(settle(d))
		before = append(before, data)
	}
}

// numbered returns n different strings with a prefix, sorted.
func numbered(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = prefix + strings.Repeat("z", i/26) + string(rune('a'+i%26))
	}
	return all
}
