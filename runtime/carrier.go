package runtime

import (
	"context"
	"unsafe"
)

// typed is a generated signal as the functions for generated code take it. It
// tells nothing of the signal's types: a generic interface would have methods of
// its own for each signal.
type typed interface {
	AnySignal
	base() *core
}

// A carrier carries what a send sends. The core does not know the types of that,
// so that a program has its code once and not once for each signal; a carrier is
// the little that each signal needs of its own. The deed says what it does, and
// with which of the further parameters. A place, in box, is a *[sent]: a carrier makes
// one where it is to give in a nil place.
//
// The core calls the carrier of a send only while the send is under way. Send and
// SendRobust rely on that to allocate nothing: their carriers, and what those
// carry, are on the stack of the sender.
type carrier func(ctx context.Context, do deed, receiver unsafe.Pointer, i int, box any) (any, error)

// A deed is what a [carrier] is to do.
type deed uint8

const (
	callReceiver deed = iota // call the receiver, the i-th of the send
	makeRoom                 // make room for what i receivers return
	giveArgs                 // return what is sent: in box if that is a place, else as it is
	callWith                 // call the receiver, nil for none, with what is in box, a place, and empty that
	another                  // return a carrier of what is in box, no place but arguments as they are, or nil for none
)

// newLoan returns a carrier that carries what args points to. It is for a send that
// does not outlive args, and inlined, so that neither is allocated.
func newLoan[F, A, V any](args *A, call Call[F, A, V]) carrier {
	return func(ctx context.Context, do deed, receiver unsafe.Pointer, _ int, box any) (any, error) {
		if do == giveArgs {
			return give(args, box), nil
		}
		_, err := call(ctx, receiverOf[F](receiver), *args)
		return nil, err
	}
}

// newCarrier returns a carrier on the heap. What the i-th receiver returns is put
// into the i-th of values; values is nil for receivers that return no value.
//
//go:noinline
func newCarrier[F, A, V any](args A, call Call[F, A, V], values *[]V) carrier {
	return func(ctx context.Context, do deed, receiver unsafe.Pointer, i int, box any) (any, error) {
		switch do {
		case callReceiver:
			value, err := call(ctx, receiverOf[F](receiver), args)
			if values != nil {
				(*values)[i] = value
			}
			return nil, err
		case callWith:
			place := (*sentArgs[A])(unsafe.Pointer(box.(*sent)))
			args := place.args
			place.args = *new(A)
			if receiver == nil {
				return nil, nil
			}
			_, err := call(ctx, receiverOf[F](receiver), args)
			return nil, err
		case makeRoom:
			*values = make([]V, i)
			return nil, nil
		case another:
			other, _ := box.(A)
			return newCarrier(other, call, values), nil
		default:
			return give(&args, box), nil
		}
	}
}

// sent is a send in the queue of an async receiver: the first field of a sentArgs,
// as which the core knows that.
type sent struct {
	ctx context.Context
}

// sentArgs is a sent with what it carries, in one piece of memory.
type sentArgs[A any] struct {
	sent
	args A
}

// give gives args, as a [carrier] is to.
//
//go:noinline
func give[A any](args *A, box any) any {
	known, ok := box.(*sent)
	if !ok {
		return *args
	}
	place := (*sentArgs[A])(unsafe.Pointer(known))
	if place == nil {
		place = new(sentArgs[A])
	}
	place.args = *args
	return &place.sent
}
