package runtime

import "context"

// An Observer is told of every send and connection, for logs, traces and metrics. Any
// of its funcs may be nil. They are called in the goroutine that sends, connects or
// disconnects, and may themselves send, connect and disconnect. When ReceiveStart is
// called, the call of its receiver has begun. SendStart and ReceiveStart return the ctx
// that receivers get. A send or call that does not return because of a panic is
// reported as done with [ErrUnwound], or with a [*PanicError] if the panic goes no
// further.
//
// A panic of an observer's func reaches whoever sends or connects. If SendStart panics,
// the send calls no receiver. If Connected panics, Connect leaves the receiver
// disconnected.
//
// An observer costs each send what it asks for. SendStart and SendDone are called for
// each send, ReceiveStart and ReceiveDone for each receiver. An observer with a Counter
// is told of some sends only; the others cost an atomic addition. An observer without
// these four funcs costs a send nothing.
type Observer struct {
	SendStart    func(ctx context.Context, s SendInfo) context.Context
	SendDone     func(ctx context.Context, s SendInfo, err error)
	ReceiveStart func(ctx context.Context, s SendInfo, r ReceiverInfo) context.Context
	ReceiveDone  func(ctx context.Context, s SendInfo, r ReceiverInfo, err error)

	Connected    func(s AnySignal, r ReceiverInfo)
	Disconnected func(s AnySignal, r ReceiverInfo)
	Dropped      func(s AnySignal, r ReceiverInfo) // a send dropped by the queue of an Async receiver

	// Failed is told of each error that a sender, or the ErrorHandler, gets from a
	// receiver: the Err of its ReceiverError, after middleware. It is told of all
	// sends, including those that the counters do not pick. A panic that continues to
	// the sender, in Send and in Each, is reported only where ReceiveStart is called,
	// as ErrUnwound.
	Failed func(s AnySignal, r ReceiverInfo, err error)

	// WorkerStart is called in the goroutine of an Async receiver, as it begins.
	WorkerStart func(s AnySignal, r ReceiverInfo)

	// Sends counts the sends of the signal. If it is not nil, SendStart and SendDone
	// are called only for the sends that it picks. Calls counts the calls of receivers
	// in picked sends, and all calls of Async receivers in their goroutines. If it is
	// not nil, ReceiveStart and ReceiveDone are called only for the calls that it
	// picks. What one observer picks, all observers are told of.
	Sends, Calls *Counter

	// For returns the observer for one signal, or nil for none. If For is not nil, its
	// result takes the place of this observer, whose other fields are not used. For is
	// called for each signal, and more than once. The signal is locked meanwhile: For
	// may call its Name and Doc, and nothing else.
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
	Queued                     // the goroutine of an Async receiver; its send may have returned long before
)

// String returns the name of the mode in lower case.
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

// observesSends reports whether o wants to be told of sends, or to have them counted.
func (o *Observer) observesSends() bool {
	return o.SendStart != nil || o.SendDone != nil || o.observesCalls() || o.Sends != nil
}

// observesCalls reports whether o wants to be told of calls of receivers.
func (o *Observer) observesCalls() bool { return o.ReceiveStart != nil || o.ReceiveDone != nil }

// observers calls the funcs of several observers, in order.
type observers []*Observer

// counter returns the one counter of sends, or nil if there is none. It returns false
// if there are several, or if an observer is told of all sends.
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

// pickSend counts a send, and reports whether an observer is to be told of it.
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
