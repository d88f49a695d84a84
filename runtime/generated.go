package runtime

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"unsafe"
)

// GeneratedV2 is for generated code. A generated file that needs another version of
// this package fails to compile, with an error that names this constant. Update the
// module, or run go generate again.
const GeneratedV2 = true

// Kind is for generated code. It describes a signal and its types to this package.
type Kind struct {
	Name string // the stable name
	Doc  string // the declaration's doc comment
	Args any    // a nil *T, where T is the type of the arguments: the payload, or the struct XArgs

	// Call calls a receiver with the arguments that args points to, and returns its
	// error. It stores the other value that the receiver returns in *result, unless
	// result is nil. If receiver is nil, Call copies the arguments to *result.
	Call func(ctx context.Context, receiver Receiver, args, result any) error

	// Sender returns the sender in the arguments that args points to. It is nil for a
	// signal without senders.
	Sender func(args any) any

	// Responds says that receivers return a value.
	Responds bool

	// SenderIsPointer says that senders are pointers, which are held weakly.
	SenderIsPointer bool
}

// Receiver is for generated code. It points to a func of the signal's receiver type,
// which only the generated code knows. The type is right because all receivers of a
// signal come from its own Connect.
type Receiver unsafe.Pointer

// Of sets the kind of the signal and returns the signal, for the All of a set.
//
//go:noinline
func (k *Kind) Of(s *Signal) AnySignal {
	s.base().start(k)
	return s
}

// Connect implements the Connect of generated code.
//
//go:noinline
func (k *Kind) Connect(s *Signal, receiver Receiver, opts []ConnectOption) *Connection {
	return s.base().connect(k.newConnection(s, receiver, opts), connectArgs{})
}

// ConnectFrom implements the ConnectFrom of generated code.
//
//go:noinline
func (k *Kind) ConnectFrom(s *Signal, sender any, receiver Receiver, opts []ConnectOption) *Connection {
	return s.base().connect(k.newConnection(s, receiver, opts), connectArgs{sender: k.senderFunc(s, sender)})
}

// ConnectWeak implements the ConnectWeak of generated code. The owner is a pointer. The
// receiver calls method on it, and holds it weakly.
//
//go:noinline
func (k *Kind) ConnectWeak(s *Signal, owner, method any, receiver Receiver, opts []ConnectOption) *Connection {
	return s.base().connectWeak(k, owner, method, receiver, opts)
}

// HasReceiversFrom implements the HasReceiversFrom of generated code.
//
//go:noinline
func (k *Kind) HasReceiversFrom(s *Signal, sender any) bool {
	return s.base().hasReceivers(k.from(s.base(), sender))
}

// Ready is for generated code. It returns the receivers that a send calls. If the send
// has to do more than call them, the first receiver is nil, and the loop leaves the
// send to the [Kind].
func Ready(s *Signal) Calls {
	snapshot := s.all.published.Load()
	if snapshot == nil {
		return Calls{walk: unready}
	}
	if c := snapshot.counter; c != nil {
		// This is c.pick, inlined by hand: a call costs every send a nanosecond, even
		// without a counter.
		if c.n.Add(1) >= c.next.Load() {
			return Calls{walk: picked}
		}
	}
	return Calls{walk: snapshot.walk}
}

// ReadyFrom is [Ready] for a signal with senders.
//
//go:noinline
func (k *Kind) ReadyFrom(s *Signal, sender any) Calls {
	from := k.from(s.base(), sender)
	if from == nil {
		return Ready(s)
	}
	return Calls{from.ready(s.base()), from}
}

// Send continues a send where the loop of a generated Send stops. It calls the
// remaining receivers in order, and returns the first error.
//
// It is not inlined: the larger stack frame would slow the loop down.
//
//go:noinline
func (k *Kind) Send(ctx context.Context, s *Signal, left Calls, args any) error {
	return k.send(ctx, s, left, noescape(args))
}

// Report passes err, unless it is nil, to the [ErrorHandler]. It is for the Send of a
// signal whose receivers return no error.
//
//go:noinline
func (k *Kind) Report(ctx context.Context, s *Signal, err error) {
	if err != nil {
		s.base().reportSend(ctx, err)
	}
}

// ErrUnfinished is for generated code. The loop of a SendRobust returns it to leave the
// remaining receivers to [Kind.Finish]. Neither receivers nor senders get it.
var ErrUnfinished = errors.New("receivers are left to be called")

// Finish continues a robust send, in a deferred func, where its loop stopped. The loop
// returned err, and recover returned panicked. Finish returns the joined errors of all
// receivers.
//
//go:noinline
func (k *Kind) Finish(ctx context.Context, s *Signal, left Calls, err error, panicked, args any) error {
	return k.finish(ctx, s, left, ending{err, panicked}, noescape(args))
}

// SendConcurrent implements the SendConcurrent of generated code.
//
//go:noinline
func (k *Kind) SendConcurrent(ctx context.Context, s *Signal, args any) error {
	send := sending{info: SendInfo{Signal: s, Mode: Concurrent}, kind: k, args: args}
	ctx, err := send.begin(ctx, s, k.all(s, args))
	if err != nil {
		return err
	}
	return send.concurrent(ctx)
}

// Each implements the Each of generated code, for receivers that return no value. Every
// loop over the iterator is a separate send.
//
//go:noinline
func (k *Kind) Each(ctx context.Context, s *Signal, args any) iter.Seq2[ReceiverInfo, error] {
	return func(yield func(ReceiverInfo, error) bool) { k.each(ctx, s, args, nil, yield) }
}

// Gather is for generated code. It implements the Send of a signal whose receivers
// return a value. It returns the values of the receivers that have responded.
func Gather[R any](ctx context.Context, k *Kind, s *Signal, calls Calls, args any) ([]R, error) {
	sent := noescape(args)
	values := make([]R, calls.Len())
	for i := range values {
		receiver := calls.Receiver()
		if receiver == nil {
			return gatherLeft(ctx, k, s, calls, sent, values[:i])
		}
		if err := k.Call(ctx, receiver, sent, &values[i]); err != nil {
			return values[:i], calls.Fail(err)
		}
		calls = calls.Next()
	}
	return values, nil
}

// Respond is for generated code. It implements SendRobust and SendConcurrent for a
// signal whose receivers return a value.
func Respond[R any](ctx context.Context, k *Kind, s *Signal, mode SendMode, args any) ([]Response[R], error) {
	var values []R
	send, err := k.gather(ctx, s, k.all(s, args), mode, args, func(n int) slots {
		values = make([]R, n)
		return func(i int) any { return &values[i] }
	})
	return responses(send, values), err
}

// EachResponse is for generated code. It is [Kind.Each] for receivers that return a
// value.
func EachResponse[R any](ctx context.Context, k *Kind, s *Signal, args any) iter.Seq[Response[R]] {
	return func(yield func(Response[R]) bool) {
		var value R
		k.each(ctx, s, args, func(int) any { return &value }, func(r ReceiverInfo, err error) bool {
			response := Response[R]{Receiver: r, Value: value, Err: err}
			value = *new(R)
			return yield(response)
		})
	}
}

// Next implements the Next of generated code. It returns the arguments of the next
// send, or nil and an error.
//
//go:noinline
func (k *Kind) Next(ctx context.Context, s *Signal) (args any, err error) {
	return s.base().next(ctx)
}

// Feed is for generated code, which converts it to the [Stream] of the signal's type.
type Feed struct{ stream *stream }

// Events implements the Events of generated code.
//
//go:noinline
func (k *Kind) Events(ctx context.Context, s *Signal, buffer int) *Feed {
	return &Feed{s.base().events(ctx, buffer)}
}

// KindOf is for generated code. It returns the kind of a generic signal. It calls make
// once for each signal, since no package variable can hold the kinds of all instances.
func KindOf(s *Signal, make func() *Kind) *Kind {
	if s.all.published.Load().hasStarted() {
		return s.kind.Load()
	}
	return s.base().start(make())
}

// Register is for generated code. It adds a default set to [Sets]. The func all returns
// the signals of the set.
func Register(all func() iter.Seq[AnySignal]) {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	registered.sets = append(registered.sets, defaultSet{all})
}

// Calls is for generated code. It iterates over the receivers that a send calls, in
// order. The list does not change, but a receiver in it may be disconnected.
type Calls struct {
	walk
	from *senderList // includes the receivers of this sender; nil for none
}

// Receiver returns the next receiver. It must be called only if More returns true. It
// returns nil if the receiver cannot be called directly: it is disconnected, async, or
// needs a check first. The loop then leaves the rest to a method of [Kind], such as
// Send or Finish.
func (c Calls) Receiver() Receiver {
	return Receiver(atomic.LoadPointer(&(*c.next).receiver))
}

// Next returns the calls after the next one.
func (c Calls) Next() Calls {
	c.Advance()
	return c
}
