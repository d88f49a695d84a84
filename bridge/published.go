package bridge

import (
	"maps"
	"strings"

	"github.com/signalgen/signalgen/runtime"
)

// register adds a publication before it publishes anything. If another one publishes the
// signal already, it returns the Connection of that one.
func (b *Bridge) register(p *publication) *runtime.Connection {
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
		p.prefix = other.prefix // p replaces other
	}
	b.publications[p.prefix] = p
	return nil
}

// published returns the signal from which this bridge has published an envelope. It
// returns nil if the bridge has not, or has forgotten it: see forgetEnded.
func (b *Bridge) published(e *Envelope) runtime.AnySignal {
	prefix, _, _ := strings.Cut(e.ID, idSeparator)
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.publications[prefix]; p != nil && e.Source == b.source {
		return p.signal
	}
	return nil
}

// forget is forgetEnded with mu.
func (b *Bridge) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forgetEnded()
}

// forgetEnded forgets the publications that have ended, unless a subscription with SkipOwn
// needs them. A bridge is not told when a Connection is disconnected, so it calls this
// when a publication or a subscription begins or ends. mu is held.
func (b *Bridge) forgetEnded() {
	maps.DeleteFunc(b.publications, func(_ string, p *publication) bool {
		return p.conn != nil && !p.conn.Connected() && !b.skipsOwn(p.signal)
	})
}

// skipsOwn reports whether a subscription of the signal has the option SkipOwn. mu is held.
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
