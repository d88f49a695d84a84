package bridge

import (
	"maps"
	"strings"

	"github.com/signalgen/signalgen/runtime"
)

// note notes a publication before it can publish anything. It returns the Connection
// of the one that publishes the signal already, if there is one.
func (b *Bridge) note(p *publication) *runtime.Connection {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgetEnded()
	for _, other := range b.publications {
		if other.signal != p.signal || other.conn == nil {
			continue
		}
		if other.conn.Connected() {
			return other.conn
		}
		p.prefix = other.prefix // whose place it takes
	}
	b.publications[p.prefix] = p
	return nil
}

// published returns the signal that an envelope of this bridge was sent on. It returns
// nil if the envelope is not of this bridge, or if the signal is no longer published and
// no subscription needs to know.
func (b *Bridge) published(e *Envelope) runtime.AnySignal {
	prefix, _, _ := strings.Cut(e.ID, idSeparator)
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.publications[prefix]; p != nil && e.Source == b.source {
		return p.signal
	}
	return nil
}

// forget forgets the signals that are no longer published.
func (b *Bridge) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgetEnded()
}

// forgetEnded is forget for a caller that holds mu. Nothing tells a bridge that a
// signal's owner has disconnected it: it looks when a publication or a subscription
// begins or ends.
func (b *Bridge) forgetEnded() {
	maps.DeleteFunc(b.publications, func(_ string, p *publication) bool {
		return p.conn != nil && !p.conn.Connected() && !b.skipsOwn(p.signal)
	})
}

// skipsOwn reports whether a subscription has to know what was published from a
// signal. The caller holds mu.
func (b *Bridge) skipsOwn(s runtime.AnySignal) bool {
	for sub := range b.subscriptions {
		if sub.skipOwn && sub.signal == s {
			return true
		}
	}
	return false
}

func (p *publication) disconnect() {
	p.bridge.mu.Lock()
	conn := p.conn
	p.bridge.mu.Unlock()
	if conn != nil {
		conn.Disconnect()
	}
}
