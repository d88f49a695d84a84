package bridge

import "context"

// A Transport carries envelopes between processes: a message broker, as a
// [Bridge] sees it. It is used from several goroutines.
type Transport interface {
	// Publish stores an envelope, for every group. It returns nil only when the
	// envelope is stored as safely as the transport stores anything. While the
	// transport cannot be reached it waits, as long as ctx allows.
	Publish(ctx context.Context, e *Envelope) error

	// Subscribe has handle called with the envelopes of the type typ, those
	// stored while nobody of the group listened among them, as a member of the
	// group: each envelope is for one of its members. It returns when the
	// subscription stands, which ends when ctx is done. What has been handed over
	// until then may be settled afterwards.
	Subscribe(ctx context.Context, typ, group string, handle Handler) error
}

// A Handler takes a delivery over. The transport calls it for one delivery after
// another, in the order in which they were published. It returns when it has room
// for the next, which may be before or after the delivery is settled.
type Handler func(d Delivery)

// A Delivery is one envelope on its way to one group.
type Delivery struct {
	Envelope *Envelope

	// Attempt counts the times that the envelope was handed to the group, from 1.
	// It is 0 where the transport does not know.
	Attempt int

	// Settle ends the delivery; it is called once, from any goroutine. With nil
	// the envelope is done with; with an error it is handed over again later, to
	// some member of the group, a limited number of times; after these, or at
	// once for an error that [Poison] has made, it becomes a dead letter of the
	// group. As long as a delivery is not settled and its process lives, it is not
	// handed over again, however long that takes.
	Settle func(err error)
}
