package bridge

import (
	"context"
	"strings"
	"time"
)

// A Transport carries envelopes between processes. It is a message broker as a
// [Bridge] sees it, and must be safe for use by several goroutines.
type Transport interface {
	// Publish stores an envelope for every group. It returns nil only when the
	// envelope is stored as durably as the transport can. While the broker cannot
	// be reached it waits, until ctx is done.
	Publish(ctx context.Context, e *Envelope) error

	// Subscribe calls handle with the envelopes of the type typ as a member of the
	// group. Each envelope goes to one member, including those that were stored
	// while the group had no member. Subscribe returns when the subscription is
	// active. The subscription ends when ctx is done; deliveries that handle has
	// taken by then may be settled afterwards.
	Subscribe(ctx context.Context, typ, group string, handle Handler) error
}

// A Handler takes deliveries. The transport calls it with one delivery after another, in
// the order in which the envelopes were published. The handler returns when it has room
// for the next delivery, before or after this one is settled.
type Handler func(d Delivery)

// A Delivery is one envelope on its way to one group.
type Delivery struct {
	Envelope *Envelope

	// Attempt is the number of this delivery of the envelope to the group, from 1.
	// It is 0 if the transport does not know.
	Attempt int

	// Last says that the envelope becomes a dead letter if this delivery fails. A
	// transport that does not know it in advance leaves it false.
	Last bool

	// Settle ends the delivery. It is called once, from any goroutine. With nil the
	// envelope is acknowledged. With an error it is redelivered later to a member of
	// the group, a limited number of times, and then becomes a dead letter of the
	// group; with an error made by [Poison] it becomes one at once. [ErrClosed] says
	// that the delivery has not begun: the envelope is redelivered at once, and the
	// delivery is not counted if the transport can help it. While a delivery is not
	// settled and its process lives, the envelope is not redelivered, however long
	// that takes.
	Settle func(err error)
}

// A TransportWithOptions is a [Transport] whose subscriptions take options. [Receive]
// needs one for [FromNow], [Broadcast], [AckWait], [MaxDeliver] and [Backoff].
type TransportWithOptions interface {
	Transport

	// SubscribeWith is Subscribe with options. It returns an error that wraps
	// [errors.ErrUnsupported] for an option that the transport does not have.
	SubscribeWith(ctx context.Context, typ, group string, opts SubscribeOptions, handle Handler) error
}

// SubscribeOptions are the options of a subscription. A zero field means the default of
// the transport.
type SubscribeOptions struct {
	FromNow    bool            // a new group begins with what is published from now on
	Broadcast  bool            // the group has this one member and ends with it; it begins from now on
	AckWait    time.Duration   // after how long without a sign of life a member's deliveries go to another
	MaxDeliver int             // the number of deliveries after which an envelope becomes a dead letter
	Backoff    []time.Duration // the pauses before each redelivery; the last one repeats
}

// DefaultMaxDeliver is the default of [MaxDeliver] in the transports of this repository.
const DefaultMaxDeliver = 10

// DefaultBackoff returns the default of [Backoff] in the transports of this repository.
// With [DefaultMaxDeliver] the pauses add up to three quarters of an hour.
func DefaultBackoff() []time.Duration {
	return []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}
}

// A HealthChecker is a [Transport] that can tell whether it works, for [Bridge.Health].
type HealthChecker interface {
	// Health returns nil if the transport can publish and receive, as far as it can
	// tell until ctx is done; otherwise what is wrong.
	Health(ctx context.Context) error
}

// A LagReporter is a [Transport] that can tell what waits for a group, for [Bridge.Lag].
type LagReporter interface {
	// Lag returns how many envelopes of a type the group has not settled.
	Lag(ctx context.Context, typ, group string) (Lag, error)
}

// A Lag is what one group has not acknowledged of one signal.
type Lag struct {
	Waiting  int           // published and not delivered yet
	InFlight int           // delivered and not settled, including what waits for its redelivery
	Dead     int           // dead letters
	Oldest   time.Duration // the age of the oldest envelope that is waiting or in flight; 0 if there is none or the transport cannot tell
}

// A DeadFilter selects dead letters, to list, replay or discard them together. A zero
// field does not limit the selection.
type DeadFilter struct {
	Signal string        // the signal's stable name
	Group  string        // the group whose deliveries failed
	Reason string        // a substring of the last error
	Older  time.Duration // dead for at least this long
	Newer  time.Duration // dead for at most this long
}

// Selects reports whether the filter selects a dead letter. dead is how long it has been
// one.
func (f DeadFilter) Selects(signal, group, reason string, dead time.Duration) bool {
	return (f.Signal == "" || f.Signal == signal) &&
		(f.Group == "" || f.Group == group) &&
		strings.Contains(reason, f.Reason) &&
		dead >= f.Older &&
		(f.Newer == 0 || dead <= f.Newer)
}
