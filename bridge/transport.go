package bridge

import (
	"context"
	"time"
)

// A Transport carries envelopes between processes. It is a message broker as a
// [Bridge] sees it, and must be safe for use by several goroutines.
type Transport interface {
	// Publish stores an envelope, for every group. It returns nil only when the
	// envelope is stored as safely as the transport stores anything. While the
	// transport cannot be reached it waits, as long as ctx allows.
	Publish(ctx context.Context, e *Envelope) error

	// Subscribe calls handle with the envelopes of the type typ as a member of the
	// group: each envelope goes to one member. Envelopes that were stored while no
	// member listened come too. Subscribe returns when the subscription stands. The
	// subscription ends when ctx is done; deliveries handed over until then may be
	// settled afterwards.
	Subscribe(ctx context.Context, typ, group string, handle Handler) error
}

// A Handler takes over a delivery. The transport calls it with one delivery after
// another, in the order in which the envelopes were published. The handler returns when
// it has room for the next one, before or after the delivery is settled.
type Handler func(d Delivery)

// A Delivery is one envelope on its way to one group.
type Delivery struct {
	Envelope *Envelope

	// Attempt counts the times that the envelope was handed to the group, from 1.
	// It is 0 where the transport does not know.
	Attempt int

	// Last says that the envelope becomes a dead letter if the delivery fails: it is
	// not handed over again. A transport that does not know it in advance leaves it
	// false.
	Last bool

	// Settle ends the delivery. It is called once, from any goroutine. With nil the
	// envelope is done. With an error it is handed over again later, to some member
	// of the group, a limited number of times; then, or at once for an error that
	// [Poison] has made, it becomes a dead letter of the group. [ErrClosed] says that
	// the delivery has not begun, and does not count. While a delivery is not settled
	// and its process lives, the envelope is not handed over again, however long that
	// takes.
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

// SubscribeOptions say how a transport serves a subscription. A field that is zero
// leaves the choice to the transport.
type SubscribeOptions struct {
	FromNow    bool            // a new group begins with what is published from now on
	Broadcast  bool            // the group has this one member and ends with it; it begins from now on
	AckWait    time.Duration   // after how long without a sign of life a member's deliveries go to another
	MaxDeliver int             // how often an envelope is handed over before it is a dead letter
	Backoff    []time.Duration // the pauses before an envelope is handed over again; the last one repeats
}

// DefaultMaxDeliver is how often the transports of this repository hand over an envelope
// that fails each time, unless told otherwise.
const DefaultMaxDeliver = 10

// DefaultBackoff returns the pauses of the transports of this repository, unless told
// otherwise. With [DefaultMaxDeliver] deliveries they are three quarters of an hour in all.
func DefaultBackoff() []time.Duration {
	return []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}
}

// A HealthChecker is a [Transport] that can say whether it works. [Bridge.Health]
// asks it.
type HealthChecker interface {
	// Health returns nil if the transport can publish and receive now, as far as
	// it can tell within ctx; else what is wrong.
	Health(ctx context.Context) error
}

// A LagReporter is a [Transport] that can say what waits for a group.
type LagReporter interface {
	// Lag returns what the group has not done yet of a type.
	Lag(ctx context.Context, typ, group string) (Lag, error)
}

// A Lag is what waits for one group of one signal.
type Lag struct {
	Waiting  int           // published, and not handed to the group yet
	InFlight int           // delivered and not settled, including what waits for its redelivery
	Dead     int           // dead letters
	Oldest   time.Duration // the age of the oldest envelope that is waiting or in hand; 0 for none, or if the transport cannot tell
}
