package bridge

import "context"

// An origin is a delivery that a ctx is of: the signal, by its stable name, that a
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

// Anew returns a ctx with which a receiver sends what it was called by as if it
// were new.
//
// The ctx of a receiver says which signal came through which bridge, and that
// bridge does not publish that signal from a send with such a ctx: what one
// process has received, and passes on locally under the same stable name, must not
// go out again, and round and round. Other signals it publishes, and another bridge
// publishes all of them. A receiver that means to repeat a signal for all processes
// sends it with Anew(ctx), of which [EnvelopeFrom] tells nothing any more.
func Anew(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, envelopeKey{}, (*Envelope)(nil))
	return context.WithValue(ctx, originKey{}, (*origin)(nil))
}

// EnvelopeFrom returns the envelope that a receiver was called by, or that the
// receiver was called by which has sent on with its ctx; false for any other local
// send. Its ID and Source together say whether something comes a second
// time. It must not be changed.
func EnvelopeFrom(ctx context.Context) (*Envelope, bool) {
	e, _ := ctx.Value(envelopeKey{}).(*Envelope)
	return e, e != nil
}
