package runtime_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
	"pgregory.net/rapid"
)

// Random programs run on a signal with receivers of all overflow policies next to each
// other, and on a model with a slice for each queue. Each call of an async receiver
// lasts until the program lets it end, so both know what is queued.

func TestQueuesAreLikeTheModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(queueSteps("connect"), 3, 8).Draw(rt, "connects")
		steps = append(steps, rapid.SliceOfN(queueSteps("send", "send", "send", "send", "end", "end", "end", "connect", "disconnect", "disconnect all"), 60, 200).Draw(rt, "steps")...)
		var wrong string
		synctest.Test(t, func(t *testing.T) { wrong = playQueues(t.Context(), steps) })
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
}

// A queueStep is one step of a program. Numbers are taken modulo what there is.
type queueStep struct {
	Do       string
	Which    int
	Sender   int // 0 for nobody in particular, and for all senders
	Mode     SendMode
	Size     int // queue size; 0 for none
	Overflow Overflow
	Priority int
	Once     bool
	Veto     int // a receiver without a queue refuses multiples of it; 0 for none
}

func queueSteps(do ...string) *rapid.Generator[queueStep] {
	return rapid.Custom(func(t *rapid.T) queueStep {
		return queueStep{
			Do:       rapid.SampledFrom(do).Draw(t, "do"),
			Which:    rapid.IntRange(0, 50).Draw(t, "which"),
			Sender:   max(0, rapid.IntRange(-3, 2).Draw(t, "sender")),
			Mode:     rapid.SampledFrom([]SendMode{Sequential, Sequential, Robust, Robust, Concurrent, Lazy}).Draw(t, "mode"),
			Size:     max(0, rapid.IntRange(-1, 5).Draw(t, "size")),
			Overflow: rapid.SampledFrom([]Overflow{Block, DropNewest, DropOldest, Fail}).Draw(t, "overflow"),
			Priority: rapid.SampledFrom([]int{0, 0, 0, 0, 1, -1}).Draw(t, "priority"),
			Once:     rapid.IntRange(0, 9).Draw(t, "once") == 0,
			Veto:     max(0, rapid.IntRange(-4, 4).Draw(t, "veto")),
		}
	})
}

// A queuer is a receiver, and the model of one.
type queuer struct {
	queueStep
	name string
	conn *Connection
	end  chan struct{} // lets a call end
	got  []int         // what has actually been heard; written while the program waits

	connected bool
	calls     bool  // a call runs
	queue     []int // queued after that call
	heard     []int
	dropped   uint64
}

// queueGame is a program that is under way.
type queueGame struct {
	ctx     context.Context
	signal  kinds.SavedSignal
	senders []*kinds.Account
	hearers []*queuer
	sent    int
}

// playQueues returns what went wrong, or "". The ctx of its sends is done, so a send
// that would wait for room does not.
func playQueues(ctx context.Context, steps []queueStep) (wrong string) {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	g := &queueGame{ctx: ctx, senders: []*kinds.Account{nil, {Name: "a"}, {Name: "b"}}}
	defer g.stop()
	for i, step := range steps {
		if wrong := g.step(step); wrong != "" {
			return fmt.Sprintf("step %d, %+v: %s", i, step, wrong)
		}
	}
	return ""
}

func (g *queueGame) stop() {
	g.signal.DisconnectAll()
	for _, l := range g.hearers {
		close(l.end)
	}
}

func (g *queueGame) step(step queueStep) (wrong string) {
	switch step.Do {
	case "connect":
		g.connect(step)
	case "send":
		wrong = g.send(step)
	case "end":
		if l := g.pick(step, func(l *queuer) bool { return l.calls }); l != nil {
			l.end <- struct{}{}
			l.next()
		}
	case "disconnect":
		if l := g.pick(step, func(l *queuer) bool { return l.connected }); l != nil {
			l.conn.Disconnect()
			l.disconnect()
		}
	case "disconnect all":
		if step.Which%5 == 0 {
			g.signal.DisconnectAll()
			for _, l := range g.hearers {
				l.disconnect()
			}
		}
	}
	synctest.Wait()
	return cmp.Or(wrong, g.compare())
}

// pick returns one of the hearers that may be picked, or nil.
func (g *queueGame) pick(step queueStep, may func(*queuer) bool) *queuer {
	var all []*queuer
	for _, l := range g.hearers {
		if may(l) {
			all = append(all, l)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[step.Which%len(all)]
}

func (g *queueGame) connect(step queueStep) {
	l := &queuer{queueStep: step, name: fmt.Sprint("receiver ", len(g.hearers)), end: make(chan struct{}), connected: true}
	hear := func(_ context.Context, data kinds.Saved) error {
		l.got = append(l.got, data.N)
		if l.Size > 0 {
			<-l.end
		}
		return l.answer(data.N)
	}
	opts := []ConnectOption{Name(l.name), Priority(l.Priority)}
	if l.Size > 0 {
		opts = append(opts, Async(l.Size, l.Overflow))
	}
	if l.Once {
		opts = append(opts, Once())
	}
	if l.Sender == 0 {
		l.conn = g.signal.Connect(hear, opts...)
	} else {
		l.conn = g.signal.ConnectFrom(g.senders[l.Sender], hear, opts...)
	}
	g.hearers = append(g.hearers, l)
}

func (l *queuer) answer(n int) error {
	if l.Size == 0 && l.Veto > 0 && n%l.Veto == 0 {
		return errVeto
	}
	return nil
}

func (g *queueGame) send(step queueStep) (wrong string) {
	g.sent++
	data := kinds.Saved{Sender: g.senders[step.Sender], N: g.sent}
	var got []string
	switch step.Mode {
	case Sequential:
		got = failures(g.signal.Send(g.ctx, data))
	case Robust:
		got = failures(g.signal.SendRobust(g.ctx, data))
	case Concurrent:
		got = failures(g.signal.SendConcurrent(g.ctx, data))
	case Lazy:
		for r, err := range g.signal.Each(g.ctx, data) {
			if err != nil {
				got = append(got, r.Name+": "+err.Error())
			}
		}
	}
	if want := g.model(step, data.N); !slices.Equal(got, want) {
		return fmt.Sprintf("errors\n %q, want\n %q", got, want)
	}
	return ""
}

// failures returns the errors of receivers, each with the receiver's name.
func failures(err error) (all []string) {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, err := range joined.Unwrap() {
			all = append(all, failures(err)...)
		}
		return all
	}
	var failed *ReceiverError
	if errors.As(err, &failed) {
		all = append(all, failed.Receiver.Name+": "+failed.Err.Error())
	}
	return all
}

// model sends to the model, and returns the errors.
func (g *queueGame) model(step queueStep, n int) (errs []string) {
	all := slices.Clone(g.hearers)
	slices.SortStableFunc(all, func(a, b *queuer) int { return cmp.Compare(b.Priority, a.Priority) })
	for _, l := range all {
		if !l.connected || l.Sender != 0 && l.Sender != step.Sender {
			continue
		}
		if err := l.take(n); err != nil {
			errs = append(errs, l.name+": "+err.Error())
			if step.Mode == Sequential {
				break
			}
		}
	}
	return errs
}

// take is a send to the model of a receiver.
func (l *queuer) take(n int) error {
	l.connected = !l.Once
	switch {
	case l.Size == 0:
		l.heard = append(l.heard, n)
		return l.answer(n)
	case !l.calls:
		l.calls, l.heard = true, append(l.heard, n)
		return nil
	case len(l.queue) < l.Size:
		l.queue = append(l.queue, n)
		return nil
	}
	l.dropped++
	switch l.Overflow {
	case DropOldest:
		l.queue = append(l.queue[1:], n)
	case Block:
		return context.Canceled
	case Fail:
		return ErrQueueFull
	}
	return nil
}

// next ends the call of the model.
func (l *queuer) next() {
	if l.calls = len(l.queue) > 0; l.calls {
		l.heard, l.queue = append(l.heard, l.queue[0]), l.queue[1:]
	}
}

func (l *queuer) disconnect() {
	l.connected = false
	l.dropped += uint64(len(l.queue))
	l.queue = nil
}

// compare returns what differs between the signal and the model.
func (g *queueGame) compare() string {
	queued := make(map[string]int)
	for _, r := range g.signal.Receivers() {
		if r.Queue != nil {
			queued[r.Name] = r.Queue.Len
		}
	}
	var all []string
	for _, l := range g.hearers {
		got := fmt.Sprint(l.got, l.conn.Dropped(), l.conn.Connected(), queued[l.name])
		if want := fmt.Sprint(l.heard, l.dropped, l.connected, len(l.queue)); got != want {
			all = append(all, fmt.Sprintf("%s (%+v): heard, dropped, connected, queued\n %s, want\n %s", l.name, l.queueStep, got, want))
		}
	}
	return strings.Join(all, "\n")
}
