package runtime

import "context"

// An Observer is told of every send and connection, for logs, traces and
// metrics. Its funcs may be nil. They are called in the goroutine that sends,
// connects or disconnects, and may do so themselves: by ReceiveStart, the call of its
// receiver has begun. What SendStart and ReceiveStart return is the ctx that receivers
// get. What does not return because of a panic is done with [ErrUnwound], or with the
// [*PanicError] where the panic goes no further.
//
// A panic of one of them is a panic of whoever sends or connects: a send whose
// SendStart panics calls no receiver, and a Connect whose Connected panics leaves the
// receiver disconnected.
//
// An observer that is set costs each send a little; one that is not costs
// nothing.
type Observer struct {
	SendStart    func(ctx context.Context, s SendInfo) context.Context
	SendDone     func(ctx context.Context, s SendInfo, err error)
	ReceiveStart func(ctx context.Context, s SendInfo, r ReceiverInfo) context.Context
	ReceiveDone  func(ctx context.Context, s SendInfo, r ReceiverInfo, err error)

	Connected    func(s AnySignal, r ReceiverInfo)
	Disconnected func(s AnySignal, r ReceiverInfo)
	Dropped      func(s AnySignal, r ReceiverInfo) // by the queue of an Async receiver
}

// SendInfo says what is being sent, and how.
type SendInfo struct {
	Signal AnySignal
	Mode   SendMode
}

// A SendMode is the way in which receivers are called.
type SendMode int

const (
	Sequential SendMode = iota // Send
	Robust                     // SendRobust
	Concurrent                 // SendConcurrent
	Lazy                       // Each
	Queued                     // the goroutine of an Async receiver; such a call belongs to no send that is still under way
)

// String returns the mode's name in small letters.
func (m SendMode) String() string {
	return [...]string{"sequential", "robust", "concurrent", "lazy", "async"}[m]
}

// observers calls the funcs of several, in order.
type observers []*Observer

func (all observers) sendStart(ctx context.Context, s SendInfo) context.Context {
	for _, o := range all {
		if o.SendStart != nil {
			ctx = o.SendStart(ctx, s)
		}
	}
	return ctx
}

func (all observers) sendDone(ctx context.Context, s SendInfo, err error) {
	for _, o := range all {
		if o.SendDone != nil {
			o.SendDone(ctx, s, err)
		}
	}
}

func (all observers) receiveStart(ctx context.Context, s SendInfo, r ReceiverInfo) context.Context {
	for _, o := range all {
		if o.ReceiveStart != nil {
			ctx = o.ReceiveStart(ctx, s, r)
		}
	}
	return ctx
}

func (all observers) receiveDone(ctx context.Context, s SendInfo, r ReceiverInfo, err error) {
	for _, o := range all {
		if o.ReceiveDone != nil {
			o.ReceiveDone(ctx, s, r, err)
		}
	}
}
