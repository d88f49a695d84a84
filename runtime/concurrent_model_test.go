package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
	"go.uber.org/goleak"
)

// The tests in this file do everything at the same time, and check what must hold in
// any order. Run with -race.

const workers = 8

func inParallel(work func(worker int)) {
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() { work(worker) })
	}
	group.Wait()
}

// A crowd is a signal with all of its receivers.
type crowd struct {
	t        *testing.T
	signal   kinds.SavedSignal
	accounts [3]*kinds.Account
	stable   []*hearer // connected all the time, in that order
	wild     bool      // there are no stable ones, and any worker may disconnect all
	clock    atomic.Uint64
}

// A hearer is a receiver that checks whether it may be called.
type hearer struct {
	crowd    *crowd
	name     string
	priority int
	sender   *kinds.Account // nil for all
	then     func(ctx context.Context, d *delivery)
	conn     *Connection
	calls    atomic.Int64

	// Times, by the crowd's clock; 0 for not yet.
	connecting      uint64
	connected, gone atomic.Uint64
}

// A delivery is one send.
type delivery struct {
	began uint64
	mode  SendMode
	depth int

	mu    sync.Mutex
	heard map[*hearer]int
	order []*hearer
	gone  map[*hearer]bool // disconnected by a receiver before
}

type deliveryKey struct{}

func (c *crowd) connect(h *hearer, opts ...ConnectOption) *hearer {
	h.crowd = c
	opts = append(opts, Name(h.name), Priority(h.priority))
	h.connecting = c.clock.Add(1)
	if h.sender == nil {
		h.conn = c.signal.Connect(h.receive, opts...)
	} else {
		h.conn = c.signal.ConnectFrom(h.sender, h.receive, opts...)
	}
	h.connected.Store(c.clock.Add(1))
	return h
}

func (h *hearer) disconnect() bool {
	first := h.conn.Disconnect()
	h.gone.Store(h.crowd.clock.Add(1))
	return first
}

func (h *hearer) receive(ctx context.Context, data kinds.Saved) error {
	d := ctx.Value(deliveryKey{}).(*delivery)
	if gone := h.gone.Load(); gone != 0 && d.began > gone {
		h.crowd.t.Errorf("%s was called by a send that began after its Disconnect", h.name)
	}
	if h.sender != nil && h.sender != data.Sender {
		h.crowd.t.Errorf("%s heard another sender", h.name)
	}
	h.calls.Add(1)
	d.mu.Lock()
	if d.gone[h] {
		h.crowd.t.Errorf("%s was called by the send that had disconnected it", h.name)
	}
	d.heard[h]++
	d.order = append(d.order, h)
	d.mu.Unlock()
	if h.then != nil && d.depth < 2 {
		h.then(ctx, d)
	}
	return nil
}

// send sends, and checks who was called.
func (c *crowd) send(ctx context.Context, mode SendMode, sender *kinds.Account) *delivery {
	d := &delivery{mode: mode, heard: make(map[*hearer]int), gone: make(map[*hearer]bool)}
	if outer, ok := ctx.Value(deliveryKey{}).(*delivery); ok {
		d.depth = outer.depth + 1
	}
	ctx = context.WithValue(ctx, deliveryKey{}, d)
	data := kinds.Saved{Sender: sender}
	d.began = c.clock.Add(1)
	var err error
	switch mode {
	case Sequential:
		err = c.signal.Send(ctx, data)
	case Robust:
		err = c.signal.SendRobust(ctx, data)
	case Concurrent:
		err = c.signal.SendConcurrent(ctx, data)
	default:
		for _, e := range c.signal.Each(ctx, data) {
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		c.t.Errorf("%s send: %v", mode, err)
	}
	for _, h := range c.stable {
		want := 0
		if h.sender == nil || h.sender == sender {
			want = 1
		}
		if n := d.heard[h]; n != want {
			c.t.Errorf("%s send: %s was called %d times, want %d", mode, h.name, n, want)
		}
	}
	for h, n := range d.heard {
		if n > 1 {
			c.t.Errorf("%s send: %s was called %d times", mode, h.name, n)
		}
	}
	for i := 1; i < len(d.order) && mode != Concurrent; i++ {
		a, b := d.order[i-1], d.order[i]
		if a.priority < b.priority || a.priority == b.priority && b.connected.Load() != 0 && a.connecting > b.connected.Load() {
			c.t.Errorf("%s send: %s was called before %s", mode, a.name, b.name)
		}
	}
	return d
}

func newCrowd(t *testing.T, stable int) *crowd {
	c := &crowd{t: t, wild: stable == 0}
	for i := range c.accounts {
		c.accounts[i] = new(kinds.Account)
	}
	for i := range stable {
		h := &hearer{name: fmt.Sprint("stable ", i), priority: i * 7 % 5}
		if i%3 == 0 {
			h.sender = c.accounts[i%2]
		}
		c.stable = append(c.stable, h)
	}
	for _, h := range c.stable {
		c.connect(h)
	}
	return c
}

func TestConcurrentUseWithStableReceivers(t *testing.T) { newCrowd(t, 70).run(60) }

func TestConcurrentUseWithoutStableReceivers(t *testing.T) { newCrowd(t, 0).run(200) }

// run makes every worker do a number of things.
func (c *crowd) run(things int) {
	defer goleak.VerifyNone(c.t, goleak.IgnoreCurrent())
	var onces [workers][]*hearer
	inParallel(func(worker int) {
		random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
		for i := range things {
			onces[worker] = append(onces[worker], c.act(worker, i, random)...)
		}
	})
	for _, account := range c.accounts {
		c.send(c.t.Context(), Sequential, account)
	}
	for _, all := range onces {
		for _, h := range all {
			first := h.disconnect()
			if n := h.calls.Load(); n > 1 || n == 0 && !c.wild || first {
				c.t.Errorf("%s was called %d times, and then connected: %t", h.name, n, first)
			}
		}
	}
	c.signal.DisconnectAll()
	if got := c.signal.Receivers(); len(got) > 0 || c.signal.HasReceivers() {
		c.t.Errorf("%d receivers are left", len(got))
	}
}

// act does something at random. It returns Once receivers that it leaves connected.
func (c *crowd) act(worker, i int, random *rand.Rand) (onces []*hearer) {
	ctx := c.t.Context()
	mode := SendMode(random.IntN(4))
	account := c.accounts[random.IntN(len(c.accounts))]
	h := &hearer{name: fmt.Sprintf("%d of worker %d", i, worker), priority: random.IntN(5)}
	if random.IntN(2) == 0 {
		h.sender = account
	}
	want := func(d *delivery, n int) {
		if d.heard[h] != n && !c.wild || d.heard[h] > n {
			c.t.Errorf("%s was called %d times, want %d", h.name, d.heard[h], n)
		}
	}
	switch random.IntN(8) {
	case 0:
		c.send(ctx, mode, account)
	case 1: // comes and goes
		c.connect(h)
		want(c.send(ctx, mode, account), 1)
		if !h.disconnect() && !c.wild {
			c.t.Errorf("the first Disconnect of %s returned false", h.name)
		}
		want(c.send(ctx, mode, account), 0)
	case 2: // is called once, by whomever
		if c.connect(h, Once()); random.IntN(2) == 0 {
			return []*hearer{h}
		}
		before := h.disconnect()
		if n := h.calls.Load(); before && n != 0 || n > 1 {
			c.t.Errorf("%s was called %d times, and then connected: %t", h.name, n, before)
		}
	case 3: // sends
		h.then = func(ctx context.Context, _ *delivery) { c.send(ctx, mode, account) }
		c.connect(h)
		want(c.send(ctx, mode, account), 1)
		h.disconnect()
	case 4: // goes by its id
		c.connect(h, ID(h.name))
		if other := c.connect(&hearer{name: "another", sender: h.sender}, ID(h.name)); other.conn != h.conn && !c.wild {
			c.t.Errorf("%s: a second connection of its id", h.name)
		}
		want(c.send(ctx, mode, account), 1)
		if !c.signal.Disconnect(h.name) && !c.wild {
			c.t.Errorf("the first Disconnect of %s returned false", h.name)
		}
		h.gone.Store(c.clock.Add(1))
		want(c.send(ctx, mode, account), 0)
	case 5: // is disconnected by one that is called before, and connects another
		second := &hearer{name: h.name + ", second", priority: -1}
		c.connect(second)
		h.then = func(_ context.Context, d *delivery) {
			second.disconnect()
			if d.mode != Concurrent { // which calls them at the same time
				d.gone[second] = true
			}
			c.connect(&hearer{name: h.name + ", third", priority: -2}).disconnect()
		}
		c.connect(h)
		c.send(ctx, mode, account)
		h.disconnect()
		second.disconnect()
	case 6:
		if n := len(c.signal.Receivers()); n < len(c.stable) || !c.wild && !c.signal.HasReceivers() {
			c.t.Errorf("%d receivers, want at least %d", n, len(c.stable))
		}
	case 7:
		if !c.wild {
			break
		}
		restore := Checkpoint(&c.signal)
		switch c.connect(h); random.IntN(3) {
		case 0:
			c.signal.DisconnectAll()
			h.gone.Store(c.clock.Add(1))
		case 1:
			restore()
			h.gone.Store(c.clock.Add(1))
		default:
			unmute := c.signal.Mute()
			if d := c.send(ctx, mode, account); len(d.order) > 0 {
				c.t.Errorf("%d receivers were called although it was muted", len(d.order))
			}
			unmute()
			h.disconnect()
		}
		want(c.send(ctx, mode, account), 0)
	}
	return nil
}

// Each send is heard by all or by none, and by none while the sender mutes the signal.
func TestConcurrentMutes(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	c := newCrowd(t, 20)
	all := c.stable
	c.stable = nil // no promise for these
	heard := func(d *delivery) bool {
		n := 0
		for _, h := range all {
			if h.sender == nil || h.sender == c.accounts[0] {
				n++
			}
		}
		if len(d.order) != 0 && len(d.order) != n {
			t.Errorf("heard by %d of %d", len(d.order), n)
		}
		return len(d.order) > 0
	}
	inParallel(func(worker int) {
		for i := range 1000 {
			mode := SendMode(i % 4)
			if worker%2 == 0 {
				heard(c.send(t.Context(), mode, c.accounts[0]))
				continue
			}
			outer, inner := c.signal.Mute(), c.signal.Mute()
			inner()
			inner()
			if heard(c.send(t.Context(), mode, c.accounts[0])) || c.signal.HasReceivers() || len(c.signal.Receivers()) > 0 {
				t.Error("heard although it was muted")
			}
			outer()
		}
	})
	if !heard(c.send(t.Context(), Sequential, c.accounts[0])) {
		t.Error("muted in the end")
	}
}

// Of several receivers with the same id, one is connected, and the others get its
// connection.
func TestConcurrentConnectsWithOneID(t *testing.T) {
	for range 200 {
		var s kinds.SavedSignal
		var n atomic.Int64
		var got [workers]*Connection
		var first atomic.Int64
		inParallel(func(worker int) {
			got[worker] = s.Connect(func(context.Context, kinds.Saved) error { n.Add(1); return nil }, ID("x"))
			if err := s.Send(t.Context(), kinds.Saved{}); err != nil {
				t.Error(err)
			}
			if n.Load() == 0 {
				t.Error("nobody was called")
			}
			if worker%2 == 1 && got[worker].Disconnect() {
				first.Add(1)
			}
		})
		n.Store(0)
		if err := s.Send(t.Context(), kinds.Saved{}); err != nil {
			t.Error(err)
		}
		if n.Load() != int64(len(s.Receivers())) || n.Load() > 1 || first.Load() == 0 {
			t.Errorf("%d called of %d receivers; %d were disconnected", n.Load(), len(s.Receivers()), first.Load())
		}
	}
}

const sends = 400 // of each worker

// A ledger accounts for every send to one async receiver.
type ledger struct {
	t  *testing.T
	mu sync.Mutex

	heard [workers][sends]int
	last  [workers]int // what the worker's last delivery was
	n     uint64       // deliveries
	err   [workers][sends]error

	observed, dropped atomic.Uint64
}

func (l *ledger) receive(_ context.Context, data kinds.Started) error {
	if !l.mu.TryLock() {
		l.t.Error("called while a call runs")
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	worker, i := int(data.N)/sends, int(data.N)%sends
	if l.last[worker] > i {
		l.t.Errorf("worker %d: send %d came before send %d", worker, l.last[worker], i)
	}
	l.last[worker] = i
	l.heard[worker][i]++
	l.n++
	return nil
}

func (l *ledger) observer() *Observer {
	return &Observer{
		ReceiveStart: func(ctx context.Context, _ SendInfo, _ ReceiverInfo) context.Context { l.observed.Add(1); return ctx },
		Dropped:      func(AnySignal, ReceiverInfo) { l.dropped.Add(1) },
	}
}

func TestConcurrentAsync(t *testing.T) {
	for overflow, name := range map[Overflow]string{Block: "Block", DropNewest: "DropNewest", DropOldest: "DropOldest", Fail: "Fail"} {
		for _, ending := range []string{"quiet, drain", "quiet, close", "disconnect", "close"} {
			t.Run(name+"/"+ending, func(t *testing.T) {
				for _, size := range []int{1, 2, 3, 16} {
					testAsync(t, overflow, size, ending)
				}
			})
		}
	}
}

// testAsync sends, and half way cancels the ctx of some sends. The connection ends
// then, or when everything is idle. Every send must be accounted for.
func testAsync(t *testing.T, overflow Overflow, size int, ending string) {
	others := goleak.IgnoreCurrent()
	var s kinds.StartedSignal
	l := &ledger{t: t}
	s.Configure(Observe(l.observer()))
	c := s.Connect(l.receive, Async(size, overflow))

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	half := make(chan struct{})
	var returned, before atomic.Uint64 // sends that have returned; sends before the ending
	var group sync.WaitGroup
	group.Go(func() {
		<-half
		cancel()
		switch before.Store(returned.Load()); ending {
		case "disconnect":
			if !c.Disconnect() {
				t.Error("Disconnect returned false")
			}
		case "close":
			if err := s.Close(t.Context()); err != nil && !errors.Is(err, ErrClosed) {
				t.Errorf("Close: %v", err)
			}
		}
	})
	inParallel(func(worker int) {
		ctx := ctx
		if worker%2 == 0 {
			ctx = t.Context()
		}
		for i := range sends {
			if worker == 0 && i == sends/2 {
				close(half)
			}
			l.err[worker][i] = s.Send(ctx, kinds.Started{N: int64(worker*sends + i)})
			returned.Add(1)
		}
	})
	group.Wait()
	switch ending {
	case "quiet, drain":
		if err := c.Drain(t.Context()); err != nil {
			t.Errorf("Drain: %v", err)
		}
		if before := c.Dropped(); !c.Disconnect() || c.Dropped() != before {
			t.Errorf("Disconnect dropped %d after Drain", c.Dropped()-before)
		}
	case "quiet, close":
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := c.Drain(t.Context()); err != nil {
		t.Errorf("Drain: %v", err)
	}
	goleak.VerifyNone(t, others) // the last call has returned
	l.check(overflow, ending, c, before.Load())
}

func (l *ledger) check(overflow Overflow, ending string, c *Connection, before uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var refused, reported uint64 // by the closed signal; by the receiver's queue
	for worker := range workers {
		for i, err := range l.err[worker] {
			if n := l.heard[worker][i]; n > 1 || n > 0 && err != nil {
				l.t.Errorf("send %d of worker %d was heard %d times; its error: %v", i, worker, n, err)
			}
			var failed *ReceiverError
			switch {
			case err == nil:
				continue
			case errors.As(err, &failed) && failed.Receiver != (ReceiverInfo{}):
				reported++
			default:
				refused++
			}
			if known := ending == "close" && errors.Is(err, ErrClosed) ||
				overflow == Fail && errors.Is(err, ErrQueueFull) ||
				overflow == Block && errors.Is(err, context.Canceled) && worker%2 == 1; !known {
				l.t.Errorf("send %d of worker %d: %v", i, worker, err)
			}
		}
	}
	const total = workers * sends
	dropped := c.Dropped()
	told := fmt.Sprintf("%d delivered, %d dropped, %d of these reported, %d refused, of %d, and of %d before the end",
		l.n, dropped, reported, refused, total, before)
	switch {
	case !strings.HasPrefix(ending, "quiet"): // does not count a send that finds nobody connected
		if l.n+dropped < before || l.n+dropped+refused > total || dropped < reported {
			l.t.Error(told)
		}
	case l.n+dropped != total, refused > 0, (overflow == Block || overflow == Fail) && dropped != reported:
		l.t.Error(told)
	}
	if l.observed.Load() != l.n || l.dropped.Load() != dropped {
		l.t.Errorf("observed %d delivered, %d dropped; %s", l.observed.Load(), l.dropped.Load(), told)
	}
}

func TestConcurrentAsyncOnce(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for round := range 300 {
		var s kinds.StartedSignal
		var n atomic.Int64
		heard := make(chan struct{})
		c := s.Connect(func(context.Context, kinds.Started) error { n.Add(1); close(heard); return nil }, Once(), Async(1, Overflow(round%4)))
		inParallel(func(int) {
			if err := s.Send(t.Context(), kinds.Started{}); err != nil {
				t.Error(err)
			}
		})
		if <-heard; n.Load() != 1 || c.Dropped() != 0 || c.Connected() {
			t.Errorf("called %d times, %d dropped, connected: %t", n.Load(), c.Dropped(), c.Connected())
		}
	}
}

// What was sent before Drain has been heard after it.
func TestConcurrentDrain(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, size := range []int{1, 2, 3, 16} {
		var s kinds.StartedSignal
		var done [workers]atomic.Int64
		c := s.Connect(func(_ context.Context, data kinds.Started) error {
			defer done[data.N].Add(1)
			runtime.Gosched()
			if data.Addr == "panic" {
				panic("boom")
			}
			return nil
		}, Async(size, Block))
		s.Configure(ErrorHandler(func(context.Context, *ReceiverError) {}))
		inParallel(func(worker int) {
			for i := range 150 {
				data := kinds.Started{N: int64(worker)}
				if i%50 == 49 {
					data.Addr = "panic"
				}
				if err := s.Send(t.Context(), data); err != nil {
					t.Error(err)
				}
				if i%3 != 0 {
					continue
				}
				if err := c.Drain(t.Context()); err != nil {
					t.Error(err)
				}
				if n := done[worker].Load(); n != int64(i+1) {
					t.Errorf("heard %d of %d after Drain", n, i+1)
				}
			}
		})
		c.Disconnect()
	}
}

func TestConcurrentStreams(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	for _, buffer := range []int{0, 1, 10, workers * sends} {
		var s kinds.StartedSignal
		ctx, cancel := context.WithCancel(t.Context())
		whole, closed, canceled := s.Events(t.Context(), buffer), s.Events(t.Context(), buffer), s.Events(ctx, buffer)
		read := func(stream *Stream[kinds.Started], n *uint64, leave func()) {
			var last [workers]int64
			for data := range stream.All() {
				worker := data.N / sends
				if last[worker] > data.N {
					t.Errorf("send %d came before send %d", last[worker], data.N)
				}
				last[worker] = data.N
				if *n++; *n == 20 {
					leave()
				}
			}
		}
		var readers sync.WaitGroup
		var n [4]uint64
		var nexts atomic.Int64
		readers.Go(func() { read(whole, &n[0], func() {}) })
		readers.Go(func() { read(whole, &n[1], func() {}) })
		readers.Go(func() { read(closed, &n[2], closed.Close) })
		readers.Go(func() { read(canceled, &n[3], cancel) })
		readers.Go(func() {
			for {
				if _, err := s.Next(t.Context()); err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Errorf("Next: %v", err)
					}
					return
				}
				nexts.Add(1)
			}
		})
		inParallel(func(worker int) {
			for i := range sends {
				if err := s.Send(t.Context(), kinds.Started{N: int64(worker*sends + i)}); err != nil {
					t.Error(err)
				}
			}
		})
		if err := s.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		readers.Wait()
		closed.Close()
		cancel()
		const total = workers * sends
		if got, dropped := n[0]+n[1], whole.Dropped(); got+dropped != total || buffer == total && dropped != 0 {
			t.Errorf("buffer %d: %d delivered, %d dropped, of %d", buffer, got, dropped, total)
		}
		for i, stream := range []*Stream[kinds.Started]{closed, canceled} {
			if n[2+i]+stream.Dropped() > total {
				t.Errorf("buffer %d: %d delivered, %d dropped, of %d", buffer, n[2+i], stream.Dropped(), total)
			}
		}
		if nexts.Load() > total {
			t.Errorf("Next returned %d times of %d", nexts.Load(), total)
		}
	}
}
