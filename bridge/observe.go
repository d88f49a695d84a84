package bridge

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"
)

// An Observer is told what a bridge does, for metrics and logs. A func that is nil is
// not called. The funcs are called in the goroutines that publish and deliver, several
// at the same time, and should return soon. A panic of one is logged and changes nothing.
type Observer struct {
	// Published is called after each send that the transport has stored, or has
	// failed to store.
	Published func(ctx context.Context, p PublishInfo)

	// Delivered is called with each delivery that was settled, before the transport
	// is told.
	Delivered func(ctx context.Context, d DeliveryInfo)
}

// Observe has o told what the bridge does. Several observers are told in the order in
// which they were given.
func Observe(o *Observer) Option {
	return func(b *Bridge) {
		if o != nil {
			b.observers = append(b.observers, o)
		}
	}
}

// A PublishInfo is about one send that went to the transport.
type PublishInfo struct {
	Signal   string // the signal's stable name
	Envelope *Envelope
	Took     time.Duration // until the transport had stored it, or failed
	Err      error         // nil if it is stored
}

// A DeliveryInfo is about one delivery.
type DeliveryInfo struct {
	Signal   string // the signal's stable name
	Group    string
	Envelope *Envelope
	Attempt  int           // how often the transport has handed it over; 0 if it does not know
	Took     time.Duration // by the receivers, with all tries in this process and the pauses between them
	Err      error         // what the receivers returned at last
	Outcome  Outcome
}

// An Outcome is what became of a delivery.
type Outcome int

// What may become of a delivery.
const (
	Acknowledged Outcome = iota // every receiver has returned nil
	Skipped                     // it was acknowledged before, or is this bridge's own, and no receiver was called
	Retried                     // it failed, and the transport hands it over again
	Dead                        // it failed, and becomes a dead letter
	Released                   // it has not begun, because the subscription was closed
)

// Outcomes returns all outcomes there are.
func Outcomes() []Outcome { return []Outcome{Acknowledged, Skipped, Retried, Dead, Released} }

// String returns the outcome in lower case, such as "acknowledged".
func (o Outcome) String() string {
	switch o {
	case Acknowledged:
		return "acknowledged"
	case Skipped:
		return "skipped"
	case Retried:
		return "retried"
	case Dead:
		return "dead"
	case Released:
		return "released"
	}
	return "unknown"
}

// tell has each observer told by call, whatever it does.
func (b *Bridge) tell(ctx context.Context, call func(o *Observer)) {
	for _, o := range b.observers {
		func() {
			defer func() {
				if value := recover(); value != nil {
					slog.Default().ErrorContext(ctx, "observer of a bridge panicked", "panic", value, "stack", string(debug.Stack()))
				}
			}()
			call(o)
		}()
	}
}

func (b *Bridge) tellPublished(ctx context.Context, p PublishInfo) {
	b.tell(ctx, func(o *Observer) {
		if o.Published != nil {
			o.Published(ctx, p)
		}
	})
}

func (b *Bridge) tellDelivered(ctx context.Context, d DeliveryInfo) {
	b.tell(ctx, func(o *Observer) {
		if o.Delivered != nil {
			o.Delivered(ctx, d)
		}
	})
}
