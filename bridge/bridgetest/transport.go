// Package bridgetest has an in-process transport for tests of programs that use package
// bridge, and a suite of tests that every transport must pass.
//
// In a test, use a [Transport] in place of the broker, with one bridge over it for each
// process. [Transport.Wait] waits until everything that was published has been received.
package bridgetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries envelopes within the process as a message broker does between
// processes, with groups, redelivery and dead letters. It keeps everything that is
// published. The zero value is ready to use. Set the fields before its first use, and do
// not copy it.
type Transport struct {
	// MaxAttempts is the number of deliveries after which an envelope becomes a dead
	// letter; 0 means 5.
	MaxAttempts int

	// Redelivery is the pause before an envelope is redelivered.
	Redelivery time.Duration

	mu     sync.Mutex // guards what follows
	change *sync.Cond // on mu: something below has changed; nil before the first lock
	broken error
	topics map[string]*topic
}

// A topic has what is published under one type.
type topic struct {
	stored []message // all, in order
	groups map[string]*group
}

// A group has the state of one group of a topic.
type group struct {
	waiting  []message // in order
	inFlight int       // delivered and not settled, or waiting for redelivery
	dead     []DeadLetter
}

// A message is an envelope as a broker stores it.
type message struct {
	number  int // in its topic
	headers [][2]string
	data    []byte
	attempt int // the number of its deliveries to the group
}

// A DeadLetter is an envelope whose deliveries to a group have failed.
type DeadLetter struct {
	Envelope *bridge.Envelope
	Attempt  int   // the number of its deliveries
	Err      error // with which the last one was settled

	message message
}

// Publish stores an envelope, or returns the error of [Transport.Break].
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m := message{data: slices.Clone(e.Data)}
	for name, value := range e.Headers() {
		m.headers = append(m.headers, [2]string{name, value})
	}
	if _, err := m.envelope(); err != nil {
		return err
	}
	defer t.lock()()
	if t.broken != nil {
		return t.broken
	}
	of := t.topic(e.Type)
	m.number = len(of.stored)
	of.stored = append(of.stored, m)
	for _, g := range of.groups {
		g.waiting = append(g.waiting, m)
	}
	return nil
}

// Subscribe calls handle in a new goroutine until ctx is done. A new group begins with the
// first envelope that was published.
func (t *Transport) Subscribe(ctx context.Context, typ, name string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, name, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith is Subscribe with options. AckWait has no effect: a member lives as long
// as the process.
func (t *Transport) SubscribeWith(ctx context.Context, typ, name string, opts bridge.SubscribeOptions, handle bridge.Handler) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	unlock := t.lock()
	g := t.group(typ, name, opts.FromNow || opts.Broadcast)
	unlock()
	context.AfterFunc(ctx, func() {
		defer t.lock()() // wakes the goroutine
		if opts.Broadcast {
			delete(t.topic(typ).groups, name)
		}
	})
	limit := cmp.Or(opts.MaxDeliver, t.MaxAttempts, 5)
	go func() {
		for m, ok := t.next(ctx, g); ok; m, ok = t.next(ctx, g) {
			e, _ := m.envelope() // Publish has checked that it can be parsed
			last := m.attempt >= limit
			settle := func(err error) { t.settle(g, m, err, last, t.pause(m.attempt, opts.Backoff)) }
			handle(bridge.Delivery{Envelope: e, Attempt: m.attempt, Last: last, Settle: settle})
		}
	}()
	return nil
}

// pause returns how long an envelope waits after its n-th failure.
func (t *Transport) pause(n int, backoff []time.Duration) time.Duration {
	if len(backoff) == 0 {
		return t.Redelivery
	}
	return backoff[min(n, len(backoff))-1]
}

// Health returns the error of [Transport.Break].
func (t *Transport) Health(context.Context) error {
	defer t.lock()()
	return t.broken
}

// Lag returns what waits for a group.
func (t *Transport) Lag(_ context.Context, typ, name string) (bridge.Lag, error) {
	defer t.lock()()
	g := t.topic(typ).groups[name]
	if g == nil {
		return bridge.Lag{Waiting: len(t.topic(typ).stored)}, nil
	}
	return bridge.Lag{Waiting: len(g.waiting), InFlight: g.inFlight, Dead: len(g.dead)}, nil
}

// Break makes Publish return err, as if the broker could not be reached, until Break is
// called with nil.
func (t *Transport) Break(err error) {
	defer t.lock()()
	t.broken = err
}

// Published returns the envelopes that were published under a type, in order.
func (t *Transport) Published(typ string) []*bridge.Envelope {
	defer t.lock()()
	var all []*bridge.Envelope
	for _, m := range t.topic(typ).stored {
		e, _ := m.envelope()
		all = append(all, e)
	}
	return all
}

// DeadLetters returns the dead letters of a group for a type, the oldest first.
func (t *Transport) DeadLetters(typ, name string) []DeadLetter {
	defer t.lock()()
	if g := t.topic(typ).groups[name]; g != nil {
		return slices.Clone(g.dead)
	}
	return nil
}

// Replay delivers the dead letters of a group again, as if for the first time. It returns
// how many there were.
func (t *Transport) Replay(typ, name string) int {
	defer t.lock()()
	g := t.topic(typ).groups[name]
	if g == nil {
		return 0
	}
	dead := g.dead
	g.dead = nil
	for _, letter := range dead {
		letter.message.attempt = 0
		g.insert(letter.message)
	}
	return len(dead)
}

// Wait waits until every group has settled everything that was published; dead letters
// are settled. It returns the error of ctx if that is done first. It waits for groups
// without members as well.
func (t *Transport) Wait(ctx context.Context) error {
	defer t.lock()()
	defer context.AfterFunc(ctx, func() { t.lock()() })()
	for !t.isIdle() {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.change.Wait()
	}
	return nil
}

func (t *Transport) isIdle() bool {
	for _, of := range t.topics {
		for _, g := range of.groups {
			if g.inFlight > 0 || len(g.waiting) > 0 {
				return false
			}
		}
	}
	return true
}

// lock locks mu. The func that it returns unlocks mu and broadcasts a change.
func (t *Transport) lock() (unlock func()) {
	t.mu.Lock()
	if t.change == nil {
		t.change = sync.NewCond(&t.mu)
		t.topics = make(map[string]*topic)
	}
	return func() {
		t.change.Broadcast()
		t.mu.Unlock()
	}
}

// topic returns the topic of a type, which it makes if there is none. mu is held.
func (t *Transport) topic(typ string) *topic {
	if t.topics[typ] == nil {
		t.topics[typ] = &topic{groups: make(map[string]*group)}
	}
	return t.topics[typ]
}

// group returns a group, which it makes if there is none. mu is held.
func (t *Transport) group(typ, name string, fromNow bool) *group {
	of := t.topic(typ)
	if of.groups[name] == nil {
		g := new(group)
		if !fromNow {
			g.waiting = slices.Clone(of.stored)
		}
		of.groups[name] = g
	}
	return of.groups[name]
}

// next waits for the next message of a group. It returns false when ctx is done.
func (t *Transport) next(ctx context.Context, g *group) (m message, ok bool) {
	defer t.lock()()
	for ctx.Err() == nil {
		if len(g.waiting) > 0 {
			m, g.waiting = g.waiting[0], g.waiting[1:]
			g.inFlight++
			m.attempt++
			return m, true
		}
		t.change.Wait()
	}
	return m, false
}

// settle ends a delivery. After a failure that is not the last, the message waits for
// pause.
func (t *Transport) settle(g *group, m message, err error, last bool, pause time.Duration) {
	defer t.lock()()
	switch {
	case err == nil:
		g.inFlight--
	case errors.Is(err, bridge.ErrClosed): // it has not begun
		g.inFlight--
		m.attempt--
		g.insert(m)
	case bridge.IsPoison(err) || last:
		g.inFlight--
		e, _ := m.envelope()
		g.dead = append(g.dead, DeadLetter{Envelope: e, Attempt: m.attempt, Err: err, message: m})
	case pause <= 0:
		g.inFlight--
		g.insert(m)
	default:
		time.AfterFunc(pause, func() {
			defer t.lock()()
			g.inFlight--
			g.insert(m)
		})
	}
}

// insert adds a message to those that wait, in order.
func (g *group) insert(m message) {
	i, _ := slices.BinarySearchFunc(g.waiting, m.number, func(m message, number int) int { return m.number - number })
	g.waiting = slices.Insert(g.waiting, i, m)
}

// envelope returns the envelope of a message, with a copy of the data.
func (m message) envelope() (*bridge.Envelope, error) {
	return bridge.ParseHeaders(func(yield func(name, value string) bool) {
		for _, h := range m.headers {
			if !yield(h[0], h[1]) {
				return
			}
		}
	}, slices.Clone(m.data))
}
