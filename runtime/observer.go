package runtime

import "context"

// An Observer is notified of sends, calls of receivers, and connections, for logs,
// traces and metrics. Any of its funcs may be nil. They are called in the goroutine
// that sends, connects or disconnects, and may themselves send, connect and disconnect.
// SendStart and ReceiveStart return the ctx that receivers get. A Disconnect after
// ReceiveStart no longer prevents the call. A send or a call that panics is reported as
// done with [ErrUnwound], or with a [*PanicError] if the panic goes no further.
//
// A panic of an observer's func reaches the caller that sends or connects. If SendStart
// panics, the send calls no receiver. If Connected panics, Connect leaves the receiver
// disconnected.
//
// An observer costs a send only what it asks for. SendStart and SendDone are called for
// each send, ReceiveStart and ReceiveDone for each receiver. An observer with a
// [Counter] is notified of some sends only; each of the others costs an atomic
// addition. An observer without these four funcs costs a send nothing.
type Observer struct {
	SendStart    func(ctx context.Context, s SendInfo) context.Context
	SendDone     func(ctx context.Context, s SendInfo, err error)
	ReceiveStart func(ctx context.Context, s SendInfo, r ReceiverInfo) context.Context
	ReceiveDone  func(ctx context.Context, s SendInfo, r ReceiverInfo, err error)

	Connected    func(s AnySignal, r ReceiverInfo)
	Disconnected func(s AnySignal, r ReceiverInfo)
	Dropped      func(s AnySignal, r ReceiverInfo) // an Async receiver has missed a send; see Connection.Dropped

	// Failed gets each error that a sender or the ErrorHandler gets from a receiver, as
	// the Err of a ReceiverError, after middleware. It is called for all sends, whether
	// a Counter picks them or not. A panic that continues to the sender, in Send and in
	// Each, is reported as ErrUnwound, and only if ReceiveStart was called.
	Failed func(s AnySignal, r ReceiverInfo, err error)

	// WorkerStart is called in each goroutine of an Async receiver when it starts.
	WorkerStart func(s AnySignal, r ReceiverInfo)

	// Sends counts the sends of the signal. If it is not nil, SendStart and SendDone
	// are called only for the sends that it picks. Calls counts the calls of receivers
	// in picked sends, and all calls of Async receivers in their goroutines. If it is
	// not nil, ReceiveStart and ReceiveDone are called only for the calls that it
	// picks. A send or call that one observer picks is reported to all observers.
	Sends, Calls *Counter

	// For returns the observer for one signal, or nil for none. If For is not nil, its
	// result replaces this observer, whose other fields are ignored. For may be called
	// several times for a signal. The signal is locked meanwhile: For may call its Name
	// and Doc, and nothing else.
	For func(s AnySignal) *Observer
}

// SendInfo describes a send.
type SendInfo struct {
	Signal AnySignal
	Mode   SendMode
}

// A SendMode says how a send calls the receivers.
type SendMode int

const (
	Sequential SendMode = iota // Send
	Robust                     // SendRobust
	Concurrent                 // SendConcurrent
	Lazy                       // Each
	Queued                     // a call in the goroutine of an Async receiver; the send may have returned long before
)

// String returns "sequential", "robust", "concurrent", "lazy" or "async".
func (m SendMode) String() string {
	return [...]string{"sequential", "robust", "concurrent", "lazy", "async"}[m]
}

// bind returns the observers to use for a signal: For is applied.
func (all observers) bind(s *Signal) (bound observers) {
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

// observesSends reports whether o is notified of sends or calls, or counts sends.
func (o *Observer) observesSends() bool {
	return o.SendStart != nil || o.SendDone != nil || o.observesCalls() || o.Sends != nil
}

// observesCalls reports whether o is notified of calls of receivers.
func (o *Observer) observesCalls() bool { return o.ReceiveStart != nil || o.ReceiveDone != nil }

// observers calls the funcs of several observers, in order.
type observers []*Observer

// counter returns the only counter of sends, or nil if there is none. It returns false
// if there are several, or if an observer is notified of all sends.
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

// pickSend counts a send, and reports whether to notify the observers of it.
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
