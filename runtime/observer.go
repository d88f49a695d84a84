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
// An observer that is set costs each send what it asks for: a SendStart and a SendDone
// are called for each send, a ReceiveStart and a ReceiveDone for each receiver. One with
// a Counter is told of some sends only, and costs the others an atomic addition. One
// without these funcs costs a send nothing, as no observer does.
type Observer struct {
	SendStart    func(ctx context.Context, s SendInfo) context.Context
	SendDone     func(ctx context.Context, s SendInfo, err error)
	ReceiveStart func(ctx context.Context, s SendInfo, r ReceiverInfo) context.Context
	ReceiveDone  func(ctx context.Context, s SendInfo, r ReceiverInfo, err error)

	Connected    func(s AnySignal, r ReceiverInfo)
	Disconnected func(s AnySignal, r ReceiverInfo)
	Dropped      func(s AnySignal, r ReceiverInfo) // by the queue of an Async receiver

	// Failed is told of what the sender gets from a receiver, or the ErrorHandler: the
	// error that is in its ReceiverError, behind middleware. It is told of all sends, also
	// of those that the others are not told of. A panic that goes on to the sender, of Send
	// and of Each, is known only where ReceiveStart is called. It is ErrUnwound then.
	Failed func(s AnySignal, r ReceiverInfo, err error)

	// WorkerStart is called in the goroutine of an Async receiver, as it begins.
	WorkerStart func(s AnySignal, r ReceiverInfo)

	// Sends counts the sends of the signal. If it is not nil, SendStart and SendDone are
	// called only for those that it picks. Calls counts, in sends that are picked, the calls
	// of receivers, and those that Async receivers get in their goroutines. If it is not
	// nil, ReceiveStart and ReceiveDone are called only for those that it picks. What is
	// picked for one observer is told to all.
	Sends, Calls *Counter

	// For returns the observer of one signal, or nil for none. If it is not nil, its result
	// takes the place of this observer, whose other fields are not used. It is called for
	// each signal, and more than once. The signal is locked meanwhile: For may ask it for
	// its Name and its Doc, and for nothing else.
	For func(s AnySignal) *Observer
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

// of returns the observers of a signal.
func (all observers) of(s *Signal) (bound observers) {
	for _, o := range all {
		if o.For != nil {
			o = o.For(s)
		}
		if o != nil {
			bound = append(bound, o)
		}
	}
	return bound
}

// observesSends reports whether o is to be told of sends, or to have them counted.
func (o *Observer) observesSends() bool {
	return o.SendStart != nil || o.SendDone != nil || o.observesCalls() || o.Sends != nil
}

// observesCalls reports whether o is to be told of calls of receivers.
func (o *Observer) observesCalls() bool { return o.ReceiveStart != nil || o.ReceiveDone != nil }

// observers calls the funcs of several, in order.
type observers []*Observer

// counter returns the one that counts sends, or nil if none does. It returns false if
// there are more, or if somebody is told of all sends.
func (all observers) counter() (counter *Counter, ok bool) {
	for _, o := range all {
		if !o.observesSends() {
			continue
		}
		if o.Sends == nil || counter != nil {
			return nil, false
		}
		counter = o.Sends
	}
	return counter, true
}

// pickSend counts a send, and reports whether somebody is to be told of it.
func (all observers) pickSend() (picked bool) {
	for _, o := range all {
		if o.Sends == nil && o.observesSends() || o.Sends != nil && o.Sends.pick() {
			picked = true
		}
	}
	return picked
}

// pickCall is pickSend for a call of a receiver.
func (all observers) pickCall() (picked bool) {
	for _, o := range all {
		if o.Calls == nil && o.observesCalls() || o.Calls != nil && o.Calls.pick() {
			picked = true
		}
	}
	return picked
}

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
