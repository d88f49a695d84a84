// Package bridgetest has a transport within the process, for tests of programs
// that use package bridge, and a suite that every transport must pass.
//
// In a test, put a [Transport] where the program has its broker: a bridge over it
// for each process that there would be. [Transport.Wait] waits until everything
// that was published has been received.
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

// A Transport carries envelopes within the process, as a message broker would
// between several: with groups, redelivery and dead letters. It keeps all that is
// published. The zero value is ready to use; its fields are set before that. It
// must not be copied.
type Transport struct {
	// MaxAttempts is how often an envelope is handed to a group before it becomes
	// a dead letter; 0 means 5.
	MaxAttempts int

	// Redelivery is how long an envelope waits that is to be handed over again.
	Redelivery time.Duration

	mu     sync.Mutex // guards what follows
	change *sync.Cond // of anything below; nil before it is first needed
	broken error
	topics map[string]*topic
}

// topic is what is published under one type.
type topic struct {
	stored []message // all, in order
	groups map[string]*group
}

// group is one group's part of a topic.
type group struct {
	waiting []message // in order
	inHand  int       // handed over and not settled, or to be handed over again later
	dead    []DeadLetter
}

// A message is an envelope as a broker stores it.
type message struct {
	number  int // in its topic
	headers [][2]string
	data    []byte
	attempt int // how often it was handed over to the group
}

// A DeadLetter is an envelope that a group has given up.
type DeadLetter struct {
	Envelope *bridge.Envelope
	Attempt  int   // how often it was handed over
	Err      error // what it was settled with at last

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

// Subscribe has handle called in a goroutine of its own, until ctx is done. A group
// that is new begins with the first envelope that was ever published.
func (t *Transport) Subscribe(ctx context.Context, typ, name string, handle bridge.Handler) error {
	return t.SubscribeWith(ctx, typ, name, bridge.SubscribeOptions{}, handle)
}

// SubscribeWith is Subscribe with options. AckWait is without effect: a member lives
// as long as the process.
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
			e, _ := m.envelope() // Publish has seen that it can be read
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
	return bridge.Lag{Waiting: len(g.waiting), InFlight: g.inHand, Dead: len(g.dead)}, nil
}

// Break has Publish return err, as a broker would that cannot be reached, until it
// is called with nil.
func (t *Transport) Break(err error) {
	defer t.lock()()
	t.broken = err
}

// Published returns what has been published under a type, in order.
func (t *Transport) Published(typ string) []*bridge.Envelope {
	defer t.lock()()
	var all []*bridge.Envelope
	for _, m := range t.topic(typ).stored {
		e, _ := m.envelope()
		all = append(all, e)
	}
	return all
}

// DeadLetters returns what a group has given up of a type, in the order in which it
// did.
func (t *Transport) DeadLetters(typ, name string) []DeadLetter {
	defer t.lock()()
	if g := t.topic(typ).groups[name]; g != nil {
		return slices.Clone(g.dead)
	}
	return nil
}

// Replay hands the dead letters of a group over again, as if for the first time. It
// returns how many there were.
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

// Wait waits until every group has settled all that has been published, dead
// letters included, or until ctx is done, whose error it returns then. What a group
// without members has to hear it waits for as well.
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
			if g.inHand > 0 || len(g.waiting) > 0 {
				return false
			}
		}
	}
	return true
}

// lock returns the func that unlocks, and tells those who wait for a change.
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

// topic and group return what there is of a name, or make it. The caller holds mu.
func (t *Transport) topic(typ string) *topic {
	if t.topics[typ] == nil {
		t.topics[typ] = &topic{groups: make(map[string]*group)}
	}
	return t.topics[typ]
}

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

// next waits for the next message that a member of a group is to be handed. It
// returns false when ctx is done.
func (t *Transport) next(ctx context.Context, g *group) (m message, ok bool) {
	defer t.lock()()
	for ctx.Err() == nil {
		if len(g.waiting) > 0 {
			m, g.waiting = g.waiting[0], g.waiting[1:]
			g.inHand++
			m.attempt++
			return m, true
		}
		t.change.Wait()
	}
	return m, false
}

// settle ends the delivery of a message. One that has failed, and not for the last
// time, waits for the pause.
func (t *Transport) settle(g *group, m message, err error, last bool, pause time.Duration) {
	defer t.lock()()
	switch {
	case err == nil:
		g.inHand--
	case errors.Is(err, bridge.ErrClosed): // it has not begun
		g.inHand--
		m.attempt--
		g.insert(m)
	case bridge.IsPoison(err) || last:
		g.inHand--
		e, _ := m.envelope()
		g.dead = append(g.dead, DeadLetter{Envelope: e, Attempt: m.attempt, Err: err, message: m})
	case pause <= 0:
		g.inHand--
		g.insert(m)
	default:
		time.AfterFunc(pause, func() {
			defer t.lock()()
			g.inHand--
			g.insert(m)
		})
	}
}

// insert puts a message in its place among those that wait.
func (g *group) insert(m message) {
	i, _ := slices.BinarySearchFunc(g.waiting, m.number, func(m message, number int) int { return m.number - number })
	g.waiting = slices.Insert(g.waiting, i, m)
}

// envelope returns the envelope in a message, with data of its own.
func (m message) envelope() (*bridge.Envelope, error) {
	return bridge.ParseHeaders(func(yield func(name, value string) bool) {
		for _, h := range m.headers {
			if !yield(h[0], h[1]) {
				return
			}
		}
	}, slices.Clone(m.data))
}
