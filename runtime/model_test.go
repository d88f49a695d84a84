package runtime_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
	"pgregory.net/rapid"
)

// The tests in this file run random programs on a signal and on a model of one, and
// compare everything that can be seen: who is called, in which order, with what result.

func TestSavedIsLikeTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		accounts := []*kinds.Account{new(kinds.Account), new(kinds.Account), new(kinds.Account), nil}
		compare(t, &saved{accounts: accounts}, &model{signal: "kinds.saved"})
	})
}

func TestMovedIsLikeTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		compare(t, &moved{senders: []string{"nobody", "a", "b", ""}}, &model{signal: "kinds.moved", values: true})
	})
}

func compare(t *rapid.T, real, model bus) {
	a, b := player{bus: real}, player{bus: model}
	program := rapid.SliceOfN(actions(0), among(t, "length", 1, 30), 40).Draw(t, "program")
	for i, act := range program {
		got, want := a.step(act), b.step(act)
		if !slices.Equal(got, want) {
			t.Fatalf("step %d, %+v:\n got %s\nwant %s", i, act, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

// A bus is a signal or its model. No receiver asks for sender 0.
type bus interface {
	connect(name string, r script, receive receive) connection
	tap(hear func()) connection
	send(ctx context.Context, mode SendMode, sender, n int, yield func(answer) bool) ([]answer, error)
	has(sender int) bool

	HasReceivers() bool
	Receivers() []ReceiverInfo
	Mute() (unmute func())
	Disconnect(id string) bool
	DisconnectAll()
	checkpoint() (restore func())
}

type connection interface {
	Disconnect() bool
	Connected() bool
}

type receive func(ctx context.Context, n int) (bool, error)

type answer struct {
	name  string
	value bool
	err   error
}

// model is a signal as one would write it without caring for speed.
type model struct {
	signal    string
	values    bool // receivers return a value
	taps      []*modelled
	connected []*modelled // in the order of calls
	seq       int
	mutes     int
}

type modelled struct {
	script
	model   *model
	info    ReceiverInfo
	seq     int
	receive receive
	hear    func()
}

func (m *model) connect(name string, r script, receive receive) connection {
	for _, c := range m.connected {
		if r.id != "" && c.id == r.id && c.sender == r.sender {
			return c
		}
	}
	m.seq++
	c := &modelled{r, m, ReceiverInfo{Name: name, Priority: r.priority, ID: r.id}, m.seq, receive, nil}
	m.connected = append(slices.Clone(m.connected), c)
	slices.SortStableFunc(m.connected, func(a, b *modelled) int { return cmp.Compare(b.priority, a.priority) })
	return c
}

func (m *model) tap(hear func()) connection {
	m.seq++
	c := &modelled{model: m, seq: m.seq, hear: hear}
	m.taps = append(m.taps, c)
	return c
}

func (c *modelled) Connected() bool {
	return slices.Contains(c.model.connected, c) || slices.Contains(c.model.taps, c)
}

func (c *modelled) Disconnect() bool {
	return c.model.remove(func(other *modelled) bool { return other == c })
}

func (m *model) remove(which func(*modelled) bool) bool {
	before := len(m.connected) + len(m.taps)
	m.connected = slices.DeleteFunc(slices.Clone(m.connected), which)
	m.taps = slices.DeleteFunc(slices.Clone(m.taps), which)
	return len(m.connected)+len(m.taps) < before
}

func (m *model) Disconnect(id string) bool {
	return id != "" && m.remove(func(c *modelled) bool { return c.id == id })
}

func (m *model) DisconnectAll() { m.connected = nil }

func (m *model) checkpoint() func() {
	seq := m.seq
	return func() { m.remove(func(c *modelled) bool { return c.seq > seq }) }
}

func (m *model) Mute() func() {
	m.mutes++
	return sync.OnceFunc(func() { m.mutes-- })
}

func (m *model) Receivers() (infos []ReceiverInfo) {
	for _, c := range m.connected {
		if m.mutes == 0 {
			infos = append(infos, c.info)
		}
	}
	return infos
}

func (m *model) HasReceivers() bool { return m.mutes == 0 && len(m.connected)+len(m.taps) > 0 }

func (m *model) has(sender int) bool {
	return m.mutes == 0 && (len(m.taps) > 0 || slices.ContainsFunc(m.connected, func(c *modelled) bool { return c.hears(sender) }))
}

func (r script) hears(sender int) bool { return r.sender == 0 || r.sender == sender }

func (m *model) send(ctx context.Context, mode SendMode, sender, n int, yield func(answer) bool) (answers []answer, _ error) {
	if m.mutes > 0 {
		return nil, nil
	}
	for _, t := range m.taps {
		t.hear()
	}
	var failures []error
	for _, c := range m.connected {
		if !c.hears(sender) || !c.Connected() {
			continue
		}
		if c.once {
			c.Disconnect()
		}
		value, err := c.call(ctx, mode, n)
		value = value && m.values
		if _, panicked := err.(*PanicError); !panicked && errors.Is(err, ErrStop) {
			if mode != Concurrent {
				break
			}
			err = nil
		}
		if mode == Lazy {
			if !yield(answer{c.info.Name, value, err}) {
				break
			}
			continue
		}
		if err != nil {
			failures = append(failures, &ReceiverError{m.signal, c.info, err})
			if mode == Sequential {
				break
			}
		}
		if m.values {
			answers = append(answers, answer{c.info.Name, value, err})
		}
	}
	if mode == Sequential && len(failures) > 0 {
		return answers, failures[0]
	}
	return answers, errors.Join(failures...)
}

func (c *modelled) call(ctx context.Context, mode SendMode, n int) (_ bool, err error) {
	defer func() {
		if mode == Robust || mode == Concurrent {
			if value := recover(); value != nil {
				err = &PanicError{Value: value}
			}
		}
	}()
	return c.receive(ctx, n)
}

// saved is a signal whose senders are pointers.
type saved struct {
	kinds.SavedSignal
	accounts []*kinds.Account
}

func (s *saved) checkpoint() func() { return Checkpoint(s) }

func (s *saved) connect(name string, r script, receive receive) connection {
	f := func(ctx context.Context, data kinds.Saved) error { _, err := receive(ctx, data.N); return err }
	if r.sender == 0 {
		return s.Connect(f, r.options(name)...)
	}
	return s.ConnectFrom(s.accounts[r.sender], f, r.options(name)...)
}

func (s *saved) tap(hear func()) connection {
	return s.Tap(func(context.Context, any) { hear() })
}

func (s *saved) has(sender int) bool { return s.HasReceiversFrom(s.accounts[sender]) }

func (s *saved) send(ctx context.Context, mode SendMode, sender, n int, yield func(answer) bool) ([]answer, error) {
	data := kinds.Saved{Sender: s.accounts[sender], N: n}
	switch mode {
	case Sequential:
		return nil, s.Send(ctx, data)
	case Robust:
		return nil, s.SendRobust(ctx, data)
	case Concurrent:
		return nil, s.SendConcurrent(ctx, data)
	}
	for info, err := range s.Each(ctx, data) {
		if !yield(answer{info.Name, false, err}) {
			break
		}
	}
	return nil, nil
}

// moved is a signal whose senders are values, and whose receivers respond.
type moved struct {
	kinds.MovedSignal
	senders []string
}

func (s *moved) checkpoint() func() { return Checkpoint(s) }

func (s *moved) connect(name string, r script, receive receive) connection {
	f := func(ctx context.Context, _ string, n int) (bool, error) { return receive(ctx, n) }
	if r.sender == 0 {
		return s.Connect(f, r.options(name)...)
	}
	return s.ConnectFrom(s.senders[r.sender], f, r.options(name)...)
}

func (s *moved) tap(hear func()) connection {
	return s.Tap(func(context.Context, any) { hear() })
}

func (s *moved) has(sender int) bool { return s.HasReceiversFrom(s.senders[sender]) }

func (s *moved) send(ctx context.Context, mode SendMode, sender, n int, yield func(answer) bool) (answers []answer, err error) {
	var responses []Response[bool]
	switch mode {
	case Sequential:
		values, err := s.Send(ctx, s.senders[sender], n)
		for _, value := range values {
			answers = append(answers, answer{value: value})
		}
		return answers, err
	case Robust:
		responses, err = s.SendRobust(ctx, s.senders[sender], n)
	case Concurrent:
		responses, err = s.SendConcurrent(ctx, s.senders[sender], n)
	default:
		for r := range s.Each(ctx, s.senders[sender], n) {
			if !yield(answer{r.Receiver.Name, r.Value, r.Err}) {
				break
			}
		}
	}
	for _, r := range responses {
		answers = append(answers, answer{r.Receiver.Name, r.Value, r.Err})
	}
	return answers, err
}

// An action is one step of a program.
type action struct {
	do        string
	receivers []script // connect: n receivers, taken from these in turn
	n         int
	target    int // disconnect: index of a connection; or self, next, previous
	step      int // disconnect: then each step-th, n in all
	id        string
	mode      SendMode // send
	sender    int
	stop      int      // send: leave Each after this many answers
	inside    []action // send: by the loop over Each
	through   bool     // send: its panic or error becomes the receiver's
}

const (
	targetSelf = -1 - iota
	targetNext
	targetPrevious
)

// A script is a receiver: it does its actions, up to the step's budget, and returns.
type script struct {
	priority int
	id       string
	once     bool
	sender   int // 0 for all
	inside   []action
	returns  string
}

func (r script) options(name string) []ConnectOption {
	opts := []ConnectOption{Name(name), Priority(r.priority), ID(r.id)}
	if r.once {
		opts = append(opts, Once())
	}
	return opts
}

var numbers = func() (numbers []int) {
	for i := range 300 {
		numbers = append(numbers, i)
	}
	return numbers
}()

// among draws a number with equal chances: IntRange prefers small ones.
func among(t *rapid.T, label string, from, to int) int {
	return from + rapid.SampledFrom(numbers[:to-from+1]).Draw(t, label)
}

func pick(t *rapid.T, label, words string) string {
	return rapid.SampledFrom(strings.Fields(words)).Draw(t, label)
}

func insides(t *rapid.T, depth int) []action {
	if depth == 2 || among(t, "acts", 0, 2) > 0 {
		return nil
	}
	return rapid.SliceOfN(actions(depth+1), 1, 3).Draw(t, "inside")
}

func scripts(depth int) *rapid.Generator[script] {
	ids := []string{"", "", "", "", "x", "y"}
	return rapid.Custom(func(t *rapid.T) script {
		return script{
			priority: among(t, "priority", -1, 2),
			id:       rapid.SampledFrom(ids).Draw(t, "id"),
			once:     among(t, "once", 0, 5) == 5,
			sender:   rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 3}).Draw(t, "sender"),
			inside:   insides(t, depth),
			returns:  pick(t, "returns", "true true true true true false false false error stop wrapped panic panicstop raise"),
		}
	})
}

func actions(depth int) *rapid.Generator[action] {
	receivers := scripts(depth)
	return rapid.Custom(func(t *rapid.T) action {
		a := action{do: pick(t, "do", "connect connect connect many send send send send send send send disconnect disconnect disconnects id "+
			"mute unmute unmute checkpoint restore tap look")}
		switch a.do {
		case "connect":
			a.receivers = rapid.SliceOfN(receivers, 1, 1).Draw(t, "receivers")
			a.n = 1
		case "many":
			a.do = "connect"
			a.receivers = rapid.SliceOfN(receivers, 1, 4).Draw(t, "receivers")
			a.n = among(t, "n", 2, 120>>(2*depth))
		case "disconnect":
			a.target = among(t, "target", targetPrevious, 250)
			a.n = 1
		case "disconnects":
			a.do = "disconnect"
			a.target = among(t, "target", 0, 250)
			a.step = among(t, "step", 1, 7)
			a.n = among(t, "n", 2, 60)
		case "id":
			a.id = rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(t, "id")
			if among(t, "all", 0, 5) == 5 {
				a.do = "all"
			}
		case "unmute", "restore":
			a.target = among(t, "target", 0, 9)
		case "send":
			a.mode = rapid.SampledFrom([]SendMode{Sequential, Robust, Concurrent, Lazy}).Draw(t, "mode")
			a.sender = among(t, "sender", 0, 3)
			a.stop = among(t, "stop", 1, 100)
			a.through = rapid.Bool().Draw(t, "through")
			if a.mode == Lazy {
				a.inside = insides(t, depth)
			}
		}
		return a
	})
}

// A player runs a program on a bus and keeps a log.
type player struct {
	bus         bus
	connections []connection
	unmutes     []func()
	restores    []func()
	sends       int
	budget      int // actions that receivers may still do in this step

	mu  sync.Mutex
	log []string
}

type depthKey struct{}

const maxDepth = 3

// step does one action of the program and returns everything that could be seen.
func (p *player) step(a action) []string {
	p.budget, p.log = 8, nil
	ctx := context.WithValue(context.Background(), depthKey{}, 0)
	func() {
		defer func() {
			if value := recover(); value != nil {
				p.note("panic %v", value)
			}
		}()
		_ = p.act(ctx, a, 0)
	}()
	p.look()
	return p.log
}

func (p *player) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, fmt.Sprintf(format, args...))
}

func (p *player) look() {
	p.note("heard %t, by sender %t %t %t %t", p.bus.HasReceivers(), p.bus.has(0), p.bus.has(1), p.bus.has(2), p.bus.has(3))
	for _, r := range p.bus.Receivers() {
		p.note("- %s %d %s", r.Name, r.Priority, r.ID)
	}
}

// act does one action of the i-th connection's receiver.
func (p *player) act(ctx context.Context, a action, i int) error {
	switch a.do {
	case "connect":
		for k := range a.n {
			p.connect(a.receivers[k%len(a.receivers)])
		}
	case "tap":
		name := fmt.Sprintf("c%d", len(p.connections))
		p.connections = append(p.connections, p.bus.tap(func() { p.note("tap %s", name) }))
	case "disconnect":
		if len(p.connections) == 0 {
			break
		}
		target := a.target
		switch target {
		case targetSelf:
			target = i
		case targetNext:
			target = i + 1
		case targetPrevious:
			target = i + len(p.connections) - 1
		}
		for range a.n {
			target %= len(p.connections)
			c := p.connections[target]
			p.note("disconnect c%d: %t %t %t", target, c.Connected(), c.Disconnect(), c.Connected())
			target += a.step
		}
	case "id":
		p.note("disconnect %q: %t", a.id, p.bus.Disconnect(a.id))
	case "all":
		p.bus.DisconnectAll()
	case "mute":
		p.unmutes = append(p.unmutes, p.bus.Mute())
	case "unmute":
		if len(p.unmutes) > 0 {
			p.unmutes[a.target%len(p.unmutes)]()
		}
	case "checkpoint":
		p.restores = append(p.restores, p.bus.checkpoint())
	case "restore":
		if len(p.restores) > 0 {
			p.restores[a.target%len(p.restores)]()
		}
	case "send":
		return p.send(ctx, a, i)
	case "look":
		p.look()
	}
	return nil
}

func (p *player) connect(r script) {
	i := len(p.connections)
	c := p.bus.connect(fmt.Sprintf("c%d", i), r, func(ctx context.Context, n int) (bool, error) { return p.receive(ctx, r, i, n) })
	if known := slices.Index(p.connections, c); known >= 0 {
		p.note("connect: is c%d", known)
		return
	}
	p.connections = append(p.connections, c)
}

func (p *player) receive(ctx context.Context, r script, i, n int) (bool, error) {
	p.note("c%d hears %d", i, n)
	if err := p.inside(ctx, r.inside, i); err != nil {
		return false, err
	}
	switch r.returns {
	case "error":
		return i%2 == 0, errors.New("busy")
	case "stop":
		return false, ErrStop
	case "wrapped":
		return false, fmt.Errorf("enough: %w", ErrStop)
	case "panic":
		panic("boom")
	case "panicstop":
		panic(ErrStop)
	case "raise":
		panic(fmt.Errorf("boom of %d", i))
	}
	return r.returns == "true", nil
}

// inside does actions within a send. Receivers that run at the same time may only do
// what commutes: disconnect themselves.
func (p *player) inside(ctx context.Context, acts []action, i int) error {
	depth := ctx.Value(depthKey{}).(int)
	ctx = context.WithValue(ctx, depthKey{}, depth+1)
	for _, a := range acts {
		if depth == maxDepth {
			if a.do == "disconnect" && a.target == targetSelf && a.n == 1 {
				p.connections[i].Disconnect()
			}
			continue
		}
		if p.budget == 0 {
			break
		}
		p.budget--
		if err := p.act(ctx, a, i); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) send(ctx context.Context, a action, i int) error {
	p.sends++
	n, start := p.sends, len(p.log)
	p.note("send %d", n)
	if a.mode == Concurrent {
		ctx = context.WithValue(ctx, depthKey{}, maxDepth)
	}
	defer func() {
		if value := recover(); value != nil {
			p.note("send %d: panic %v", n, value)
			if a.through {
				panic(value)
			}
		}
	}()
	yielded := 0
	answers, err := p.bus.send(ctx, a.mode, a.sender, n, func(got answer) bool {
		yielded++
		p.note("send %d: %s", n, got)
		if err := p.inside(ctx, a.inside, i); err != nil {
			p.note("send %d: in the loop: %s", n, show(err))
		}
		return yielded < a.stop
	})
	if a.mode == Concurrent {
		slices.Sort(p.log[start:])
	}
	for _, got := range answers {
		if a.mode == Sequential {
			got.name = "" // it returns values only
		}
		p.note("send %d: %s", n, got)
	}
	p.note("send %d: %s", n, show(err))
	if a.through {
		return err
	}
	return nil
}

func (a answer) String() string { return fmt.Sprintf("%s %t %s", a.name, a.value, show(a.err)) }

// show returns the parts of an error that the model knows.
func show(err error) string {
	switch err := err.(type) {
	case nil:
		return "ok"
	case *ReceiverError:
		return fmt.Sprintf("%s/%s/%d/%s: %s", err.Signal, err.Receiver.Name, err.Receiver.Priority, err.Receiver.ID, show(err.Err))
	case *PanicError:
		return fmt.Sprintf("panic %T %v, %s", err.Value, err.Value, show(errors.Unwrap(err)))
	case interface{ Unwrap() []error }:
		var all []string
		for _, e := range err.Unwrap() {
			all = append(all, show(e))
		}
		return strings.Join(all, " + ")
	default:
		return err.Error()
	}
}
