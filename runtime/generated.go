package runtime

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"unsafe"
)

// GeneratedV2 is for generated code. A file that needs another version of this
// package does not compile with this one, and the compiler names the constant:
// update the module, or generate again.
const GeneratedV2 = true

// Kind is for generated code. It is what this package knows of a signal's types.
type Kind struct {
	Name string // the stable name
	Doc  string // the declaration's doc comment
	Args any    // a nil pointer to what a send carries: the payload, or a struct of the arguments

	// Call calls a receiver with the arguments that args points to. What the
	// receiver returns besides an error goes to where result points, unless that is
	// nil. Without a receiver, Call copies the arguments to where result points.
	Call func(ctx context.Context, receiver Receiver, args, result any) error

	// Sender returns the sender of the arguments that args points to. It is nil for
	// a signal without senders.
	Sender func(args any) any

	// Responds says that receivers return a value.
	Responds bool

	// SenderIsPointer says that a sender is held weakly.
	SenderIsPointer bool
}

// Receiver is for generated code. It points to a func of the type that the signal's
// receivers have, which only the generated code knows. All receivers of a signal
// come from its own Connect, so that the type is right.
type Receiver unsafe.Pointer

// Of returns the signal as one that knows its kind, for a set.
//
//go:noinline
func (k *Kind) Of(s *Signal) AnySignal {
	s.base().startLocked(k)
	return s
}

// Connect is the Connect of generated code.
//
//go:noinline
func (k *Kind) Connect(s *Signal, receiver Receiver, opts []ConnectOption) *Connection {
	return s.base().connect(k.newConnection(s, receiver, opts), prepared{})
}

// ConnectFrom is the ConnectFrom of generated code.
//
//go:noinline
func (k *Kind) ConnectFrom(s *Signal, sender any, receiver Receiver, opts []ConnectOption) *Connection {
	return s.base().connect(k.newConnection(s, receiver, opts), prepared{sender: k.senderFunc(s, sender)})
}

// ConnectWeak is the ConnectWeak of generated code. The owner is a pointer. The
// receiver calls method on it, and holds it weakly.
//
//go:noinline
func (k *Kind) ConnectWeak(s *Signal, owner, method any, receiver Receiver, opts []ConnectOption) *Connection {
	return s.base().connectWeak(k, owner, method, receiver, opts)
}

// HasReceiversFrom is the HasReceiversFrom of generated code.
//
//go:noinline
func (k *Kind) HasReceiversFrom(s *Signal, sender any) bool {
	return s.base().hears(k.from(s.base(), sender))
}

// Ready is for generated code. It returns the receivers that a send calls. If there
// is more to the send than to call them, the first is nil, so that the loop leaves
// the send to the [Kind].
//
// That a counter picks the send is written out here: a func that returns so has every
// send take a nanosecond more, counted or not.
func Ready(s *Signal) Calls {
	snapshot := s.all.published.Load()
	if snapshot == nil {
		return Calls{walk: unready}
	}
	if c := snapshot.counter; c != nil {
		if c.n.Add(1) >= c.next.Load() {
			return Calls{walk: picked}
		}
	}
	return Calls{walk: snapshot.walk}
}

// ReadyFrom is [Ready] for a send of one sender.
//
//go:noinline
func (k *Kind) ReadyFrom(s *Signal, sender any) Calls {
	from := k.from(s.base(), sender)
	if from == nil {
		return Ready(s)
	}
	return Calls{from.ready(s.base()), from}
}

// Send is a send from where the loop of a generated Send leaves it: it calls the
// receivers that are left, in order, and returns the first error.
//
// It is not inlined, for the loop is the slower the more this takes of its stack.
//
//go:noinline
func (k *Kind) Send(ctx context.Context, s *Signal, left Calls, args any) error {
	return k.send(ctx, s, left, unescaped(args))
}

// Report hands the error of a Send whose receivers return none to the
// [ErrorHandler].
//
//go:noinline
func (k *Kind) Report(ctx context.Context, s *Signal, err error) {
	if err != nil {
		s.base().reportSend(ctx, err)
	}
}

// ErrUnfinished is for generated code. The loop of a SendRobust returns it to leave
// the rest to [Kind.Finish]. No receiver gets it, and no sender.
var ErrUnfinished = errors.New("receivers are left to be called")

// Finish goes on with a robust send where its loop has ended, in a deferred func: err
// is what the loop has returned, and panicked what recover has. It returns the errors
// of all receivers, joined.
//
//go:noinline
func (k *Kind) Finish(ctx context.Context, s *Signal, left Calls, err error, panicked, args any) error {
	return k.finish(ctx, s, left, ending{err, panicked}, unescaped(args))
}

// SendConcurrent is the SendConcurrent of generated code.
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

// Each is the Each of generated code, for receivers that return no value. Every
// loop over it is a send of its own.
//
//go:noinline
func (k *Kind) Each(ctx context.Context, s *Signal, args any) iter.Seq2[ReceiverInfo, error] {
	return func(yield func(ReceiverInfo, error) bool) { k.each(ctx, s, args, nil, yield) }
}

// Gather is for generated code. It is the Send of a signal whose receivers return a
// value, and returns those of the receivers that have responded.
func Gather[R any](ctx context.Context, k *Kind, s *Signal, calls Calls, args any) ([]R, error) {
	sent := unescaped(args)
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

// Respond is for generated code. It is the SendRobust, or the SendConcurrent, of a
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

// Next is the Next of generated code. It returns what the next send carries, or nil
// with an error.
//
//go:noinline
func (k *Kind) Next(ctx context.Context, s *Signal) (args any, err error) {
	return s.base().next(ctx)
}

// Feed is for generated code, which converts it to the [Stream] of what the signal's
// sends carry.
type Feed struct{ stream *stream }

// Events is the Events of generated code.
//
//go:noinline
func (k *Kind) Events(ctx context.Context, s *Signal, buffer int) *Feed {
	return &Feed{s.base().events(ctx, buffer)}
}

// KindOf is for generated code. It returns the kind of a generic signal, which is
// made once for each signal, as no variable of a package can hold it.
func KindOf(s *Signal, make func() *Kind) *Kind {
	if s.all.published.Load().hasStarted() {
		return s.kind.Load()
	}
	return s.base().startLocked(make())
}

// Register is for generated code. It makes a default set, whose signals all returns,
// known to [Sets].
func Register(all func() iter.Seq[AnySignal]) {
	registered.mu.Lock()
	defer registered.mu.Unlock()
	registered.sets = append(registered.sets, defaultSet{all})
}

// Calls is for generated code. It is the receivers that a send calls, in order. They
// never change, but a receiver among them may come to be disconnected.
type Calls struct {
	walk
	from *senderList // whose receivers are among them; nil for none
}

// Receiver returns the next receiver. There is one if More reports so. It is nil if
// it cannot just be called: it is disconnected, or asynchronous, or has to be asked
// first. Then the rest is left to [Kind.Send] or its like.
func (c Calls) Receiver() Receiver {
	return Receiver(atomic.LoadPointer(&(*c.next).receiver))
}

// Next returns the calls behind the next one.
func (c Calls) Next() Calls {
	c.Advance()
	return c
}
