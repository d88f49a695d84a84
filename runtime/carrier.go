package runtime

import "context"

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
// with which of the further parameters. A place, in box, is a pointer to arguments,
// an *A: a carrier makes one where it is to give in a nil place, and finds nothing
// to take in a nil place.
//
// The core calls the carrier of a send only while the send is under way. Send and
// SendRobust rely on that to allocate nothing: their carriers, and what those
// carry, are on the stack of the sender.
type carrier func(ctx context.Context, do deed, conn *Connection, i int, box any) (any, error)

// A deed is what a [carrier] is to do.
type deed uint8

const (
	callReceiver deed = iota // call the receiver of conn, the i-th of the send
	makeRoom                 // make room for what i receivers return
	giveArgs                 // return what is sent: in box if that is a place, else as it is
	takeArgs                 // carry from now on what is in box, a place, and empty that
	another                  // return a carrier of what is in box, no place but arguments as they are, or nil for none
)

// dispatch sends by a carrier on the stack, for receivers that return no value. It
// is not inlined, for it would be in three functions of every signal.
//
//go:noinline
func dispatch[F, A, V any](ctx context.Context, s typed, from *Sender, mode SendMode, args *A, call Call[F, A, V]) error {
	return sendInTurn(ctx, s, from, mode, func(ctx context.Context, do deed, conn *Connection, _ int, box any) (any, error) {
		if do == giveArgs {
			return exchange(do, args, box), nil
		}
		_, err := call(ctx, receiverOf[F](conn).Func, *args)
		return nil, err
	})
}

// newCarrier returns a carrier on the heap. What the i-th receiver returns is put
// into the i-th of values; values is nil for receivers that return no value.
//
//go:noinline
func newCarrier[F, A, V any](args A, call Call[F, A, V], values *[]V) carrier {
	return func(ctx context.Context, do deed, conn *Connection, i int, box any) (any, error) {
		switch do {
		case callReceiver:
			value, err := call(ctx, receiverOf[F](conn).Func, args)
			if values != nil {
				(*values)[i] = value
			}
			return nil, err
		case makeRoom:
			*values = make([]V, i)
			return nil, nil
		case another:
			other, _ := box.(A)
			return newCarrier(other, call, values), nil
		default:
			return exchange(do, &args, box), nil
		}
	}
}

// exchange gives or takes args, as the deed of a [carrier] says.
//
//go:noinline
func exchange[A any](do deed, args *A, box any) any {
	place, ok := box.(*A)
	if !ok {
		return *args
	}
	var none A
	if do == takeArgs {
		if *args = none; place != nil {
			*args, *place = *place, none
		}
		return nil
	}
	if place == nil {
		place = new(A)
	}
	*place = *args
	return place
}
