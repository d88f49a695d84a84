package observe

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// live keeps the last sends while the view of them is open. Sends do not wait for each
// other: each takes a place in the ring by an atomic addition.
type live struct {
	lease lease
	due   atomic.Int64 // when the next send may be kept at the steady rate, in Unix ns
	last  atomic.Uint64
	ring  [liveLen]atomic.Pointer[kept]
}

// The limits of the live view: the last liveLen sends are kept, and only some of them
// if there are more than livePerSecond.
const (
	liveLen       = 256
	livePerSecond = 100
	mostPayload   = 1000 // bytes
)

// A kept send is one in the ring.
type kept struct {
	number       uint64 // from 1
	began        time.Time
	took         time.Duration
	set, signal  string
	mode         runtime.SendMode
	err, payload string
}

// A keptSend is a send under way that will be kept.
type keptSend struct {
	signal  runtime.AnySignal
	began   time.Time
	payload atomic.Pointer[string]
	done    atomic.Bool
}

// sendStart returns the ctx of a send that will be kept. Its value for l is a
// *keptSend. For a send within one that is kept, the value is nil.
func (l *live) sendStart(ctx context.Context, s runtime.SendInfo, began time.Time) context.Context {
	if l.takes(began) {
		return context.WithValue(ctx, l, &keptSend{signal: s.Signal, began: began})
	}
	if ctx.Value(l) != nil {
		return context.WithValue(ctx, l, (*keptSend)(nil))
	}
	return ctx
}

// takes reports whether to keep a send. After a second without sends, a second's worth
// of them is kept, one after the other.
func (l *live) takes(now time.Time) bool {
	const step = int64(time.Second / livePerSecond)
	due := l.due.Load()
	if due > now.UnixNano()+int64(time.Second) {
		return false
	}
	return l.due.CompareAndSwap(due, max(due, now.UnixNano())+step)
}

// keptOf returns the kept send of ctx if it belongs to the signal and is under way.
func (l *live) keptOf(ctx context.Context, s runtime.AnySignal) *keptSend {
	if k, _ := ctx.Value(l).(*keptSend); k != nil && k.signal == s && !k.done.Load() {
		return k
	}
	return nil
}

// sendDone keeps a send.
func (l *live) sendDone(ctx context.Context, set string, s runtime.SendInfo, err error) {
	k := l.keptOf(ctx, s.Signal)
	if k == nil || !k.done.CompareAndSwap(false, true) {
		return
	}
	entry := &kept{began: k.began, took: time.Since(k.began), set: set, signal: s.Signal.Name(), mode: s.Mode}
	if err != nil {
		entry.err = cut(guardedText(err.Error), mostPayload)
	}
	if payload := k.payload.Load(); payload != nil {
		entry.payload = *payload
	}
	entry.number = l.last.Add(1)
	l.ring[entry.number%liveLen].Store(entry)
}

// since returns the sends after the given one, the newest first.
func (l *live) since(number uint64) (all []*kept) {
	for i := range l.ring {
		if k := l.ring[i].Load(); k != nil && k.number > number {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b *kept) int { return cmp.Compare(b.number, a.number) })
	return all
}

// beginLive keeps sends until end is called. Then it forgets them.
func (p *page) beginLive() (end func()) {
	var ends []func()
	for _, source := range p.sources {
		ends = append(ends, source.metrics.listeners.add(&listener{&p.live, source.name}))
		if p.show != nil {
			ends = append(ends, p.tap(source))
		}
	}
	return func() {
		for _, end := range ends {
			end()
		}
		for i := range p.live.ring {
			p.live.ring[i].Store(nil)
		}
	}
}

// tap records the payloads of the signals of a source, until end is called.
func (p *page) tap(source *pageSource) (end func()) {
	var taps []*runtime.Connection
	for set := range source.sets() {
		for s := range set.All() {
			taps = append(taps, s.Tap(func(ctx context.Context, payload any) { p.keepPayload(ctx, s, payload) }))
		}
	}
	return func() {
		for _, tap := range taps {
			tap.Disconnect()
		}
	}
}

// keepPayload records what a send carries, if the send is kept.
func (p *page) keepPayload(ctx context.Context, s runtime.AnySignal, payload any) {
	if k := p.live.keptOf(ctx, s); k != nil {
		text := cut(guardedText(func() string { return payloadText(p.show(payload)) }), mostPayload)
		k.payload.Store(&text)
	}
}

// payloadText is what is shown of a payload: text as it is, anything else as JSON.
func payloadText(shown any) string {
	switch shown := shown.(type) {
	case nil:
		return ""
	case string:
		return shown
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // the template does
	if err := encoder.Encode(shown); err != nil {
		return fmt.Sprintf("%+v", shown)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// guardedText returns the result of text, or says that it panicked: the program's send
// must not fail.
func guardedText(text func() string) (result string) {
	defer func() {
		if value := recover(); value != nil {
			result = fmt.Sprintf("panic: %v", value)
		}
	}()
	return text()
}
