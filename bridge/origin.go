package bridge

import "context"

// An origin is the delivery that a ctx belongs to: the stable name of the signal that a
// bridge has received.
type origin struct {
	bridge *Bridge
	typ    string
	next   *origin // of another bridge, through which the ctx came before
}

type (
	originKey   struct{}
	envelopeKey struct{}
)

// withOrigin returns the ctx for the receivers of an envelope.
func withOrigin(ctx context.Context, b *Bridge, e *Envelope, typ string) context.Context {
	next, _ := ctx.Value(originKey{}).(*origin)
	ctx = context.WithValue(ctx, envelopeKey{}, e)
	return context.WithValue(ctx, originKey{}, &origin{bridge: b, typ: typ, next: next})
}

// isEcho reports whether a send with ctx is one of what the bridge has received
// under the name.
func isEcho(ctx context.Context, b *Bridge, typ string) bool {
	o, _ := ctx.Value(originKey{}).(*origin)
	for ; o != nil; o = o.next {
		if o.bridge == b && o.typ == typ {
			return true
		}
	}
	return false
}

// Anew returns a ctx with which a receiver sends the signal that it has heard as if it
// were new.
//
// The ctx of a receiver says which signal came through which bridge, and that bridge does
// not publish that signal from a send with such a ctx. Otherwise a signal that a process
// receives and passes on locally, under the same stable name, would go round and round.
// The bridge publishes other signals, and other bridges publish all of them. A receiver
// that wants to repeat a signal for all processes sends it with Anew(ctx); [EnvelopeFrom]
// finds nothing in that ctx.
func Anew(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, envelopeKey{}, (*Envelope)(nil))
	return context.WithValue(ctx, originKey{}, (*origin)(nil))
}

// EnvelopeFrom returns the envelope that a receiver hears, also where that receiver has
// sent another signal with its ctx. It returns false for any other local send. The ID and
// the Source together identify the envelope when it comes a second time. It must not be
// changed.
func EnvelopeFrom(ctx context.Context) (*Envelope, bool) {
	e, _ := ctx.Value(envelopeKey{}).(*Envelope)
	return e, e != nil
}
