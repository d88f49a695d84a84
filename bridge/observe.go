package bridge

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"
)

// An Observer has funcs that a bridge calls, for metrics and logs. They may be nil. They
// are called in the goroutines that publish and deliver, several at the same time, and
// should return soon. A panic is logged and has no other effect.
type Observer struct {
	// Published is called after each send that the transport has stored or failed to
	// store.
	Published func(ctx context.Context, p PublishInfo)

	// Delivered is called at the end of each delivery, before it is settled.
	Delivered func(ctx context.Context, d DeliveryInfo)
}

// Observe adds an observer. Several are called in the order in which they were added.
func Observe(o *Observer) Option {
	return func(b *Bridge) {
		if o != nil {
			b.observers = append(b.observers, o)
		}
	}
}

// A PublishInfo describes a send that was published.
type PublishInfo struct {
	Signal   string // the signal's stable name
	Envelope *Envelope
	Took     time.Duration // until the transport had stored it or failed to
	Err      error         // nil if it is stored
}

// A DeliveryInfo describes a delivery.
type DeliveryInfo struct {
	Signal   string // the signal's stable name
	Group    string
	Envelope *Envelope
	Attempt  int           // the number of this delivery, from 1; 0 if the transport does not know
	Took     time.Duration // in the receivers, including retries in this process and the pauses between them
	Err      error         // of the last try
	Outcome  Outcome
}

// An Outcome is the result of a delivery.
type Outcome int

// The outcomes of a delivery.
const (
	Acknowledged Outcome = iota // every receiver has returned nil
	Skipped                     // no receiver was called, because it was a duplicate or published by this bridge: see Dedupe and SkipOwn
	Retried                     // it failed, and the transport redelivers the envelope
	Dead                        // it failed, and the envelope becomes a dead letter
	Released                    // it did not begin, because the subscription was closed
)

// Outcomes returns all outcomes.
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

// tell calls call with each observer.
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
